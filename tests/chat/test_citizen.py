"""The citizens' protocol with the real client against a real process."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import Counter

import aiohttp
import pytest
import requests
import socketio

from tests.chat.people import Citizen, agreed, eventually

WEB_PORT = 8000  # the web process's own, when settings name no other


def story(scene, tell):
    async def told():
        async with scene:
            await tell()

    asyncio.run(told())


def test_a_conversation_from_start_to_end(each_scene):
    scene = each_scene

    async def tell():
        citizen, worker = await scene.citizen(), await scene.worker("anna")
        begun = await citizen.starts(line="foenix", language="en")
        agreed(begun)
        assert begun["state"] == "waiting"
        assert begun["position"] == 1
        assert begun["line"] == "foenix"
        assert len(begun["ticket"]) == 6
        first = await citizen.writes("I write while I wait")
        agreed(first)
        assert first["seq"] == 1
        (item,) = await worker.sees(1)
        assert item["channel"] == "chat"
        assert item["language"] == "en"
        assert item["municipality"] == "0561"
        assert item["ticket"] == begun["ticket"]
        contact = item["contact"]
        agreed(await worker.takes(contact))
        await eventually(lambda: citizen.state == "answered", "answered")
        assert (await worker.writes(contact, "Hej"))["seq"] == 2
        assert (await citizen.writes("Hej selv"))["seq"] == 3
        for person in (citizen, worker):
            await eventually(lambda person=person: len(person.messages) == 3, "three messages")
            assert [message["seq"] for message in person.messages] == [1, 2, 3]
            assert [message["from"] for message in person.messages] == ["citizen", "worker", "citizen"]
        assert worker.messages[0]["contact"] == contact
        assert "contact" not in citizen.messages[0]
        agreed(await worker.call("close", {"contact": contact}))
        await eventually(lambda: citizen.state == "ended", "ended")
        await eventually(lambda: worker.state == "ended", "ended for the worker")
        assert (await citizen.writes("Er du der?"))["error"]["code"] == "gone"
        assert (await worker.writes(contact, "Nej"))["error"]["code"] == "gone"

    story(scene, tell)


def test_the_same_id_twice_is_stored_once(scene):
    async def tell():
        citizen, worker, contact = await scene.conversation()
        name = str(uuid.uuid4())
        one, two = await citizen.writes("Hej", name), await citizen.writes("Hej igen", name.upper())
        assert (one["seq"], one["at"]) == (two["seq"], two["at"])
        assert (await worker.writes(contact, "Det er mit", name))["error"]["code"] == "invalid"
        assert (await citizen.writes("Videre"))["seq"] == 2
        await eventually(lambda: len(worker.messages) == 2, "two messages")
        assert worker.texts() == ["Hej", "Videre"]

    story(scene, tell)


def test_what_is_asked_second_never_overtakes_what_is_asked_first(scene):
    """A code takes its hash's time; a message behind it would be on disk long before."""

    async def tell():
        citizen, _worker, _contact = await scene.conversation()
        answered = []

        async def asks(event, payload):
            assert (await citizen.call(event, payload))["ok"]
            answered.append(event)

        await asyncio.gather(
            asks("code", {}), asks("message", {"id": str(uuid.uuid4()), "text": "hej"}), asks("code", {})
        )
        assert answered == ["code", "message", "code"]

    story(scene, tell)


def test_rejoin_brings_what_was_missed_and_nothing_twice(scene):
    async def tell():
        citizen, worker, contact = await scene.conversation()
        await citizen.writes("en")
        await eventually(lambda: len(citizen.messages) == 1, "one message")
        await citizen.leave_the_net()
        await worker.writes(contact, "to")
        await worker.writes(contact, "tre")
        again = await scene.citizen()
        rejoined = await again.call("rejoin", {"token": citizen.begun["token"], "after": 1})
        assert rejoined["state"] == "answered"
        assert rejoined["ticket"] == citizen.begun["ticket"]
        assert [(each["seq"], each["text"]) for each in rejoined["messages"]] == [(2, "to"), (3, "tre")]
        await worker.writes(contact, "fire")
        await eventually(lambda: again.messages, "a message")
        await asyncio.sleep(0.3)
        assert [each["seq"] for each in again.messages] == [4]

    story(scene, tell)


def test_somebody_elses_token_is_none(scene):
    async def tell():
        citizen = await scene.citizen()
        for token in ("x" * 43, scene.place.tokens["anna"][-43:], "", None, 7):
            answer = await citizen.call("rejoin", {"token": token, "after": 0})
            assert answer["error"]["code"] in {"not_found", "invalid"}

    story(scene, tell)


