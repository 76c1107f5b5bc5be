"""A worker goes home and leaves a conversation open: whoever is on duty has it, and none stays for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.contacts.lifecycle import ContactState
from gateway.conversations import joining, unread
from gateway.conversations.transcript import Draft, Sender, read, write
from gateway.privacy.purge import purge
from gateway.store import conversations
from gateway.store.contacts import lock_contact
from tests.flows.texts import Writer
from tests.gateway.conversations.evening import Evening

TOLD = "Den, du skrev med, er ikke på arbejde mere. Vi finder en anden til dig nu."
# Anna until four in the afternoon, then Bo. It is five past two.
SHIFTS = (
    ("foenix", 1, "anna", "2026-11-24 08:00", "2026-11-24 16:00"),
    ("foenix", 1, "bo", "2026-11-24 16:00", "2026-11-25 08:00"),
)


@pytest.fixture
def evening(each_world):
    return answered(each_world, SHIFTS)


def answered(world, duty):
    """Anna has answered an SMS."""
    evening = Evening(world, duty=duty)
    world.expect_texts(2)
    evening.citizen_texts()
    evening.anna, evening.bo = Writer(world, "anna"), Writer(world, "bo")
    evening.anna.accepts()
    evening.anna.writes("Jeg er her.")
    return evening


def goes_home(evening):
    """Anna's shift is over, and her page is closed."""
    evening.waits(2 * 3600)


def states(world):
    return [(contact.state, contact.answered_by, contact.ended_by) for contact in world.contacts()]


def written(world):
    with world.store.read() as connection:
        found = conversations.find(connection, world.contacts()[-1].conversation)
        return [(each.sender, each.text) for each in read(connection, world.gateway.vault, found)]


def test_who_writes_after_the_shift_is_asked_for_by_the_next_and_nobody_off_duty_is_told(each_world, evening):
    goes_home(evening)
    each_world.expect_texts(3)
    each_world.citizen_texts("Er du der?")
    wrote_at = each_world.clock()
    evening.passes(29)
    assert states(each_world) == [("answered", "anna", None)]
    each_world.expect_message("bo")
    evening.passes(60)
    before, after = each_world.contacts()
    assert states(each_world) == [("ended", "anna", "system"), ("waiting", None, None)]
    assert (after.waiting_since, after.conversation) == (wrote_at, before.conversation)
    assert [name for name, _body in evening.texts()] == ["bo"]
    assert written(each_world)[-2:] == [(Sender.CITIZEN, "Er du der?"), (Sender.SYSTEM, TOLD)]
    evening.bo.accepts()
    each_world.expect_texts(4)
    evening.bo.writes("Nu er jeg her.")
    assert each_world.engaged() == {"bo"}
    assert each_world.contacts()[-1].caller_number is not None


@pytest.mark.parametrize(
    ("hours", "told"), [(2, ["koord"]), (1, ["anna", "koord"])], ids=["nobody is on duty", "its worker is"]
)
def test_it_stays_where_nobody_else_is_to_have_it(each_world, hours, told):
    evening = answered(each_world, SHIFTS[:1])
    evening.waits(hours * 3600)
    each_world.citizen_texts("Er du der?")
    for name in told:
        each_world.expect_message(name)
    evening.passes(301)
    assert states(each_world) == [("answered", "anna", None)]
    assert [name for name, _body in evening.texts()] == told


def test_it_stays_with_whoever_is_still_at_the_screen(each_world, evening):
    goes_home(evening)
    each_world.citizen_texts("Er du der?")
    evening.passes(120, "anna")
    assert states(each_world) == [("answered", "anna", None)]


