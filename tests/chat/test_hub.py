"""Who is sent what while news of several sides cross each other; SQL here is what the test says it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from chat.hub import Console, Hub
from gateway.conversations.transcript import Message
from gateway.store.conversations import Standing

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOTH = Standing("talk", 1, "contact", "answered", "anna", ("bo",))
ALONE = replace(BOTH, last_seq=3, colleagues=())


class Stage:
    """A hub with the consoles of Anna and Bo. A look that is ``held`` has read, and is on its way back."""

    def __init__(self, standing):
        self.standing, self.heard = standing, {"anna": [], "bo": []}
        self.looks, self.held = 0, None
        self.hub = Hub(self._emit, self._read, self._look)
        for worker in self.heard:
            self.hub.open_console(Console(worker, worker, "token", {}))

    async def _emit(self, _namespace, sid, payload, event):
        self.heard[sid].append(payload["seq"] if event == "message" else payload.get("state", event))

    async def _read(self, _conversation, after):
        return [message(seq) for seq in range(after + 1, self.standing.last_seq + 1)]

    async def _look(self, conversations):
        found = [self.standing] if self.standing.conversation in conversations else []
        self.looks += 1
        if self.held is not None:
            held, self.held = self.held, None
            await held.wait()
        return found

    def follows(self):
        return asyncio.create_task(self.hub.follow(["talk"]))


def message(seq):
    return Message("talk", seq, "citizen", "hej", AT)


async def settles():
    for _ in range(20):
        await asyncio.sleep(0)


def test_whatever_news_comes_late_twice_or_not_at_all_there_is_no_hole_and_no_repeat():
    async def play():
        stage = Stage(BOTH)
        await stage.hub.follow(["talk"])
        stage.standing = replace(BOTH, last_seq=4)
        await stage.hub.published([message(3)])  # of 2 nothing was heard
        await settles()
        assert stage.heard["anna"] == [1, "answered", "colleagues", 2, 3, 4]
        await stage.hub.published([message(2)])
        await stage.hub.published([message(4), message(4)])
        await settles()
        stage.standing = replace(BOTH, last_seq=5)
        await stage.hub.published([message(5)])
        await stage.hub.published([message(5)])
        await settles()
        for worker in ("anna", "bo"):
            assert stage.heard[worker] == [1, "answered", "colleagues", 2, 3, 4, 5]

    asyncio.run(play())


def test_a_look_from_before_a_colleague_left_lets_them_in_no_more():
    async def play():
        stage = Stage(BOTH)
        await stage.hub.follow(["talk"])
        assert stage.heard["bo"] == [1, "answered", "colleagues"]
        on_its_way = stage.held = asyncio.Event()
        old = stage.follows()  # reads that Bo is in it, and is slow to come back
        await settles()
        stage.standing = ALONE
        new = stage.follows()
        await settles()
        on_its_way.set()
        await asyncio.gather(old, new)
        assert stage.looks == 3
        assert stage.hub.listener("bo", "talk") is None
        stage.standing = replace(ALONE, last_seq=4)
        await stage.hub.published([message(4)])
        assert stage.heard["bo"] == [1, "answered", "colleagues", "left"]  # and of 2, 3 and 4 nothing
        assert stage.heard["anna"] == [1, "answered", "colleagues", 2, 3, "colleagues", 4]

    asyncio.run(play())


def test_who_goes_is_sent_nothing_that_was_written_since():
    async def play():
        stage = Stage(BOTH)
        await stage.hub.follow(["talk"])
        stage.standing = ALONE
        await stage.hub.follow(["talk"])
        assert stage.heard["bo"][-2:] == ["colleagues", "left"]
        assert stage.heard["anna"][-3:] == [2, 3, "colleagues"]

    asyncio.run(play())


def test_what_was_written_before_the_end_is_sent_before_the_end():
    async def play():
        stage = Stage(BOTH)
        await stage.hub.follow(["talk"])
        stage.standing = replace(ALONE, state="ended")
        await stage.hub.follow(["talk"])
        for worker in ("anna", "bo"):
            assert stage.heard[worker][-3:] == [2, 3, "ended"]
            assert stage.hub.listener(worker, "talk") is None

    asyncio.run(play())


def test_who_comes_again_is_let_in_again():
    async def play():
        stage = Stage(ALONE)
        await stage.hub.follow(["talk"])
        assert stage.heard["bo"] == []
        stage.standing = replace(BOTH, last_seq=4)
        await stage.hub.follow(["talk"])
        assert stage.heard["bo"] == [1, 2, 3, 4, "answered", "colleagues"]

    asyncio.run(play())


def test_a_look_that_fails_is_in_nobodys_way():
    async def play():
        stage = Stage(BOTH)
        broken, stage.hub._look = stage.hub._look, None
        (failed,) = await asyncio.gather(stage.follows(), return_exceptions=True)
        assert isinstance(failed, TypeError)
        stage.hub._look = broken
        await asyncio.wait_for(stage.follows(), 5)
        assert stage.hub.listener("bo", "talk") is not None

    asyncio.run(play())