def test_a_code_opens_it_on_another_device_and_is_shown_once(each_scene):
    scene = each_scene

    async def tell():
        citizen, worker, contact = await scene.conversation()
        await citizen.writes("husk mig")
        code = (await citizen.call("code", {}))["code"]
        assert len(code) == 8
        await worker.call("close", {"contact": contact})
        ticket = citizen.begun["ticket"]
        other = await scene.citizen()
        answer = await other.call("resume", {"ticket": f"{ticket[:3]} {ticket[3:]}", "code": code})
        agreed(answer)
        assert answer["state"] == "ended"
        assert [each["text"] for each in answer["messages"]] == ["husk mig"]
        # Who comes back goes on: the same conversation is a new contact that waits.
        assert (await other.writes("Jeg er her igen"))["seq"] == 2
        (item,) = await worker.sees(1)
        assert item["contact"] != contact
        assert item["ticket"] == ticket
        agreed(await worker.takes(item["contact"]))
        await eventually(lambda: "Jeg er her igen" in worker.texts(), "the message")
        assert [each["seq"] for each in worker.messages if each["contact"] == item["contact"]] == [1, 2]

    story(scene, tell)


def test_five_wrong_codes_lock_the_ticket_for_good(each_scene):
    scene = each_scene

    async def tell():
        citizen = await scene.citizen()
        await citizen.starts()
        ticket, code = citizen.begun["ticket"], (await citizen.call("code", {}))["code"]
        wrong = f"{(int(code) + 1) % 10**8:08}"
        other = await scene.citizen()
        answers = await asyncio.gather(
            *(other.call("resume", {"ticket": ticket, "code": wrong}) for _ in range(5))
        )
        assert [answer["error"]["code"] for answer in answers] == ["wrong_code"] * 5
        for tried in (wrong, code):
            answer = await other.call("resume", {"ticket": ticket, "code": tried})
            assert answer["error"]["code"] == "locked"
        assert (await citizen.call("code", {}))["error"]["code"] == "locked"

    story(scene, tell)


def test_a_ticket_that_nobody_has_answers_as_one_that_somebody_has(scene):
    async def tell():
        other = await scene.citizen()
        codes = [
            (await other.call("resume", {"ticket": "000000", "code": "12345678"}))["error"]["code"]
            for _ in range(6)
        ]
        assert codes == ["wrong_code"] * 5 + ["locked"]
        slip = await other.call("resume", {"ticket": "000001", "code": "12345678"})
        assert slip["error"]["code"] == "not_found"

    story(scene, tell)


def test_leaving_and_erasing(each_scene):
    scene = each_scene

    async def tell():
        citizen, worker, _contact = await scene.conversation()
        await citizen.writes("hemmeligt")
        token = citizen.begun["token"]
        agreed(await citizen.call("leave", {"erase": True}))
        await eventually(lambda: worker.state == "ended", "ended for the worker")
        assert (await citizen.writes("mere"))["error"]["code"] == "not_found"
        again = await citizen.call("rejoin", {"token": token, "after": 0})
        assert again["error"]["code"] == "not_found"
        with scene.place.store.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM messages").scalar()
            key = connection.exec_driver_sql("SELECT wrapped_key FROM conversations").scalar()
        assert (rows, key) == (0, None)

    story(scene, tell)


def test_who_leaves_and_stays_may_ask_for_a_code_or_erase_it_and_writes_no_more(each_scene):
    scene = each_scene

    async def tell():
        citizen, worker, _contact = await scene.conversation()
        await citizen.writes("hemmeligt")
        token, ticket = citizen.begun["token"], citizen.begun["ticket"]
        assert await citizen.call("leave", {"erase": False, "stay": True}) == {"ok": True}
        await eventually(lambda: worker.state == "ended" == citizen.state, "ended for both")
        assert (await citizen.writes("mere"))["error"]["code"] == "gone"
        code = agreed(await citizen.call("code", {}))["code"]
        # After a lost connection too, and it does not begin again by that.
        again = await scene.citizen()
        assert agreed(await again.call("rejoin", {"token": token, "after": 1}))["state"] == "ended"
        assert (await again.writes("mere"))["error"]["code"] == "gone"
        elsewhere = await scene.citizen()
        resumed = agreed(await elsewhere.call("resume", {"ticket": ticket, "code": code}))
        assert [each["text"] for each in resumed["messages"]] == ["hemmeligt"]
        agreed(await again.call("leave", {"erase": True, "stay": True}))
        assert (await again.call("code", {}))["error"]["code"] == "not_found"  # erased is left for good
        assert (await citizen.call("code", {}))["error"]["code"] == "gone"
        with scene.place.store.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM messages").scalar()
            key = connection.exec_driver_sql("SELECT wrapped_key FROM conversations").scalar()
        assert (rows, key) == (0, None)

    story(scene, tell)


