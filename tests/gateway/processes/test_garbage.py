"""How rarely garbage is looked for, and among what. A process of its own settles: it changes all of it."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys

import pytest

import chat.server
import gateway.app
from config.site import Site
from tests.flows.world import World

SETTLED = """
import gc, json, sys, weakref
from gateway.processes.garbage import settle

class Circle:
    def __init__(self):
        self.itself = self

def looks(count):
    '''How often the collector looks while so many new objects come to stay.'''
    seen = []
    gc.callbacks.append(lambda phase, info: phase == "start" and seen.append(info["generation"]))
    kept = [[] for _ in range(count)]
    gc.callbacks.pop()
    return len(seen)

before = looks(15_000)
gone = weakref.ref(Circle())
stays = Circle()
settle()
found = {
    "garbage is gone": gone() is None,
    "what stays is put aside": not any(each is stays for each in gc.get_objects()),
    "looks before": before,
    "looks after": looks(15_000),
    "looks in the end": looks(30_000),
}
later = weakref.ref(Circle())
gc.collect()
found["new garbage is found"] = later() is None
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    said = subprocess.run([sys.executable, "-c", SETTLED], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)


def test_what_is_garbage_already_is_not_kept_for_good(found):
    assert found["garbage is gone"]


def test_what_is_needed_is_not_looked_through_again(found):
    assert found["what stays is put aside"]


def test_a_request_makes_nobody_look(found):
    """It makes some hundred objects; fifteen thousand that stay are far more, and too few."""
    assert found["looks before"] >= 10
    assert found["looks after"] == 0


def test_many_make_one_look_and_what_is_garbage_then_is_found(found):
    assert found["looks in the end"] == 1
    assert found["new garbage is found"]


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


def test_the_web_process_settles_once_the_roster_is_there(world, monkeypatch):
    before, settled = sites(), []
    monkeypatch.setattr(gateway.app, "settle", lambda: settled.append(sites() - before))
    monkeypatch.setattr(gateway.app.Settings, "from_environment", lambda _environment: world.settings)
    app = gateway.app.create_app()
    app.extensions["background"].stop()
    app.extensions["gateway"].store.close()
    assert settled == [1]


def test_the_chat_process_settles_once_the_roster_is_there(world, monkeypatch):
    before, settled = sites(), []
    monkeypatch.setattr(chat.server, "settle", lambda: settled.append(sites() - before))

    async def live():
        asked = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive():
            return {"type": next(asked)}

        async def send(_message):
            pass

        app = chat.server.ChatApp(world.settings)
        await app({"type": "lifespan"}, receive, send)
        app._house.gateway.book.stop()
        app._house.gateway.store.close()

    asyncio.run(live())
    assert settled == [1]


def sites() -> int:
    """How many sites this process has in memory: the test's own, and those of what it has begun."""
    gc.collect()
    return sum(isinstance(each, Site) for each in gc.get_objects())
