"""What is written together, and what is not: on an event loop whose time the test sets."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import Executor, Future

import pytest
import sqlalchemy as sa

from chat.writer import GATHER_SECONDS, MOST_AT_ONCE, Writer
from gateway.conversations import opening
from gateway.conversations.opening import Wanted
from gateway.conversations.transcript import Draft, Refused, Sender
from gateway.store import site_versions
from gateway.store.engine import StoreUnavailableError
from gateway.store.tables import messages
from tests.flows.outage import Outage
from tests.flows.world import SITE, World

# Steps of the loop after which all that can happen at one moment has happened.
STEPS = 20


class SetLoop(asyncio.SelectorEventLoop):
    """Its time stands still until ``now`` is set."""

    now = 0.0

    def time(self) -> float:
        return self.now


class AtOnce(Executor):
    """Does in the caller's thread what it is given, and keeps how many drafts came at a time."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def submit(self, fn, /, *args, **kwargs):
        self.batches.append(len(args[0]))
        done: Future = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Desk:
    """A writer at work on one conversation."""

    def __init__(self, world: World, conversation: str) -> None:
        self.loop = SetLoop()
        self.conversation = conversation
        self.published: list[list[int]] = []
        self.writer = Writer(world.gateway, self._published)
        self.writer._thread.shutdown()
        self.executor = self.writer._thread = AtOnce()

    async def _published(self, new) -> None:
        self.published.append([message.seq for message in new])

    def write(self, text: str = "Hej", conversation: str | None = None, name: str | None = None):
        draft = Draft(conversation or self.conversation, Sender.CITIZEN, text, name)
        return self.loop.create_task(self.writer.write(draft))

    async def at(self, seconds: float) -> list[int]:
        """It is so late; how many came to each commit by now."""
        self.loop.now = seconds
        for _ in range(STEPS):
            await asyncio.sleep(0)
        return self.executor.batches

    def run(self, story) -> None:
        async def told() -> None:
            at_work = self.loop.create_task(self.writer.run())
            await story()
            at_work.cancel()

        self.loop.run_until_complete(told())


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    world.on_duty(("foenix", 1, "anna"))
    site = re.sub(r"^(voice = .*)$", r'\1\nchat = ["always"]', SITE, flags=re.MULTILINE)
    site_versions.save(world.store, world.gateway.vault, site, world.clock())
    world.book.refresh()
    yield world
    world.close()


@pytest.fixture
def desk(world):
    with world.store.write() as connection:
        began = opening.begin(connection, world.gateway, Wanted(line="foenix"), None, world.clock())
    desk = Desk(world, began.contact.conversation)
    yield desk
    desk.loop.close()


def stored(world) -> int:
    with world.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one()


def test_one_that_comes_alone_is_written_at_once(desk, world):
    async def story():
        before = stored(world)
        written = desk.write()
        assert await desk.at(0) == [1]
        assert written.done()
        assert stored(world) == before + 1
        assert desk.published == [[written.result().message.seq]]

    desk.run(story)


def test_after_one_the_next_gather_for_a_moment_and_come_together(desk):
    async def story():
        desk.write("first")
        await desk.at(0)
        second = desk.write("second")
        assert await desk.at(GATHER_SECONDS * 0.5) == [1]
        third = desk.write("third")
        assert await desk.at(GATHER_SECONDS * 0.9) == [1]
        assert not second.done()
        assert await desk.at(GATHER_SECONDS * 1.1) == [1, 2]
        assert second.result().message.seq + 1 == third.result().message.seq
        assert desk.published[1:] == [[second.result().message.seq, third.result().message.seq]]

    desk.run(story)


def test_one_that_comes_after_that_moment_waits_no_more(desk):
    async def story():
        desk.write("first")
        await desk.at(0)
        await desk.at(GATHER_SECONDS * 1.1)
        second = desk.write("second")
        assert await desk.at(GATHER_SECONDS * 1.1) == [1, 1]
        assert second.done()

    desk.run(story)


def test_more_than_a_commit_takes_come_in_the_next_and_nobody_has_to_knock_again(desk):
    async def story():
        written = [desk.write(str(number)) for number in range(MOST_AT_ONCE + 1)]
        assert await desk.at(0) == [MOST_AT_ONCE]
        assert [each.done() for each in written].count(False) == 1
        assert await desk.at(GATHER_SECONDS * 1.1) == [MOST_AT_ONCE, 1]
        numbers = [each.result().message.seq for each in written]
        assert numbers == list(range(numbers[0], numbers[0] + MOST_AT_ONCE + 1))
        assert [seq for batch in desk.published for seq in batch] == numbers

    desk.run(story)


def test_the_same_twice_is_answered_twice_and_published_once(desk):
    async def story():
        both = [desk.write("the same", name="a" * 32) for _ in range(2)]
        await desk.at(0)
        assert both[0].result().message.seq == both[1].result().message.seq
        assert len(desk.published) == 1
        assert len(desk.published[0]) == 1

    desk.run(story)


def test_one_that_is_refused_keeps_nobody_else_from_the_disk(desk):
    async def story():
        refused, written = desk.write(conversation="nowhere"), desk.write()
        assert await desk.at(0) == [2]
        assert isinstance(refused.result(), Refused)
        assert desk.published == [[written.result().message.seq]]

    desk.run(story)


def test_without_a_database_everybody_is_told_and_the_next_goes_on(desk, world):
    world.expect_trouble("store_unavailable")
    outage = Outage(world.store)

    async def story():
        outage.begin()
        lost = [desk.write(), desk.write()]
        await desk.at(0)
        assert [type(each.exception()) for each in lost] == [StoreUnavailableError] * 2
        outage.end()
        again = desk.write()
        await desk.at(GATHER_SECONDS * 1.1)
        assert desk.published == [[again.result().message.seq]]

    desk.run(story)


def test_a_fault_of_ours_ends_its_batch_and_not_the_writer(desk, world, monkeypatch):
    async def story():
        with monkeypatch.context() as broken:
            broken.setattr("chat.writer.transcript.write", lambda *_: 1 / 0)
            lost = desk.write()
            await desk.at(0)
        assert isinstance(lost.exception(), StoreUnavailableError)
        again = desk.write()
        await desk.at(GATHER_SECONDS * 1.1)
        assert again.result().message.text == "Hej"

    desk.run(story)


def test_who_has_gone_meanwhile_keeps_nobody_from_an_answer(desk):
    async def story():
        gone, waits = desk.write(), desk.write()
        await asyncio.sleep(0)
        gone.cancel()
        await desk.at(0)
        assert waits.done()
        assert waits.exception() is None

    desk.run(story)