def test_who_leaves_and_does_not_stay_has_nothing_left(scene):
    async def tell():
        citizen, worker, _contact = await scene.conversation()
        agreed(await citizen.call("leave", {"erase": False}))
        await eventually(lambda: worker.state == "ended", "ended for the worker")
        assert (await citizen.call("code", {}))["error"]["code"] == "not_found"
        again = await citizen.call("rejoin", {"token": citizen.begun["token"], "after": 0})
        assert again["error"]["code"] == "not_found"

    story(scene, tell)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"line": "viborg"}, "closed"),
        ({"municipality": "0791"}, "closed"),
        ({"line": "nowhere"}, "not_found"),
        ({"line": "vest"}, "not_found"),
        ({"postcode": "9999"}, "not_found"),
        ({}, "invalid"),
        ({"line": "foenix", "postcode": "6700"}, "invalid"),
        ({"line": ["foenix"]}, "invalid"),
        ({"line": "foenix", "name": "Ib"}, "invalid"),
    ],
)
def test_starts_that_are_refused(scene, where, code):
    async def tell():
        citizen = await scene.citizen()
        answer = await citizen.call("start", where)
        assert not answer["ok"]
        assert answer["error"]["code"] == code
        if code == "closed":
            assert answer["error"]["phone"] == "+4576160003"

    story(scene, tell)


def test_bad_input_gets_the_protocols_error_and_disturbs_nobody(scene):
    async def tell():
        citizen, worker, _contact = await scene.conversation()
        for event, payload, code in [
            ("message", {"id": str(uuid.uuid4()), "text": "x" * 100_000}, "too_long"),
            ("message", {"id": str(uuid.uuid4()), "text": "a\x00b"}, "invalid"),
            ("message", {"id": str(uuid.uuid4()), "text": "\x1b[2J"}, "invalid"),
            ("message", {"id": str(uuid.uuid4()), "text": "   "}, "invalid"),
            ("message", {"id": "1", "text": "hej"}, "invalid"),
            ("message", {"text": "hej"}, "invalid"),
            ("message", "hej", "invalid"),
            ("message", ["hej"], "invalid"),
            ("message", None, "invalid"),
            ("start", {"line": "foenix"}, "invalid"),
            ("resume", {"ticket": "12", "code": "x"}, "invalid"),
            ("typing", {"on": "yes"}, "invalid"),
            ("leave", {"erase": 1}, "invalid"),
            ("leave", {"erase": False, "stay": "yes"}, "invalid"),
        ]:
            answer = await citizen.call(event, payload)
            assert not answer["ok"], event
            assert answer["error"]["code"] == code, (event, payload)
        stranger = await scene.citizen()
        for event, payload in [
            ("message", {"id": str(uuid.uuid4()), "text": "hej"}),
            ("code", {}),
            ("leave", {"erase": True}),
            ("typing", {"on": True}),
        ]:
            assert (await stranger.call(event, payload))["error"]["code"] == "not_found"
        assert (await citizen.writes("stadig her\nmed to linjer 😀"))["seq"] == 1
        await eventually(lambda: worker.texts() == ["stadig her\nmed to linjer 😀"], "the message")

    story(scene, tell)


def test_typing_is_told_and_ends_by_itself(scene):
    async def tell():
        citizen, worker, contact = await scene.conversation()
        await citizen.emit("typing", {"on": True})
        await eventually(lambda: worker.received["typing"], "typing")
        assert worker.received["typing"][0] == {"contact": contact, "on": True}
        await worker.emit("typing", {"contact": contact, "on": True})
        await eventually(lambda: citizen.received["typing"][:1] == [{"on": True}], "typing")
        await eventually(lambda: citizen.received["typing"][-1] == {"on": False}, "its end")
        await eventually(lambda: worker.received["typing"][-1]["on"] is False, "its end for the worker")

    story(scene, tell)


def test_the_place_in_the_queue_is_told_and_told_again(scene):
    async def tell():
        first, second = await scene.citizen(), await scene.citizen()
        assert (await first.starts())["position"] == 1
        begun = await second.starts()
        assert begun["position"] == 2
        # Nobody has the console open: the line's own number is said.
        assert begun["somebody_is_there"] is False
        assert begun["phone"] == "+4576160001"
        elsewhere = await scene.citizen()
        assert (await elsewhere.starts(postcode="5600"))["position"] == 1
        await first.call("leave", {"erase": False})
        await eventually(lambda: second.received["state"], "a new place")
        assert second.received["state"][-1]["position"] == 1
        await scene.worker("anna")
        await eventually(lambda: second.received["state"][-1].get("somebody_is_there"), "somebody")
        assert "phone" not in second.received["state"][-1]

    story(scene, tell)


