"""A phone is told, by a push service that really runs, in words that it alone can read."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from gateway.app import dispatcher_for
from gateway.conversations import desk, offers, opening, taking
from gateway.conversations.opening import Wanted
from gateway.push.places import MOST_AT_ONE
from gateway.push.subscriptions import MOST_BROWSERS, NotASubscriptionError
from gateway.push.telling import tell
from gateway.store import conversations, push_subscriptions
from gateway.store.tables import outbox
from gateway.wiring import utc_now
from tests.waiting import wait_until

OFFER = "Der er en, der venter."
OVER = "Der venter ikke nogen på dig nu. Tak."


def told(office, worker="anna", **more):
    with office.world.store.write() as connection:
        count = tell(connection, worker, "push_test", now=office.world.clock(), tag="test", **more)
    office.world.run(0)
    return count


def of_worker(office, worker="anna"):
    with office.world.store.read() as connection:
        return push_subscriptions.of_worker(connection, worker)


def outcomes(office):
    with office.world.store.read() as connection:
        return list(connection.execute(sa.select(outbox.c.outcome).where(outbox.c.kind == "push")).scalars())


def test_the_phone_reads_what_the_push_service_can_not(office):
    phone = office.phone("anna")
    assert told(office, alarm=True, path="/console/contacts/x") == 1
    (message,) = phone.told
    assert message.body == {
        "title": "Akutlinjen",
        "body": "Sådan ser det ud, når nogen venter.",
        "tag": "test",
        "path": "/console/contacts/x",
        "alarm": True,
    }
    assert message.headers["ttl"] == "60"
    assert message.headers["urgency"] == "high"
    assert message.claims["aud"] == office.service.url
    assert message.claims["sub"] == "https://akut.example"


def test_what_is_stored_does_not_tell_where_a_phone_is_reached(office):
    phone = office.phone("anna")
    told(office)
    with office.world.store.read() as connection:
        stored = repr(connection.execute(sa.text("SELECT * FROM push_subscriptions")).all())
        stored += repr(connection.execute(sa.select(outbox)).all())
    for secret in (phone.subscription["endpoint"], *phone.subscription["keys"].values()):
        assert secret not in stored


def test_each_phone_of_a_worker_is_told_and_nobody_elses(office):
    mobile, tablet, bos = office.phone("anna"), office.phone("anna", "tablet"), office.phone("bo")
    assert told(office) == 2
    assert [len(each.told) for each in (mobile, tablet, bos)] == [1, 1, 0]
    assert told(office, "carla") == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(office, status):
    phone = office.phone("anna")
    phone.answers = status
    told(office)
    assert of_worker(office) == []
    assert told(office) == 0


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_push_service_in_trouble_is_asked_again(office, status):
    phone = office.phone("anna")
    phone.answers = status
    told(office)
    phone.answers = 201
    office.world.run(10)
    assert len(phone.told) == 1
    assert len(of_worker(office)) == 1


@pytest.mark.parametrize("status", [400, 403, 413, 307])
def test_a_refusal_is_final_and_nobody_else_is_asked_instead(office, status):
    phone, elsewhere = office.phone("anna"), office.service.browser("elsewhere")
    phone.answers = status
    told(office)
    office.world.run(60)
    assert outcomes(office) == ["refused"]
    assert elsewhere.told == []


def test_a_push_service_that_hangs_keeps_nobody_waiting(office, other_service):
    # More than the dispatcher has threads.
    hung = [office.phone(worker, f"{worker}-{number}") for worker in ("bo", "carla") for number in range(10)]
    for each in hung:
        each.hangs = threading.Event()
    other_service.public_key = office.service.public_key
    phone = other_service.browser("anna")
    office.subscribe("anna", phone.subscription)
    gateway = replace(office.gateway, now=utc_now)
    with office.world.store.write() as connection:
        for worker in ("bo", "carla"):
            tell(connection, worker, "push_test", now=utc_now(), tag="test")
    dispatcher = dispatcher_for(gateway)
    dispatcher.start()
    try:
        wait_until(lambda: office.service.waiting >= 4, "some hang", 15)
        with office.world.store.write() as connection:
            tell(connection, "anna", "push_test", now=utc_now(), tag="test")
        wait_until(lambda: phone.told, "Anna's phone is told", 15)
        assert office.service.waiting == MOST_AT_ONE  # none of them has been given up yet
    finally:
        for each in hung:
            each.hangs.set()
        dispatcher.stop()


@pytest.mark.parametrize(
    "address",
    [
        "https://169.254.169.254/latest", "http://localhost:8000/x", "https://fcm.googleapis.com/x",
        "http://example.org/x", "file:///etc/passwd", "http://127.0.0.1:99999/x", "", 7,
        "http://anna@127.0.0.1/x", "http://127.0.0.1/" + 1000 * "x", "https://127.0.0.1.example.org/x",
    ],
)  # fmt: skip
def test_only_the_push_services_of_the_settings_are_ever_asked(office, address):
    given = office.service.browser("x").subscription | {"endpoint": address}
    with pytest.raises(NotASubscriptionError):
        office.subscribe("anna", given)


@pytest.mark.parametrize("keys", [None, {}, {"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": 1, "auth": 2}])
def test_keys_that_no_browser_has_are_refused(office, keys):
    given = office.service.browser("x").subscription | {"keys": keys}
    with pytest.raises(NotASubscriptionError):
        office.subscribe("anna", given)


def test_a_browser_that_comes_again_is_one_and_belongs_to_who_came_last(office):
    phone = office.phone("anna")
    office.subscribe("anna", phone.subscription)
    assert len(of_worker(office)) == 1
    office.subscribe("bo", phone.subscription)
    assert (of_worker(office), len(of_worker(office, "bo"))) == ([], 1)


def test_of_very_many_browsers_the_oldest_is_dropped(office):
    phones = [office.phone("anna", f"phone-{number}") for number in range(MOST_BROWSERS + 1)]
    assert told(office) == MOST_BROWSERS
    assert [len(each.told) for each in phones] == [0] + [1] * MOST_BROWSERS


# --- a contact is offered -------------------------------------------------------------------------


def a_chat(office):
    with office.world.store.write() as connection:
        return opening.begin(connection, office.gateway, Wanted(line="foenix"), "da", office.world.clock())


def turn(office):
    """What the chat process does each second."""
    with office.world.store.read() as connection:
        looked = desk.look(connection, office.gateway, office.world.clock())
    offers.make(office.world.store, looked, office.world.clock())
    office.world.run(0)
    return looked


def offered_to(office, opened):
    with office.world.store.read() as connection:
        return conversations.find(connection, opened.conversation).offered_to


def test_a_locked_phone_is_asked_and_asked_again_and_then_the_next_one_is(each_office):
    office = each_office
    office.world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna, bo = office.phone("anna"), office.phone("bo")
    opened = a_chat(office)
    turn(office)
    assert (offered_to(office, opened), anna.words, bo.words) == ("anna", [OFFER], [])
    assert anna.told[0].body["alarm"] is True
    assert opened.contact.id not in repr(anna.told[0].body)
    office.world.run(14)
    assert anna.words == [OFFER]
    office.world.run(2)
    assert anna.words == [OFFER, OFFER]
    office.world.run(15)
    turn(office)
    assert offered_to(office, opened) == "bo"
    office.world.run(1)
    assert anna.words[2:] in ([], [OVER])  # told at the very end of the turn, or by the sweep after it
    assert bo.words == [OFFER]


def test_who_did_not_take_it_hears_that_a_colleague_did(office):
    office.world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna, bo = office.phone("anna"), office.phone("bo")
    opened = a_chat(office)
    turn(office)
    with office.world.store.write() as connection:
        now = office.world.clock()
        assert taking.take(connection, office.gateway, opened.contact.id, "bo", now) is taking.Taking.WON
    office.world.run(60)
    assert (anna.words, bo.words) == ([OFFER, OVER], [])
    assert anna.told[1].body["alarm"] is False


def test_who_took_it_hears_no_more_of_it(office):
    office.world.on_duty(("foenix", 1, "anna"))
    anna = office.phone("anna")
    opened = a_chat(office)
    turn(office)
    with office.world.store.write() as connection:
        taking.take(connection, office.gateway, opened.contact.id, "anna", office.world.clock())
    office.world.run(60)
    assert anna.words == [OFFER]


def test_a_citizen_who_leaves_takes_the_alarm_along(office):
    from gateway.conversations import ending

    office.world.on_duty(("foenix", 1, "anna"))
    anna = office.phone("anna")
    opened = a_chat(office)
    turn(office)
    with office.world.store.write() as connection:
        ending.leave(connection, office.gateway, opened.conversation, office.world.clock(), erase=True)
    office.world.run(60)
    assert anna.words == [OFFER, OVER]


def test_nobody_without_console_and_without_push_is_asked(office):
    office.world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    bo = office.phone("bo")
    opened = a_chat(office)
    turn(office)
    assert (offered_to(office, opened), bo.words) == ("bo", [OFFER])
