"""In the morning the home line finds what the night line has for it, until one of its own has taken it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.carrier.virtual.scripts import Answers
from gateway.night_reports.reports import NOTE_CHARACTERS, WAITS
from gateway.privacy.form_data import REPORT_TAKEN
from gateway.privacy.purge import purge
from gateway.store import audit_entries
from gateway.store import night_reports as store
from tests.gateway.pages.visiting import signed_in

SECRET = "Ring til hende kl. 10, hendes søster er der"


def actions(world, contact):
    with world.store.read() as connection:
        rows = list(audit_entries.rows(connection))
    return [(row.actor, row.action) for row in rows if row.contact == contact.id and "report" in row.action]


@pytest.fixture
def contact(world):
    """A call to Fønix that Nadia of the night line had."""
    world.on_duty(("vest", 1, "nadia"))
    world.worker("nadia", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with))
    assert "Natrapporter" not in signed_in(world, "anna").get("/console").text
    call.hang_up()
    world.run(10)
    return world.contact()


def writes(world, contact, note=SECRET):
    nadia = signed_in(world, "nadia")
    nadia.get(f"/reports/{contact.id}/write")
    return nadia.send(f"/reports/{contact.id}/write", note=note)


def test_it_waits_on_top_of_the_home_lines_lists_until_somebody_takes_it(world, contact):
    writes(world, contact)
    anna, koord = signed_in(world, "anna"), signed_in(world, "koord")
    for page in (anna.get("/console").text, koord.get("/today").text, anna.get("/reports").text):
        assert f'href="/reports/{contact.id}"' in page
        assert "Nadia havde samtalen" in page
        assert "Ikke læst" in page
    assert SECRET in anna.get(f"/reports/{contact.id}").text
    today = koord.get("/today").text
    assert "Ikke taget" in today
    assert today.index('id="place-foenix"') < today.index('id="reports"') < today.index('id="missing"')
    anna.get(f"/reports/{contact.id}")
    anna.send(f"/reports/{contact.id}/take")
    assert "Taget af Anna" in anna.follow().text
    for page in (anna.get("/console").text, koord.get("/today").text):
        assert f'href="/reports/{contact.id}"' not in page
    assert [each for each in actions(world, contact) if each[0] != "koord"] == [
        ("nadia", "report_written"),
        ("anna", "report_read"),
        ("anna", "report_read"),
        ("anna", "report_taken"),
        ("anna", "report_read"),
    ]


def test_it_waits_also_when_nothing_was_written(world, contact):
    anna = signed_in(world, "anna")
    assert f'href="/reports/{contact.id}"' in anna.get("/console").text
    assert "Ikke skrevet endnu" in anna.get(f"/reports/{contact.id}").text


def test_two_who_take_it_one_has_it_and_the_other_hears_so(world, contact):
    anna, koord = signed_in(world, "anna"), signed_in(world, "koord")
    anna.get(f"/reports/{contact.id}")
    koord.get(f"/reports/{contact.id}")
    anna.send(f"/reports/{contact.id}/take")
    koord.send(f"/reports/{contact.id}/take")
    assert "En kollega har taget den" in koord.follow().text
    assert "Taget af Anna" in koord.page.text


def test_a_look_by_the_night_line_is_no_reading_by_the_home_line(world, contact):
    signed_in(world, "nadia").get(f"/reports/{contact.id}")
    assert "Ikke læst" in signed_in(world, "anna").get("/reports").text
    nadia = signed_in(world, "nadia")
    nadia.get(f"/reports/{contact.id}")
    assert "Jeg tager den" not in nadia.page.text
    assert "Ingen venter" in nadia.get("/reports").text


def test_one_line_sees_nothing_of_anothers(world, contact):
    carla = signed_in(world, "carla")
    assert "Ingen venter" in carla.get("/reports").text
    assert carla.get(f"/reports/{contact.id}").status_code == 404


def test_what_the_lines_own_worker_had_is_no_report(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with))
    call.hang_up()
    world.run(10)
    anna = signed_in(world, "anna")
    assert "Ingen venter" in anna.get("/reports").text
    assert anna.get(f"/reports/{world.contact().id}").status_code == 404
    assert anna.get(f"/reports/{world.contact().id}/write").status_code == 404


def test_only_whoever_had_the_conversation_writes_and_only_until_it_is_taken(world, contact):
    writes(world, contact, "først")
    assert signed_in(world, "niels").get(f"/reports/{contact.id}/write").status_code == 404
    writes(world, contact, "så")
    anna = signed_in(world, "anna")
    page = anna.get(f"/reports/{contact.id}").text
    assert "<p>så</p>" in page
    assert "først" not in page
    anna.send(f"/reports/{contact.id}/take")
    assert signed_in(world, "nadia").get(f"/reports/{contact.id}/write").status_code == 404


@pytest.mark.parametrize(("characters", "status"), [(NOTE_CHARACTERS, 303), (NOTE_CHARACTERS + 1, 400)])
def test_too_long_is_said_and_nothing_typed_is_lost(world, contact, characters, status):
    answer = writes(world, contact, "x" * characters)
    assert answer.status_code == status
    assert status == 303 or "x" * characters in answer.text


def note_kept(world, contact):
    with world.store.read() as connection:
        return store.find(connection, contact.id).note is not None


def test_the_note_goes_a_day_after_it_was_taken(world, contact):
    writes(world, contact)
    anna = signed_in(world, "anna")
    anna.get(f"/reports/{contact.id}")
    anna.send(f"/reports/{contact.id}/take")
    taken_at = world.clock()
    purge(world.store, world.gateway.audit, taken_at + REPORT_TAKEN, actor="test")
    assert note_kept(world, contact)
    purge(world.store, world.gateway.audit, taken_at + REPORT_TAKEN + timedelta(seconds=1), actor="test")
    assert not note_kept(world, contact)


def test_a_note_that_nobody_takes_goes_after_two_weeks_and_off_the_lists(world, contact):
    writes(world, contact)
    purge(world.store, world.gateway.audit, contact.ended_at + WAITS, actor="test")
    assert note_kept(world, contact)
    purge(world.store, world.gateway.audit, contact.ended_at + WAITS + timedelta(seconds=1), actor="test")
    assert not note_kept(world, contact)
    world.clock.set(contact.ended_at + WAITS + timedelta(seconds=1))
    assert "Ingen venter" in signed_in(world, "anna").get("/reports").text


def test_erasing_a_contact_erases_the_note(world, contact):
    writes(world, contact)
    koord = signed_in(world, "koord")
    koord.get(f"/contacts/{contact.id}/erase")
    koord.send(f"/contacts/{contact.id}/erase")
    assert not note_kept(world, contact)
    assert "er slettet" in koord.get(f"/reports/{contact.id}").text