def test_a_worker_who_is_away_is_not_said_to_be_there(scene):
    async def tell():
        worker = await scene.worker("anna")
        agreed(await worker.call("away", {"on": True}))
        await eventually(lambda: worker.queue == [], "present")
        citizen = await scene.citizen()
        begun = await citizen.starts()
        assert begun["somebody_is_there"] is False
        assert begun["phone"] == "+4576160001"
        # The next look says the same.
        other = await scene.citizen()
        assert (await other.starts())["position"] == 2
        agreed(await citizen.call("leave", {"erase": False}))
        await eventually(lambda: other.received["state"], "a new place")
        assert other.received["state"][-1]["somebody_is_there"] is False
        agreed(await worker.call("away", {"on": False}))
        await eventually(lambda: other.received["state"][-1]["somebody_is_there"], "somebody")
        assert "phone" not in other.received["state"][-1]

    story(scene, tell)


def test_long_polling_works_as_well(scene):
    async def tell():
        citizen = await scene.citizen(transports=("polling",))
        worker = await scene.worker("anna", transports=("polling",))
        await citizen.starts()
        (item,) = await worker.sees(1)
        await worker.takes(item["contact"])
        await worker.writes(item["contact"], "hej")
        await eventually(lambda: citizen.texts() == ["hej"], "the message")

    story(scene, tell)


def test_other_sites_pages_are_kept_out(scene):
    answer = requests.get(
        f"{scene.url}/socket.io/?EIO=4&transport=polling",
        headers={"Origin": "https://elsewhere.example"}, timeout=5,
    )  # fmt: skip
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers

    async def tell():
        stranger = Citizen(scene.url, headers={"Origin": "https://elsewhere.example"})
        with pytest.raises(socketio.exceptions.ConnectionError):
            await stranger.connect()

    story(scene, tell)


def test_health(scene):
    assert requests.get(f"{scene.url}/health/live", timeout=5).json() == {"status": "live"}
    ready = requests.get(f"{scene.url}/health/ready", timeout=5)
    assert ready.status_code == 200
    assert ready.json()["dependencies"] == {"database": "ok", "redis": "not set: one chat process is enough"}
    assert requests.get(f"{scene.url}/elsewhere", timeout=5).status_code == 404


def test_the_log_holds_nothing_of_anybody(scene):
    async def tell():
        before = len(scene.place.logs())
        citizen, worker, contact = await scene.conversation()
        code = (await citizen.call("code", {}))["code"]
        await citizen.writes("Jeg hedder Birthe")
        await worker.writes(contact, "Goddag")
        await citizen.call("message", {"id": "x", "text": "Birthe"})
        await worker.call("close", {"contact": contact})
        secrets = [
            code, citizen.begun["ticket"], citizen.begun["token"], "Birthe", "Goddag", "127.0.0.1",
            worker.token, "+4576160001", "Anna",
        ]  # fmt: skip
        said = scene.place.logs()[before:]
        assert '"contact_taken"' in said
        assert not [secret for secret in secrets if secret in said]
        assert "library_log" not in said
        assert "failed" not in said

    story(scene, tell)


def test_a_packet_that_is_broken_leaves_one_event_in_the_log_and_nothing_else(scene):
    async def tell():
        before = Counter(scene.place.logs().splitlines())
        async with aiohttp.ClientSession() as session:
            socket = await session.ws_connect(f"{scene.url}/socket.io/?EIO=4&transport=websocket")
            for sent in ("40/citizen,", '42/citizen,["message",{"text":"Birthe"', '42/citizen,1["code"]'):
                await socket.send_str(sent)
            while not (await socket.receive_str()).startswith("43/citizen,1"):
                continue
            await socket.close()
        # Each line is one of ours, be it of another story that ends just now: no traceback is between them.
        new = (Counter(scene.place.logs().splitlines()) - before).elements()
        events = [json.loads(line) for line in new]
        errors = [event["error"] for event in events if event["event"] == "library_log"]
        assert errors == ["JSONDecodeError"]

    story(scene, tell)


def test_ones_own_machine_goes_by_two_names(scene):
    """Staff's pages are at the one, the chat's settings say the other; another port is somebody else's."""
    for origin, status in ((f"http://localhost:{WEB_PORT}", 200), (f"http://localhost:{WEB_PORT + 1}", 400)):
        answer = requests.get(
            f"{scene.url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin}, timeout=5
        )
        assert answer.status_code == status, origin
