"""The workers' protocol: who is shown what, who is asked, who wins."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import socketio
import sqlalchemy as sa

from gateway.accounts import tokens
from gateway.contacts.claims import Claim, claim
from gateway.push.telling import PUSH
from gateway.store import contacts as contact_rows
from gateway.store import push_subscriptions
from gateway.store.contacts import Contact
from gateway.store.ids import new_id
from gateway.store.push_subscriptions import PushSubscription
from gateway.store.tables import outbox
from tests.chat.people import Worker, agreed, eventually
from tests.chat.test_citizen import story


def a_call_waits(place, line="foenix"):
    """A telephone call that nobody has, as the web process would have written it."""
    now = datetime.now(UTC)
    name = new_id()
    with place.store.write() as connection:
        contact_rows.insert_contact(
            connection,
            Contact(
                id=name, channel="voice", carrier_key=f"CA{name}", entry=f"line:{line}", language="da",
                state="waiting", waiting_since=now, last_turn_at=now, line=line, municipality="0561",
            ),
        )  # fmt: skip
    return name


@pytest.mark.parametrize("token", ["", "akutlinjen_" + "x" * 43, None, 5, {"a": 1}])
def test_nobody_gets_in_without_a_token(scene, token):
    async def tell():
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Worker(scene.url, token).connect()

    story(scene, tell)


def test_a_revoked_token_ends_the_connection(scene):
    async def tell():
        worker = await scene.worker("anna")
        await eventually(lambda: worker.queue == [], "an empty queue")
        with scene.place.store.write() as connection:
            tokens.revoke_all(connection, "anna", datetime.now(UTC))
        await eventually(lambda: not worker.client.connected, "the end of the connection")

    story(scene, tell)


def test_the_queue_is_what_a_worker_may_take(scene):
    async def tell():
        anna, carla, nadia, olga = [await scene.worker(name) for name in ("anna", "carla", "nadia", "olga")]
        citizen = await scene.citizen()
        await citizen.starts(line="foenix")
        call = a_call_waits(scene.place)
        await anna.sees(2)
        assert [item["channel"] for item in anna.queue] == ["chat", "voice"]
        assert anna.waiting()[1] == call
        assert anna.queue[0]["waited_seconds"] >= 0
        await nadia.sees(2)  # of the night line, which is on duty too
        contact = anna.waiting()[0]
        assert (await carla.takes(contact))["error"]["code"] == "not_found"
        assert (await anna.takes(call))["error"]["code"] == "invalid"
        assert (await anna.takes("0" * 32))["error"]["code"] == "not_found"
        agreed(await nadia.takes(contact))
        assert (await anna.takes(contact))["error"]["code"] == "taken"
        assert (await anna.writes(contact, "hej"))["error"]["code"] == "not_found"
        assert (await anna.call("close", {"contact": contact}))["error"]["code"] == "not_found"
        for other in (carla, olga):  # of another line; not on duty
            await eventually(lambda other=other: other.queue is not None, "a queue")
            assert not any(other.received["queue"])

    story(scene, tell)


def test_whoever_comes_is_sent_what_waits_now_and_nothing_that_was_taken(scene):
    async def tell():
        anna = await scene.worker("anna")
        for _ in range(3):
            citizen = await scene.citizen()
            await citizen.starts()
            (item,) = await anna.sees(1)
            agreed(await anna.takes(item["contact"]))
            bo = await scene.worker("bo")
            await eventually(lambda bo=bo: bo.queue is not None, "a queue")
            assert bo.received["queue"][0] == []
            agreed(await anna.call("close", {"contact": item["contact"]}))
            await bo.leave_the_net()

    story(scene, tell)


def test_who_is_away_is_offered_nothing(scene):
    async def tell():
        anna, bo = await scene.worker("anna"), await scene.worker("bo")
        agreed(await anna.call("away", {"on": True}))
        citizen = await scene.citizen()
        await citizen.starts()
        await eventually(lambda: is_asked(bo), "an offer")
        assert anna.queue == []
        assert (await anna.takes(bo.waiting()[0]))["error"]["code"] == "away"
        await anna.call("away", {"on": False})
        await anna.sees(1)

    story(scene, tell)


def test_every_open_console_hears_that_its_worker_went_away_or_is_back_wherever_it_was_said(scene):
    async def tell():
        anna, bo = await scene.worker("anna"), await scene.worker("bo")
        await eventually(lambda: anna.queue == [] and bo.queue == [], "the queues")
        for count, since in ((2, datetime.now(UTC)), (3, None)):
            with scene.place.store.write() as connection:
                contact_rows.set_away(connection, "anna", since)
            await eventually(lambda count=count: len(anna.received["queue"]) == count, "the queue anew")
        assert anna.received["queue"] == [[], [], []]
        assert bo.received["queue"] == [[]]

    story(scene, tell)


def is_asked(worker, place=0):
    queue = worker.queue or []
    return len(queue) > place and queue[place]["offered_until"] is not None


def test_an_offer_that_is_not_answered_goes_to_the_next_and_keeps_its_place(scene):
    async def tell():
        anna, bo = await scene.worker("anna"), await scene.worker("bo")
        await eventually(lambda: anna.queue == [] and bo.queue == [], "both present")
        first = await scene.citizen()
        await first.starts()
        await eventually(lambda: is_asked(anna), "an offer to anna")
        await bo.sees(1)
        assert not is_asked(bo)
        since = anna.queue[0]["waiting_since"]
        with scene.place.store.write() as connection:  # half a minute goes by
            connection.exec_driver_sql(
                "UPDATE conversations SET offered_until = '2026-01-01 00:00:00.000000'"
            )
        await eventually(lambda: is_asked(bo) and not is_asked(anna), "an offer to bo")
        assert anna.queue[0]["waiting_since"] == since
        # The next citizen's goes to whoever is not asked.
        second = await scene.citizen()
        await second.starts()
        await eventually(lambda: is_asked(anna, 1), "another offer")
        # Who leaves is asked no more.
        await bo.leave_the_net()
        await (await scene.worker("nadia")).sees(2)

        def asked():
            with scene.place.store.read() as connection:
                return set(connection.exec_driver_sql("SELECT offered_to FROM conversations").scalars())

        await eventually(lambda: asked() == {"anna", "nadia"}, "an offer to nadia")

    story(scene, tell)


def test_one_chat_by_default_and_a_second_by_choice_but_never_beside_a_call(scene):
    async def tell():
        worker = await scene.worker("anna")
        citizens = [await scene.citizen() for _ in range(3)]
        for citizen in citizens:
            await citizen.starts()
        await worker.sees(3)
        one, two, three = worker.waiting()
        agreed(await worker.takes(one))
        agreed(await worker.takes(one))  # again changes nothing
        assert (await worker.takes(two))["error"]["code"] == "engaged"
        agreed(await worker.takes(two, second=True))
        assert (await worker.takes(three, second=True))["error"]["code"] == "engaged"
        # The first ends: the other one still keeps calls away.
        agreed(await worker.call("close", {"contact": one}))
        call = a_call_waits(scene.place)
        with scene.place.store.write() as connection:
            assert claim(connection, call, "anna", "leg", datetime.now(UTC)) is Claim.ENGAGED
        agreed(await worker.call("close", {"contact": two}))
        with scene.place.store.write() as connection:
            assert claim(connection, call, "anna", "leg", datetime.now(UTC)) is Claim.WON
        assert (await worker.takes(three, second=True))["error"]["code"] == "engaged"

    story(scene, tell)


def test_handing_over_to_a_colleague(scene):
    async def tell():
        citizen, anna, contact = await scene.conversation()
        await citizen.writes("hej")
        assert (await anna.call("transfer", {"contact": contact, "to": "bo"}))["error"]["code"] == "nobody"
        bo = await scene.worker("bo")
        for _ in range(50):  # until bo's presence is written down
            answer = await anna.call("transfer", {"contact": contact, "to": "bo"})
            if answer["ok"]:
                break
            await asyncio.sleep(0.1)
        agreed(answer)
        await eventually(lambda: bo.texts() == ["hej"], "the conversation so far")
        await eventually(lambda: anna.state == "handed_over", "the end for anna")
        assert (await anna.writes(contact, "mere"))["error"]["code"] == "not_found"
        assert (await bo.writes(contact, "Jeg hedder Bo"))["seq"] == 2
        await eventually(lambda: len(citizen.messages) == 2, "both messages")
        assert "ended" not in [state["state"] for state in citizen.received["state"]]

    story(scene, tell)


def test_the_colleagues_phone_is_told_that_the_conversation_is_theirs(scene):
    async def tell():
        _citizen, anna, contact = await scene.conversation()
        bo = await scene.worker("bo")
        phone = PushSubscription("phone", "bo", "hash", b"sealed", "Phone", datetime.now(UTC))
        with scene.place.store.write() as connection:
            push_subscriptions.save(connection, phone)
        try:
            await eventually(lambda: bo.queue is not None, "bo's console")
            for _ in range(50):  # until bo's presence is written down
                answer = await anna.call("transfer", {"contact": contact, "to": "bo"})
                if answer["ok"]:
                    break
                await asyncio.sleep(0.1)
            agreed(answer)
            with scene.place.store.read() as connection:
                told = connection.execute(sa.select(outbox.c.details).where(outbox.c.kind == PUSH)).scalars()
                assert [each["text"] for each in told] == ["push_handed_over"]
        finally:
            with scene.place.store.write() as connection:
                push_subscriptions.remove_all(connection, "bo")

    story(scene, tell)


@pytest.mark.parametrize("to", ["anna", "carla", "night_line"])
def test_nobody_who_is_not_there_gets_it(scene, to):
    async def tell():
        _citizen, anna, contact = await scene.conversation()
        answer = await anna.call("transfer", {"contact": contact, "to": to})
        assert answer["error"]["code"] == "nobody"
        assert (await anna.writes(contact, "Jeg er her"))["ok"]

    story(scene, tell)


def test_a_worker_who_comes_back_has_the_conversation_again(scene):
    async def tell():
        citizen, anna, contact = await scene.conversation()
        await citizen.writes("en")
        await anna.leave_the_net()
        await citizen.writes("to")
        again = await scene.worker("anna")
        await eventually(lambda: again.texts() == ["en", "to"], "both messages")
        await eventually(lambda: again.state == "answered", "its state")
        third = await scene.worker("anna", after={contact: 1})
        await eventually(lambda: third.texts() == ["to"], "what it has not")

    story(scene, tell)


@pytest.mark.parametrize("rounds", [60])
def test_two_phones_that_take_it_at_the_same_moment(each_scene, rounds):
    scene = each_scene

    async def tell():
        anna, bo = await scene.worker("anna"), await scene.worker("bo")
        for _ in range(rounds):
            citizen = await scene.citizen()
            await citizen.starts()
            await asyncio.gather(anna.sees(1), bo.sees(1))
            (contact,) = anna.waiting()
            answers = await asyncio.gather(*(each.takes(contact) for each in (anna, bo)))
            assert sorted(answer["ok"] for answer in answers) == [False, True]
            (lost,) = [answer for answer in answers if not answer["ok"]]
            assert lost["error"]["code"] == "taken"
            winner = (anna, bo)[answers[1]["ok"]]
            agreed(await winner.call("close", {"contact": contact}))
            await citizen.leave_the_net()
            await asyncio.gather(anna.sees(0), bo.sees(0))

    story(scene, tell)


@pytest.mark.parametrize("rounds", [30])
def test_one_worker_who_takes_a_call_and_a_chat_at_the_same_moment(each_scene, rounds):
    scene = each_scene

    def press_one(call):
        with scene.place.store.write() as connection:
            return claim(connection, call, "anna", "leg", datetime.now(UTC))

    async def tell():
        anna = await scene.worker("anna")
        for _ in range(rounds):
            citizen = await scene.citizen()
            await citizen.starts()
            await eventually(lambda: len(anna.queue or []) >= 1, "the chat")
            (contact,) = [item["contact"] for item in anna.queue if item["channel"] == "chat"]
            call = a_call_waits(scene.place)
            came, answer = await asyncio.gather(
                asyncio.to_thread(press_one, call), anna.takes(contact, second=True)
            )
            assert (came is Claim.WON) != answer["ok"], (came, answer)
            with scene.place.store.write() as connection:
                contact_rows.release(connection, call)
                connection.exec_driver_sql(f"UPDATE contacts SET state = 'ended' WHERE id = '{call}'")
            await anna.call("close", {"contact": contact})
            await citizen.call("leave", {"erase": False})
            await citizen.leave_the_net()
            await anna.sees(0)

    story(scene, tell)
