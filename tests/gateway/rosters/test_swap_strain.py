"""What a swap would be hard on: either side of each boundary, over all lines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.rosters import swapping
from gateway.rosters.swap_strain import Strain, strain_of
from gateway.store import absences, roster_history, roster_versions
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import Span
from tests.gateway.rosters.example import shift, wall
from tests.gateway.rosters.office import Office

MONDAY = shift("foenix", 1, "w1", "23 08:00", "23 16:00")
THURSDAY = shift("foenix", 1, "w2", "26 08:00", "26 16:00")
NONE = Strain((), (), ())


@pytest.fixture
def office(sqlite_store):
    office = Office(sqlite_store)
    office.publish(MONDAY)
    office.publish(THURSDAY)
    return office


def strain(office, *, back=False):
    """Of w1 giving Monday to w2, perhaps for Thursday."""
    keys = {
        each.worker: int(each.id)
        for each in office.planned()
        if each.was and each.was.shift in (MONDAY, THURSDAY)
    }
    with office.edit("w1") as edit:
        swap = swapping.offer(edit, keys["w1"], "w2", keys["w2"] if back else None)
        version = roster_versions.newest(edit.connection).roster.version
        rows = roster_history.ever(edit.connection, [swap.shift, swap.in_return or 0])
        return strain_of(
            edit.connection, office.site, version, swap, rows[swap.shift], rows.get(swap.in_return or 0)
        )


def test_days_apart_nothing_is_hard_on_anybody(office):
    assert strain(office) == NONE
    assert strain(office, back=True) == NONE


@pytest.mark.parametrize("line", ["foenix", "vest"])
@pytest.mark.parametrize(
    ("begins", "rest"), [("24 03:00", None), ("24 02:59", timedelta(hours=10, minutes=59))]
)
def test_less_than_eleven_hours_after_it(office, line, begins, rest):
    office.publish(shift(line, 1, "w2", begins, "24 07:00"))
    found = strain(office).short_rests
    assert [(each.before.worker, each.before.start, each.rest) for each in found] == (
        [("w2", wall("23 08:00"), rest)] if rest else []
    )


@pytest.mark.parametrize(("ends", "count"), [("22 21:00", 0), ("22 21:01", 1)])
def test_less_than_eleven_hours_before_it(office, ends, count):
    office.publish(shift("vest", 1, "w2", "22 12:00", ends))
    assert len(strain(office).short_rests) == count


def test_the_giver_of_one_in_return_needs_rest_too(office):
    office.publish(shift("vest", 1, "w1", "26 23:00", "27 07:00"))
    assert strain(office).short_rests == ()
    (found,) = strain(office, back=True).short_rests
    assert (found.after.worker, found.rest) == ("w1", timedelta(hours=7))


def test_what_one_gives_away_is_no_rest_to_keep(office):
    near = shift("foenix", 2, "w2", "23 20:00", "24 02:00")
    office.publish(near)
    (found,) = strain(office).short_rests
    assert found.after == near
    with office.edit("w1") as edit:
        version = roster_versions.newest(edit.connection).roster.version
        rows = {row.shift: row for row in roster_versions.published_at(edit.connection, version)}
        swap = swapping.offer(edit, rows[MONDAY].key, "w2", rows[near].key)
        assert strain_of(edit.connection, office.site, version, swap, rows[MONDAY], rows[near]) == NONE


@pytest.mark.parametrize(("begins", "count"), [("23 16:00", 0), ("23 15:59", 1)])
def test_two_places_at_once(office, begins, count):
    office.publish(shift("vest", 1, "w2", begins, "23 20:00"))
    assert len(strain(office).overlaps) == count


@pytest.mark.parametrize(("start", "is_away"), [("23 16:00", False), ("23 15:59", True)])
def test_who_is_away_then(office, start, is_away):
    with office.edit() as edit:
        absences.add(
            edit.connection,
            "w2",
            AbsenceKind.HOLIDAY,
            Span(wall(start), wall("25 00:00")),
            by="k1",
            at=edit.at,
        )
    assert [each.worker for each in strain(office).away] == (["w2"] if is_away else [])
