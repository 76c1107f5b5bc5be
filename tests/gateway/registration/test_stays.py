"""Nights and rooms: what a night is, who sleeps where, and how many nights in a row it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.forms import Function
from config.site import Overnight
from gateway.registration import desk
from gateway.registration.consent import Consent, show_cpr
from gateway.registration.desk import AnswersError
from gateway.registration.stays import Stay, night_of, nights_in_a_row, stays_of, tonight
from tests.flows.world import COPENHAGEN, local

CPR = "211062-5629"
TUESDAY = date(2026, 11, 24)
PLACE = Overnight(("1", "2"), 3)
ANSWERS = {
    "who": "person_in_acute_mental_crisis", "first_contact": "first", "sex": "unknown", "age": "18_29",
    "crisis_level": "mild", "background": "unknown", "further": "none", "nights": 1, "room": "1",
    "began_at": "2026-11-24T20:00",
}  # fmt: skip


def stay(first=TUESDAY, nights=1, room="1", person="p", name="a"):
    return Stay(name, "toften", room, first, nights, person, is_draft=False)


@pytest.mark.parametrize(("moment", "night"), [
    ("2026-11-24 12:00", TUESDAY), ("2026-11-24 23:59", TUESDAY), ("2026-11-25 03:00", TUESDAY),
    ("2026-11-25 11:59", TUESDAY), ("2026-11-25 12:00", TUESDAY + timedelta(1)),
    ("2026-03-29 03:30", date(2026, 3, 28)), ("2026-10-25 02:30", date(2026, 10, 24)),
])  # fmt: skip
def test_a_night_belongs_to_the_day_it_began_on(moment, night):
    assert night_of(local(moment), COPENHAGEN) == night


@pytest.mark.parametrize(("night", "sleeps"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_stay_of_two_nights(night, sleeps):
    found = tonight([stay(nights=2)], PLACE, TUESDAY + timedelta(night))
    assert bool(found.occupied) is sleeps
    assert found.free == (("2",) if sleeps else ("1", "2"))


def test_nights_of_the_same_person_in_a_row_are_counted_over_stays():
    before = stay(TUESDAY - timedelta(2), 2, "2", name="b")
    long_ago = stay(TUESDAY - timedelta(9), 3, "2", name="c")
    other = stay(TUESDAY - timedelta(1), 1, "2", "q", name="d")
    every = [stay(nights=2), before, long_ago, other]
    assert nights_in_a_row(every[0], every, TUESDAY) == 3
    assert nights_in_a_row(every[0], every, TUESDAY + timedelta(1)) == 4
    third = tonight(every, PLACE, TUESDAY).occupied[0]
    fourth = tonight(every, PLACE, TUESDAY + timedelta(1)).occupied[0]
    assert (third.is_over_the_most, fourth.is_over_the_most) == (False, True)


def test_without_a_number_only_its_own_nights_are_counted():
    every = [stay(person=None), stay(TUESDAY - timedelta(1), person=None, name="b")]
    assert nights_in_a_row(every[0], every, TUESDAY) == 1


def test_one_room_for_two_is_seen():
    assert tonight([stay(), stay(name="b", person="q")], PLACE, TUESDAY).twice == {"1"}


def save(world, *, consent=None, submit=True, line="toften", where=None, version=0, **answers):
    with world.store.write() as connection:
        return desk.save_by_hand(
            connection, world.gateway, world.site, where or (Function.OVERNIGHT, line), ANSWERS | answers,
            by="carla", version=version, now=world.clock(), submit=submit, consent=consent,
        )  # fmt: skip


def test_a_stay_where_there_are_rooms_needs_the_number_and_a_draft_does_not(world):
    with pytest.raises(AnswersError, match="cpr: whoever stays"):
        save(world)
    draft = save(world, submit=False)
    save(world, where=draft, version=1, consent=Consent(CPR, "stay"))
    save(world, line="foenix")  # has no rooms


def test_from_the_form_to_the_night(world):
    save(world, consent=Consent(CPR, "stay"), nights=2)
    save(world, submit=False, room="2", began_at="2026-11-25T01:00")
    with world.store.read() as connection:
        found = stays_of(connection, ["toften"], world.clock(), COPENHAGEN)
        assert stays_of(connection, ["foenix"], world.clock(), COPENHAGEN) == []
    assert {(each.room, each.first, each.last, each.is_draft) for each in found} == {
        ("1", TUESDAY, TUESDAY + timedelta(1), False), ("2", TUESDAY, TUESDAY, True),
    }  # fmt: skip


def test_the_number_is_shown_with_a_trace(world):
    registration = save(world, consent=Consent(CPR, "stay"))
    with world.store.write() as connection:
        assert show_cpr(connection, world.gateway, registration, "carla", world.clock()) == "2110625629"