@pytest.mark.parametrize("answers", [True, False], ids=["answers", "is back"])
def test_it_stays_with_a_worker_who_comes_back_at_that_moment(each_world, evening, monkeypatch, answers):
    goes_home(evening)
    each_world.citizen_texts("Er du der?")
    each_world.clock.set(each_world.clock() + timedelta(seconds=30))
    with each_world.store.read() as connection:
        seen = unread.look(connection, each_world.clock())
    assert len(seen) == 1
    if answers:
        each_world.expect_texts(3)
        evening.anna.writes("Ja, jeg er her.")
    else:
        evening.at_the_screen("anna")
    look = unread.look
    monkeypatch.setattr(unread, "look", lambda *asked: seen if len(asked) == 2 else look(*asked))
    unread.write(each_world.gateway, set(), each_world.clock())
    each_world.run(0)
    assert states(each_world) == [("answered", "anna", None)]
    assert evening.texts() == []


def test_it_stays_where_a_colleague_on_duty_is_in_it(each_world, evening):
    goes_home(evening)
    evening.at_the_screen("bo")
    each_world.expect_texts(3)
    with each_world.store.write() as connection:
        contact = lock_contact(connection, each_world.contacts()[0].id)
        assert joining.add(connection, each_world.gateway, contact, "anna", "bo", each_world.clock()) == "bo"
    each_world.citizen_texts("Er I der?")
    evening.passes(60)
    assert states(each_world) == [("answered", "anna", None)]
    assert evening.texts() == []


@pytest.mark.parametrize(("hours", "state"), [(3, "ended"), (3 - 1 / 60, "answered")])
def test_three_silent_hours_after_the_workers_last_word_it_is_over(each_world, evening, hours, state):
    evening.waits(round(hours * 3600))
    assert states(each_world) == [(state, "anna", "system" if state == "ended" else None)]
    assert each_world.engaged() == (set() if state == "ended" else {"anna"})


def test_whoever_writes_now_and_then_is_not_left(each_world, evening):
    evening.waits(2 * 3600 + 1800)
    each_world.expect_texts(3)
    evening.anna.writes("Jeg er her stadig.")
    evening.waits(2 * 3600 + 1800)
    assert each_world.contacts()[0].state == ContactState.ANSWERED


def test_a_citizen_who_had_the_last_word_has_twelve_hours(each_world):
    evening = answered(each_world, SHIFTS[:1])  # else it would go on with the next
    evening.waits(2 * 3600)
    each_world.citizen_texts("Farvel")
    each_world.expect_message("koord")
    evening.waits(12 * 3600 - 1)
    assert each_world.contacts()[0].state == ContactState.ANSWERED
    evening.waits(1)
    assert states(each_world) == [("ended", "anna", "system")]


def test_what_was_written_goes_a_day_after_the_end_that_nobody_made(each_world, evening):
    evening.waits(3 * 3600)
    each_world.clock.set(each_world.clock() + timedelta(hours=25))
    purge(each_world.store, each_world.gateway.audit, each_world.clock(), actor="system")
    assert written(each_world) == []
    assert each_world.contacts()[0].caller_number is None


def test_whoever_texts_after_that_end_is_a_new_contact_of_the_same_conversation(each_world, evening):
    evening.waits(3 * 3600)
    each_world.expect_texts(3)
    each_world.citizen_texts("Hej igen")
    assert [contact.state for contact in each_world.contacts()] == ["ended", "waiting"]
    assert (Sender.CITIZEN, "Er der nogen?") in written(each_world)


def test_a_chat_is_passed_on_and_ends_the_same_way(world):
    evening = Evening(world, duty=SHIFTS)
    contact = evening.citizen_writes()
    evening.takes("anna", contact)
    goes_home(evening)
    (chat,) = [each.conversation for each in world.contacts()]
    with world.store.write() as connection:
        write(connection, world.gateway.vault, [Draft(chat, Sender.CITIZEN, "Er du der?")], world.clock())
    evening.passes(30, "bo")
    assert [each[0] for each in states(world)] == ["ended", "waiting"]
    evening.passes(1, "bo")
    assert [each[0] for each in states(world)] == ["ended", "offered"]
    evening.takes("bo", world.contacts()[-1].id)
    world.expect_message("bo")
    world.expect_message("koord")
    evening.waits(3 * 3600)
    assert [each[0] for each in states(world)] == ["ended", "answered"]
    evening.waits(9 * 3600)
    assert [each[0] for each in states(world)] == ["ended", "ended"]
