"""The form after a contact: drafts, handing in, corrections, consent, and what becomes of the words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from config.forms import Function, newest
from gateway.contacts.closing import ClosingReason
from gateway.conversations import ending, opening, taking
from gateway.conversations.opening import Wanted
from gateway.privacy.purge import purge
from gateway.registration import desk
from gateway.registration.completeness import missing, share_registered
from gateway.registration.consent import Consent, withdraw_consent
from gateway.registration.desk import AnswersError, NotNowError, OutdatedError
from gateway.registration.facts import facts_of
from gateway.registration.quick_close import quick_close
from gateway.store import contacts as contact_rows
from gateway.store import persons, registrations
from gateway.store.contacts import Contact
from gateway.store.ids import new_id
from gateway.store.tables import audit_entries, consents, registration_facts
from tests.flows.world import World, local
from tests.gateway.console.site import with_chat

CPR = "211062-5629"
ANSWERS = {
    "channel": "voice", "began_at": "2026-11-24T14:00", "minutes": 12,
    "who": "person_in_acute_mental_crisis", "first_contact": "first", "sex": "unknown", "age": "18_29",
    "crisis_level": "mild", "themes": ["low_mood", "support_care"], "background": "unknown",
    "further": "none", "note": "Ringer igen, hvis det bliver værre.",
}  # fmt: skip


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


@pytest.fixture
def contact(world):
    """A conversation that Anna had: answered after five seconds, over after ten minutes."""
    at = world.clock()
    contact = Contact(
        id=new_id(), channel="voice", carrier_key="CA1", entry="line:foenix", language="da", state="ended",
        waiting_since=at, last_turn_at=at, line="foenix", municipality="0561", answered_by="anna",
        answered_at=at + timedelta(seconds=5), connected_at=at + timedelta(seconds=6),
        ended_at=at + timedelta(seconds=606), ended_by="citizen",
        wrapped_key=world.gateway.vault.new_key().wrapped,
    )  # fmt: skip
    with world.store.write() as connection:
        contact_rows.insert_contact(connection, contact)
    world.clock.set(at + timedelta(minutes=11))
    return contact


def save(world, contact, answers=ANSWERS, *, by="anna", version=0, submit=True, consent=None):
    with world.store.write() as connection:
        locked = contact_rows.lock_contact(connection, contact.id)
        return desk.save(
            connection, world.gateway, world.site, locked, answers, by=by, version=version,
            now=world.clock(), submit=submit, consent=consent,
        )  # fmt: skip


def shown(world, contact):
    with world.store.read() as connection:
        found = contact_rows.find_contact(connection, contact.id)
        return desk.shown(connection, world.gateway, world.site, found)


def facts(world):
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(registration_facts)).mappings()]


def state(world, contact):
    with world.store.read() as connection:
        return contact_rows.find_contact(connection, contact.id).state


def still_missing(world, **options):
    with world.store.read() as connection:
        return [each.contact for each in missing(connection, sa.true(), **options)]


def test_what_the_system_knows_is_filled_in(world, contact):
    form = shown(world, contact)
    assert (form.state, form.version) == ("missing", 0)
    assert form.answers == {
        "channel": "voice", "began_at": "2026-11-24T14:00", "minutes": 10, "municipality": "0561"
    }  # fmt: skip


def test_a_draft_is_kept_and_registers_nothing(world, contact):
    save(world, contact, {"who": "relative"}, submit=False)
    form = shown(world, contact)
    assert (form.state, form.version, form.answers) == ("draft", 1, {"who": "relative"})
    assert state(world, contact) == "ended"
    assert facts(world) == []
    assert still_missing(world) == [contact.id]


def test_handed_in_it_is_counted_and_the_contact_is_registered(world, contact):
    save(world, contact)
    assert state(world, contact) == "registered"
    (row,) = facts(world)
    assert (row["function"], row["hour"], str(row["day"]), row["line"]) == (
        "telephone", 14, "2026-11-24", "foenix"
    )  # fmt: skip
    assert (row["in_target_group"], row["themes"], row["municipality"]) == (1, 0b101, "0561")
    assert shown(world, contact).answers["note"] == ANSWERS["note"]
    assert still_missing(world) == []
    with world.store.read() as connection:
        (week,) = share_registered(
            connection, ["foenix"], world.clock().date(), world.clock().date() + timedelta(1), world.site.zone
        )
        actions = connection.execute(sa.select(audit_entries.c.action)).scalars().all()
    assert (week.due, week.registered) == (1, 1)
    assert actions == ["registered"]


def test_every_problem_at_once_and_nothing_is_written(world, contact):
    with pytest.raises(AnswersError) as caught:
        save(world, contact, {"who": "relativ", "minutes": 1441, "themes": ["x"], "who_other": "a",
                              "cpr": "1", "began_at": "2026-13-01T00:00", "colour": "red"})  # fmt: skip
    names = {problem.partition(":")[0] for problem in caught.value.problems}
    assert names >= {"who", "minutes", "themes", "who_other", "cpr", "began_at", "colour", "sex", "further"}
    assert shown(world, contact).state == "missing"


def test_unknown_goes_with_nothing_else(world, contact):
    with pytest.raises(AnswersError, match="either unknown or something else"):
        save(world, contact, ANSWERS | {"life_situation": ["unknown", "lives_alone"]})


def test_two_devices_dont_overwrite_each_other(world, contact):
    save(world, contact, {"who": "relative"}, submit=False)
    with pytest.raises(OutdatedError):
        save(world, contact, {"who": "other"}, submit=False)
    save(world, contact, {"who": "other"}, submit=False, version=1)


def test_a_correction_keeps_every_version_and_is_counted_anew(world, contact):
    save(world, contact)
    registration = save(world, contact, ANSWERS | {"age": "over_65"}, version=1)
    assert facts(world)[0]["age"] == "over_65"
    with world.store.read() as connection:
        kept = registrations.versions_of(connection, registration.id)
    assert [(row["version"], row["answers"]["age"]) for row in kept] == [(1, "18_29"), (2, "over_65")]
    with pytest.raises(NotNowError, match="handed in"):
        save(world, contact, version=2, submit=False)


def test_the_author_corrects_for_a_day_and_the_coordinator_later(world, contact):
    registration = save(world, contact)
    day = world.clock() + timedelta(hours=24)
    assert desk.may_correct(registration, "anna", day - timedelta(seconds=1), coordinator=False)
    assert not desk.may_correct(registration, "anna", day, coordinator=False)
    assert not desk.may_correct(registration, "bo", world.clock(), coordinator=False)
    assert desk.may_correct(registration, "koord", day, coordinator=True)


def test_nobody_registers_what_is_not_over_or_was_closed(world, contact):
    with world.store.write() as connection:
        found = contact_rows.lock_contact(connection, contact.id)
        quick_close(connection, world.gateway, found, ClosingReason.HOAX, "anna", world.clock())
    with pytest.raises(NotNowError, match="closed as hoax"):
        save(world, contact)
    assert still_missing(world) == []


def test_a_technical_reason_is_not_the_workers_to_give(world, contact):
    with world.store.write() as connection, pytest.raises(NotNowError):
        quick_close(connection, world.gateway, contact, ClosingReason.TECHNICAL, "anna", world.clock())


def test_texts_are_gone_with_the_contacts_key_and_the_rest_stays_readable(world, contact):
    save(world, contact)
    world.clock.set(contact.ended_at + timedelta(hours=24, seconds=1))
    removed = purge(world.store, world.gateway.audit, world.clock(), actor="system")
    assert removed["texts of forms"] == removed["texts of earlier versions of forms"] == 1
    form = shown(world, contact)
    assert "note" not in form.answers
    assert form.answers["age"] == "18_29"
    with pytest.raises(AnswersError, match="no text can be kept"):
        save(world, contact, version=1)


def test_a_chat_has_its_note_too_for_as_long(world):
    with_chat(world)
    with world.store.write() as connection:
        begun = opening.begin(connection, world.gateway, Wanted(line="foenix"), "da", world.clock())
        taking.take(connection, world.gateway, begun.contact.id, "anna", world.clock())
        chat = contact_rows.lock_contact(connection, begun.contact.id)
        ending.close(connection, chat, "anna", world.clock())
    save(world, chat, ANSWERS | {"channel": "chat"})
    assert shown(world, chat).answers["note"] == ANSWERS["note"]
    world.clock.set(world.clock() + timedelta(hours=24, seconds=1))
    assert purge(world.store, world.gateway.audit, world.clock(), actor="system")["texts of forms"] == 1
    assert "note" not in shown(world, chat).answers


def test_no_note_is_kept_of_a_chat_that_the_citizen_erased(world):
    with_chat(world)
    with world.store.write() as connection:
        begun = opening.begin(connection, world.gateway, Wanted(line="foenix"), "da", world.clock())
        taking.take(connection, world.gateway, begun.contact.id, "anna", world.clock())
    save(world, begun.contact, {"note": "Om natten."}, submit=False)
    with world.store.write() as connection:
        ending.leave(connection, world.gateway, begun.conversation, world.clock(), erase=True)
    assert "note" not in shown(world, begun.contact).answers
    with pytest.raises(AnswersError, match="no text can be kept"):
        save(world, begun.contact, ANSWERS | {"channel": "chat"}, version=1)
    without = {name: answer for name, answer in ANSWERS.items() if name != "note"}
    save(world, begun.contact, without | {"channel": "chat"}, version=1)
    assert state(world, begun.contact) == "registered"


def test_a_cpr_number_needs_consent_and_is_kept_apart(world, contact):
    registration = save(world, contact, consent=Consent(CPR, "course"))
    assert facts(world)[0]["person"]
    with world.store.read() as connection:
        stored = connection.execute(sa.select(consents)).mappings().one()
    assert b"2110625629" not in stored["cpr"]
    assert (stored["purpose"], stored["asked_by"]) == ("course", "anna")
    assert "211062" not in str(registration.answers)
    with world.store.write() as connection:
        assert withdraw_consent(connection, world.gateway, registration, "anna", world.clock())
        assert not withdraw_consent(connection, world.gateway, registration, "anna", world.clock())
        after = connection.execute(sa.select(consents)).mappings().one()
    assert (after["cpr"], after["person"], facts(world)[0]["person"]) == (None, None, None)
    assert after["withdrawn_at"] == world.clock()


@pytest.mark.parametrize("number", ["211062-5628x", "999999-9999", "12"])
def test_a_wrong_cpr_number_is_refused(world, contact, number):
    with pytest.raises(AnswersError, match="no CPR number"):
        save(world, contact, consent=Consent(number, "course"))


def test_the_same_person_has_the_same_hash_however_the_number_is_written(world):
    with world.store.write() as connection:
        first = persons.person_hash(connection, world.gateway.vault, "2110625629")
        assert persons.person_hash(connection, world.gateway.vault, "2110625629") == first
        assert persons.person_hash(connection, world.gateway.vault, "2110625628") != first


def test_a_stay_is_registered_by_hand(world):
    answers = {name: value for name, value in ANSWERS.items() if name not in {"channel", "minutes"}}
    answers |= {"nights": 2, "room": "3", "began_at": "2026-11-23T22:10"}
    with world.store.write() as connection:
        draft = desk.save_by_hand(
            connection, world.gateway, world.site, (Function.OVERNIGHT, "foenix"), answers, by="anna",
            version=0, now=world.clock(), submit=True,
        )  # fmt: skip
    (row,) = facts(world)
    assert (row["function"], row["nights"], row["hour"]) == ("overnight", 2, 22)
    assert desk.shown_by_hand(world.gateway, draft).answers["note"] == ANSWERS["note"]


def test_a_time_that_lies_ahead_is_no_usable_date(world, contact):
    save(world, contact, ANSWERS | {"began_at": "2027-11-24T14:00"})
    assert (facts(world)[0]["hour"], facts(world)[0]["day"]) == (None, local("2026-11-24 14:00").date())


def test_a_talk_while_the_clocks_go_back_has_a_usable_date(world, contact):
    """From 02:50 to 02:05 on the wall: the second 02:05 of that night."""
    registration = registrations.Registration(
        id=new_id(), form="telephone", form_version=1, line="foenix", worker="anna", version=1,
        answers={"began_at": "2026-10-25T02:50"}, began_at=world.clock(), changed_at=world.clock(),
        submitted_at=datetime.fromisoformat("2026-10-25T02:05+01:00"),
    )  # fmt: skip
    found = facts_of(
        newest(Function.TELEPHONE), registration, world.site.zone, municipality=None, person=None
    )
    assert (str(found["day"]), found["hour"]) == ("2026-10-25", 2)


def test_a_visit_is_handed_in_with_one_statement_a_row(world):
    """Each waits for the database: the form, its version, its month, what is counted, and the log's entry,
    for which PostgreSQL is asked for a lock, and both for the entry before."""
    answers = {word: ANSWERS[word] for word in ANSWERS if word not in {"channel", "minutes", "note"}}
    said = []
    with world.store.write() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        desk.save_by_hand(
            connection, world.gateway, world.site, (Function.IN_HOUSE, "foenix"), answers, by="anna",
            version=0, now=world.clock(), submit=True,
        )  # fmt: skip
    assert sum(each.startswith("INSERT") for each in said) == 5
    assert len(said) == (6 if world.store.is_sqlite else 7)
    assert len(facts(world)) == 1
