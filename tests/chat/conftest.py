"""A place to chat: a real process on a real database."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from tests.chat.people import Citizen, Place, Worker, agreed


@pytest.fixture(scope="session")
def _sqlite_place(tmp_path_factory):
    directory = tmp_path_factory.mktemp("chat")
    # A proxy on this machine says for whom it asks; whoever comes without one is counted by no address.
    place = Place(
        f"sqlite:///{directory / 'akutlinjen.db'}", directory, more={"TRUSTED_PROXIES": "127.0.0.1"}
    )
    place.start()
    yield place
    place.close()


@pytest.fixture(scope="session")
def _postgres_place(postgres, _migrated, tmp_path_factory):
    name = postgres.create_database(_migrated)
    place = Place(postgres.url(name), tmp_path_factory.mktemp("chat-pg"))
    place.start()
    yield place
    place.close()
    postgres.drop_database(name)


@pytest.fixture
def place(_sqlite_place):
    """On SQLite and without Redis: the least that works. One process for many tests; each finds it empty."""
    yield _sqlite_place
    _sqlite_place.clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def each_place(request):
    """Once on each kind of database."""
    place = request.getfixturevalue(f"_{'sqlite' if request.param == 'sqlite' else 'postgres'}_place")
    yield place
    place.clear()


class Scene(AsyncExitStack):
    """People of one story, who all leave at its end."""

    def __init__(self, place, url):
        super().__init__()
        self.place, self.url = place, url

    async def citizen(self, url=None, **more):
        citizen = await Citizen(url or self.url, **more).connect()
        self.push_async_callback(citizen.leave_the_net)
        return citizen

    async def worker(self, name, url=None, after=None, **more):
        worker = await Worker(url or self.url, self.place.tokens[name], **more).connect(after)
        self.push_async_callback(worker.leave_the_net)
        return worker

    async def conversation(self, name="anna", **where):
        """A citizen and a worker who talk: (citizen, worker, contact)."""
        citizen, worker = await self.citizen(), await self.worker(name)
        await citizen.starts(**where)
        (item,) = await worker.sees(1)
        agreed(await worker.takes(item["contact"]))
        return citizen, worker, item["contact"]


@pytest.fixture
def scene(place):
    return Scene(place, place.processes[0].url)


@pytest.fixture
def each_scene(each_place):
    return Scene(each_place, each_place.processes[0].url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One after the other, in one process: each starts servers of its own, and waits for them."""
    for item in items:
        if item.path.parent.name == "chat":
            item.add_marker(pytest.mark.xdist_group("chat"))
