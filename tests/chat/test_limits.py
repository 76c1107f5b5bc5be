"""What one place may ask for: many connections, many codes. Others are not disturbed."""

from __future__ import annotations

import asyncio

import aiohttp

from chat.limits import MOST_CONNECTIONS, WRONG_CODES
from tests.chat.people import agreed, eventually
from tests.chat.test_citizen import story

CROWD = 1_000
ONE_PLACE = {"X-Forwarded-For": "203.0.113.5"}
ANOTHER = {"X-Forwarded-For": "203.0.113.6"}


async def knocks(session, url, sockets):
    """One more connection, kept open: the answer of the citizens' namespace, as the protocol writes it."""
    socket = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", headers=ONE_PLACE)
    sockets.append(socket)
    await socket.receive_str()  # the transport's own greeting
    await socket.send_str("40/citizen,")
    while True:
        answer = await socket.receive_str()
        if answer == "2":
            await socket.send_str("3")
            continue
        return answer


def test_a_thousand_connections_from_one_place_disturb_nobody(scene):
    async def tell():
        citizen, worker, contact = await scene.conversation()
        sockets = []
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            crowd = asyncio.gather(*(knocks(session, scene.url, sockets) for _ in range(CROWD)))
            while not crowd.done():
                agreed(await citizen.writes("Er du der?"))
                agreed(await worker.writes(contact, "Ja"))
            answers = await crowd
            assert sum(answer.startswith("40/citizen,") for answer in answers) == MOST_CONNECTIONS
            refused = [answer for answer in answers if answer.startswith("44/citizen,")]
            assert len(refused) == CROWD - MOST_CONNECTIONS
            assert all("rate_limited" in answer for answer in refused)
            # Whoever comes from elsewhere comes in.
            other = await scene.citizen(headers=ANOTHER)
            agreed(await other.starts())
            await eventually(lambda: len(worker.messages) == len(citizen.messages), "every message")
            assert [each["seq"] for each in worker.messages] == list(range(1, len(worker.messages) + 1))
            await asyncio.gather(*(socket.close() for socket in sockets))

    story(scene, tell)


def test_an_address_that_tried_its_wrong_codes_waits_until_tomorrow_and_others_do_not(scene):
    async def tell():
        guesser, other = await scene.citizen(headers=ONE_PLACE), await scene.citizen(headers=ANOTHER)
        # Three tickets that nobody has: five tries each, whoever tries.
        tries = [ticket for ticket in ("000000", "000013", "000021") for _ in range(5)]
        codes = [
            (await guesser.call("resume", {"ticket": ticket, "code": "12345678"}))["error"]["code"]
            for ticket in tries
        ]
        allowed = WRONG_CODES.most
        assert codes == ["wrong_code"] * allowed + ["rate_limited"] * (len(tries) - allowed)
        answer = await other.call("resume", {"ticket": "000021", "code": "12345678"})
        assert answer["error"]["code"] == "wrong_code"

    story(scene, tell)


def test_what_socket_io_itself_calls_is_no_event_for_a_browser(scene):
    """Else whoever guesses would say for themselves where they come from, or that they are gone."""

    async def tell():
        guesser = await scene.citizen(headers={"X-Forwarded-For": "203.0.113.7"})
        elsewhere = {"asgi.scope": {"client": ["203.0.113.8", 1]}}
        codes = []
        for _ in range(WRONG_CODES.most + 1):
            for event, asked in (("connect", elsewhere), ("disconnect", {}), ("nothing", {})):
                assert (await guesser.call(event, asked))["error"]["code"] == "invalid", event
            ticket = ("000000", "000013", "000021")[len(codes) // 5]
            answer = await guesser.call("resume", {"ticket": ticket, "code": "12345678"})
            codes.append(answer["error"]["code"])
        assert codes == ["wrong_code"] * WRONG_CODES.most + ["rate_limited"]

    story(scene, tell)


def test_an_event_whose_name_is_no_text_is_answered_too(scene):
    async def tell():
        sockets = []
        async with aiohttp.ClientSession() as session:
            await knocks(session, scene.url, sockets)
            (socket,) = sockets
            for name in ("5", "null", "{}", '["connect"]'):
                await socket.send_str(f"42/citizen,1[{name},{{}}]")
                assert (await socket.receive_str()).startswith('43/citizen,1[{"ok":false'), name
            # The name itself, sent as bytes.
            await socket.send_str('451-/citizen,2[{"_placeholder":true,"num":0},{}]')
            await socket.send_bytes(b"connect")
            assert (await socket.receive_str()).startswith('43/citizen,2[{"ok":false')
            await socket.close()

    story(scene, tell)
