"""A connection of the chat, packet by packet, through Engine.IO: it ends when it should, and only then."""

from __future__ import annotations

import asyncio

import engineio
import pytest

from chat.transport import WebSocket, carry_by_websocket

BEAT = 0.5  # seconds: a ping after so long, and as long again to answer it: a busy machine answers late
MOST_BYTES = 1_000
PATIENCE = 10


class Browser:
    """The other end, as an ASGI server shows it. ``takes``: cleared, it leaves unread what it is sent."""

    def __init__(self, server):
        self._said = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})
        self.heard = asyncio.Queue()
        self.takes = asyncio.Event()
        self.takes.set()
        scope = {
            "type": "websocket",
            "path": "/engine.io/",
            "query_string": b"EIO=4&transport=websocket",
            "headers": [(b"connection", b"upgrade"), (b"upgrade", b"websocket")],
        }
        self.running = asyncio.create_task(engineio.ASGIApp(server)(scope, self._said.get, self._send))

    def says(self, packet):
        self._said.put_nowait({"type": "websocket.receive", "text": packet})

    def goes(self):
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def hears(self):
        """The next packet that is no ping, or the closing."""
        while True:
            event = await asyncio.wait_for(self.heard.get(), PATIENCE)
            if event["type"] == "websocket.send" and event["text"] != "2":
                return event["text"]
            if event["type"] == "websocket.close":
                return "closed"

    async def _send(self, event):
        await self.takes.wait()
        self.heard.put_nowait(event)


@pytest.fixture
def server():
    """Answers each message with itself; knows who has gone, and why."""
    server = engineio.AsyncServer(
        async_mode="asgi",
        async_handlers=False,
        ping_interval=BEAT,
        ping_timeout=BEAT,
        max_http_buffer_size=MOST_BYTES,
    )
    carry_by_websocket(server)
    server.gone = []

    @server.on("message")
    async def answer(sid, data):
        if data == "stumble":
            raise RuntimeError
        if data == "ponder":
            await asyncio.sleep(6 * BEAT)
            server.pondered = True
        await server.send(sid, data)

    @server.on("disconnect")
    async def disconnect(_sid, reason):
        server.gone.append(reason)

    return server


def played(server, play):
    async def run():
        browser = Browser(server)
        assert (await browser.hears()).startswith("0")
        await play(browser)
        browser.goes()
        await asyncio.wait_for(browser.running, PATIENCE)
        assert len(server.gone) == 1
        assert server.sockets == {}

    asyncio.run(run())


async def answers(browser):
    """Pings for as long as it is there."""
    while True:
        await asyncio.sleep(BEAT / 4)
        browser.says("3")


def test_it_is_ours_that_carries(server, monkeypatch):
    carried = []
    real = WebSocket._carry

    async def watched(self):
        carried.append(self)
        await real(self)

    monkeypatch.setattr(WebSocket, "_carry", watched)

    async def play(_browser):
        assert len(carried) == 1

    played(server, play)


def test_packets_come_back_in_their_order(server):
    async def play(browser):
        for number in range(500):
            browser.says(f"4{number} ")
        assert [await browser.hears() for _ in range(500)] == [f"4{number} " for number in range(500)]

    played(server, play)


def test_who_answers_pings_stays_though_nothing_is_written(server):
    async def play(browser):
        beating = asyncio.create_task(answers(browser))
        await asyncio.sleep(6 * BEAT)
        assert server.gone == []
        browser.says("4still here")
        assert await browser.hears() == "4still here"
        beating.cancel()

    played(server, play)


def test_what_takes_us_long_is_done_to_its_end_though_nobody_is_there_any_more(server):
    """A message is being written down while the phone loses its net: that is not broken off halfway."""

    async def play(browser):
        browser.says("4ponder")
        while await browser.hears() != "closed":
            pass
        assert server.pondered

    played(server, play)


def test_who_falls_silent_is_gone(server):
    async def play(browser):
        while await browser.hears() != "closed":
            pass
        assert len(server.gone) == 1

    played(server, play)


def test_who_takes_nothing_any_more_is_gone_too(server):
    async def play(browser):
        browser.takes.clear()
        browser.says("4to nobody")
        await asyncio.wait_for(browser.running, PATIENCE)

    played(server, play)


@pytest.mark.parametrize(("length", "stays"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_a_packet_of_the_most_bytes_is_read_and_of_one_more_ends_it(server, length, stays):
    async def play(browser):
        packet = "4" + "a" * (length - 1)
        browser.says(packet)
        heard = await browser.hears()
        assert heard == (packet if stays else "closed")
        assert server.gone == ([] if stays else [server.reason.TRANSPORT_CLOSE])

    played(server, play)


@pytest.mark.parametrize("packet", ["", "nonsense"])
def test_what_is_no_packet_ends_it(server, packet):
    async def play(browser):
        browser.says(packet)
        assert await browser.hears() == "closed"

    played(server, play)


@pytest.mark.parametrize("packet", ["4stumble", "9"])
def test_a_packet_that_fails_or_that_nobody_knows_ends_nothing(server, packet):
    async def play(browser):
        browser.says(packet)
        browser.says("4and on")
        assert await browser.hears() == "4and on"

    played(server, play)


def test_a_connection_that_the_server_ends_hears_all_that_was_said_before(server):
    async def play(browser):
        sid = next(iter(server.sockets))
        await server.send(sid, "the last word")
        ending = asyncio.create_task(server.disconnect(sid))
        assert [await browser.hears() for _ in range(3)] == ["4the last word", "1", "closed"]
        browser.goes()
        await asyncio.wait_for(ending, PATIENCE)

    played(server, play)
