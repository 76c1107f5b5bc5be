"""When a worker first wrote: noted on the contact, once, by whoever of them it was."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from gateway.conversations import transcript
from gateway.conversations.transcript import Draft, Refused, Sender
from gateway.store import contacts as contact_rows
from gateway.store import conversations, joined_workers
from tests.gateway.conversations.evening import Evening

ID = "0123456789abcdef0123456789abcdef"


def first_word(world, contact):
    with world.store.read() as connection:
        found = contact_rows.find_contact(connection, contact)
    at = found.first_word_at
    return None if at is None else (at - found.waiting_since).total_seconds()


def writes(world, contact, sender, worker=None, client_id=None):
    with world.store.write() as connection:
        name = contact_rows.find_contact(connection, contact).conversation
        draft = Draft(name, sender, "Hej", client_id, worker)
        (written,) = transcript.write(connection, world.gateway.vault, [draft], world.clock())
    return written


def later(world, seconds):
    world.clock.set(world.clock() + timedelta(seconds=seconds))


@pytest.fixture
def evening(world):
    return Evening(world)


@pytest.fixture(params=["chat", "sms"])
def contact(request, evening):
    evening.at_the_screen("anna")
    if request.param == "chat":
        return evening.citizen_writes()
    evening.world.expect_texts(1)  # that it was received
    return evening.citizen_texts()


def test_it_is_a_workers_first_message_and_not_that_they_took_it(world, evening, contact):
    later(world, 10)
    evening.takes("anna", contact)
    assert first_word(world, contact) is None
    writes(world, contact, Sender.CITIZEN)
    writes(world, contact, Sender.SYSTEM)
    assert first_word(world, contact) is None
    later(world, 7)
    assert not isinstance(writes(world, contact, Sender.WORKER, "anna"), Refused)
    found = first_word(world, contact)
    assert found >= 17
    later(world, 5)
    writes(world, contact, Sender.WORKER, "anna")
    assert first_word(world, contact) == found


def test_a_message_that_is_refused_is_no_word_and_one_that_comes_again_is_none_anew(world, evening):
    contact = evening.citizen_writes()
    assert writes(world, contact, Sender.WORKER, "anna") is Refused.NOT_THEIRS
    evening.takes("anna", contact)
    assert writes(world, contact, Sender.WORKER, "bo") is Refused.NOT_THEIRS
    assert first_word(world, contact) is None
    writes(world, contact, Sender.WORKER, "anna", ID)
    later(world, 9)
    assert not writes(world, contact, Sender.WORKER, "anna", ID).is_new
    assert first_word(world, contact) == 0


def test_a_colleague_who_has_joined_is_as_human(world, evening):
    contact = evening.citizen_writes()
    evening.takes("anna", contact)
    with world.store.write() as connection:
        joined_workers.add(connection, contact, "bo", world.clock())
    later(world, 4)
    writes(world, contact, Sender.WORKER, "bo")
    assert first_word(world, contact) == 4


def test_of_a_batch_each_contact_has_its_own(world, evening):
    one, two = evening.citizen_writes(), evening.citizen_writes()
    evening.takes("anna", one)
    evening.takes("bo", two)
    with world.store.write() as connection:
        names = [contact_rows.find_contact(connection, each).conversation for each in (one, two)]
        drafts = [
            Draft(names[0], Sender.CITIZEN, "Hej"),
            Draft(names[0], Sender.WORKER, "Hej", worker="bo"),  # refused: it is Anna's
            Draft(names[1], Sender.WORKER, "Hej", worker="bo"),
            Draft(names[1], Sender.WORKER, "Hej igen", worker="bo"),
        ]
        transcript.write(connection, world.gateway.vault, drafts, world.clock())
    assert (first_word(world, one), first_word(world, two)) == (None, 0)


def test_it_waits_for_nobody_who_has_the_contact_and_wants_the_conversation(each_world):
    """The contact first, then the conversation: in another order PostgreSQL would have to break one off."""
    world, evening = each_world, Evening(each_world)
    contact = evening.citizen_writes()
    evening.takes("anna", contact)
    done, failed = threading.Event(), []

    def write():
        try:
            writes(world, contact, Sender.WORKER, "anna")
        except Exception as error:  # noqa: BLE001 - said below
            failed.append(error)
        done.set()

    thread = threading.Thread(target=write)
    with world.store.write() as connection:
        found = contact_rows.lock_contact(connection, contact)
        thread.start()
        assert not done.wait(0.5)
        conversations.lock(connection, [found.conversation])
    thread.join(30)
    assert failed == []
    assert first_word(world, contact) == 0
