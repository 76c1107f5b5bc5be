"""Templates: whose turn it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.holidays import is_holiday
from routing.roster import Roster, Shift
from routing.rotation import (
    LONGEST_MINUTES,
    MOST_DAYS,
    Rotation,
    RotationError,
    Slot,
    Turn,
    Unit,
    turns,
    whose_turn,
)
from routing.wall_clock import instant
from tests.routing.builders import COPENHAGEN, at, clock, shift

ALL = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
DAY = Slot(WEEKDAYS, 8 * 60, 8 * 60)
HANDOVER = Slot(ALL, 150, 24 * 60)


def rotation(workers: str, *slots: Slot, **more: object) -> Rotation:
    return Rotation("foenix", 1, tuple(workers), slots or (DAY,), **more)  # type: ignore[arg-type]


def who(found: list[Turn]) -> str:
    return "".join(turn.worker or "-" for turn in found)


def fill(asked: Rotation, first: str, until: str, **more: object) -> list[Turn]:
    return turns(asked, date.fromisoformat(first), date.fromisoformat(until), COPENHAGEN, **more)  # type: ignore[arg-type]


def away(worker: str, start: str, end: str):
    """An absence of one worker, on whole days."""
    return lambda asked, begins, ends: not (asked == worker and begins < clock(end) and clock(start) < ends)


def test_five_workers_on_weekdays_from_a_thursday():
    found = fill(rotation("ABCDE"), "2026-11-26", "2026-12-04")
    assert [(f"{turn.start:%a %d}", turn.worker) for turn in found] == [
        ("Thu 26", "A"), ("Fri 27", "B"), ("Mon 30", "C"), ("Tue 01", "D"), ("Wed 02", "E"), ("Thu 03", "A"),
    ]  # fmt: skip


def test_the_period_is_half_open():
    assert len(fill(rotation("A"), "2026-11-23", "2026-11-24")) == 1
    assert fill(rotation("A"), "2026-11-23", "2026-11-23") == []
    assert fill(rotation("A"), "2026-11-28", "2026-11-30") == []


def test_begins_with_whoever_is_next():
    assert who(fill(rotation("ABC"), "2026-11-23", "2026-11-28", begins="C")) == "CABCA"
    with pytest.raises(RotationError, match='"D" takes no part'):
        fill(rotation("ABC"), "2026-11-23", "2026-11-28", begins="D")


def test_a_daily_handover_at_half_past_two_over_both_changes_of_the_clock():
    for first, until, handover in (
        ("2026-03-28", "2026-03-30", "2026-03-29 03:00+02:00"),  # 02:30 is skipped: at the end of the gap
        ("2026-10-24", "2026-10-26", "2026-10-25 02:30+02:00"),  # 02:30 comes twice: the first
    ):
        found = fill(rotation("AB", HANDOVER), first, until)
        shifts = [Shift("foenix", 1, turn.worker or "", turn.start, turn.end) for turn in found]
        roster = Roster.compile(shifts, COPENHAGEN, 1)
        change = at(handover)
        second = timedelta(seconds=1)
        assert [duty.worker for duty in roster.on_duty("foenix", change - second)] == ["A"]
        assert [duty.worker for duty in roster.on_duty("foenix", change)] == ["B"]
        assert [duty.worker for duty in roster.on_duty("foenix", change + timedelta(hours=1))] == ["B"]


def test_a_week_handed_over_on_mondays_has_167_and_169_hours():
    week = Slot(frozenset({0}), 8 * 60, 7 * 24 * 60)
    for first, until, hours in (
        ("2026-03-16", "2026-04-06", [168, 167, 168]),
        ("2026-10-12", "2026-11-02", [168, 169, 168]),
    ):
        found = fill(rotation("AB", week), first, until)
        lengths = [instant(turn.end, COPENHAGEN) - instant(turn.start, COPENHAGEN) for turn in found]
        assert [length / timedelta(hours=1) for length in lengths] == hours
        assert who(found) == "ABA"


def test_evenings_from_monday_to_friday_reach_into_saturday_and_no_further():
    found = fill(rotation("ABCDE", Slot(WEEKDAYS, 20 * 60, 12 * 60)), "2026-11-23", "2026-11-30")
    shifts = [Shift("foenix", 1, turn.worker or "", turn.start, turn.end) for turn in found]
    roster = Roster.compile(shifts, COPENHAGEN, 1)
    assert [d.worker for d in roster.on_duty("foenix", at("2026-11-28 07:00+01:00"))] == ["E"]
    assert [d.worker for d in roster.on_duty("foenix", at("2026-11-28 07:59:59+01:00"))] == ["E"]
    assert roster.on_duty("foenix", at("2026-11-28 08:00+01:00")) == ()
    assert roster.on_duty("foenix", at("2026-11-28 20:00+01:00")) == ()


def test_who_is_away_keeps_their_turn():
    # B is away on Tuesday and Wednesday: A C | B is first again on Thursday.
    free = away("B", "2026-11-24 00:00", "2026-11-26 00:00")
    assert who(fill(rotation("ABC"), "2026-11-23", "2026-11-28", free=free)) == "ACABC"


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("2026-11-22 00:00", "2026-11-23 08:00", "A"), ("2026-11-22 00:00", "2026-11-23 08:01", "-"),
        ("2026-11-23 16:00", "2026-11-25 00:00", "A"), ("2026-11-23 15:59", "2026-11-25 00:00", "-"),
    ],
)  # fmt: skip
def test_an_absence_that_ends_as_the_shift_begins_is_none(start, end, taken):
    assert who(fill(rotation("A"), "2026-11-23", "2026-11-24", free=away("A", start, end))) == taken


def test_holidays_are_worked_unless_the_rotation_skips_them():
    # 24 December is none, 25 (a Friday) is one.
    assert who(fill(rotation("ABC"), "2026-12-23", "2026-12-29")) == "ABCA"
    skipping = rotation("ABC", skips_holidays=True)
    found = fill(skipping, "2026-12-23", "2026-12-29")
    assert [turn.start.day for turn in found] == [23, 24, 28]
    assert who(found) == "ABC"


def test_a_turn_of_a_day_and_of_a_week():
    slots = (Slot(WEEKDAYS, 8 * 60, 240), Slot(WEEKDAYS, 13 * 60, 240))
    assert who(fill(rotation("ABC", *slots), "2026-11-23", "2026-11-25")) == "ABCA"
    assert who(fill(rotation("ABC", *slots, unit=Unit.DAY), "2026-11-23", "2026-11-26")) == "AABBCC"
    assert who(fill(rotation("ABC", unit=Unit.WEEK), "2026-11-26", "2026-12-08")) == "AABBBBBC"


def test_a_week_that_its_worker_can_not_take_whole_goes_to_who_can_and_else_shift_by_shift():
    week = rotation("AB", unit=Unit.WEEK)
    free = away("A", "2026-11-25 00:00", "2026-11-26 00:00")
    assert who(fill(week, "2026-11-23", "2026-11-28", free=free)) == "BBBBB"

    def one_day_each(worker: str, start: datetime, _end: datetime) -> bool:
        return start.day != (25 if worker == "A" else 26)

    assert who(fill(week, "2026-11-23", "2026-11-28", free=one_day_each)) == "ABBAB"


def test_weeks_of_a_cycle_count_from_the_anchor():
    slots = (Slot(frozenset({0}), 480, 480, week=0), Slot(frozenset({1}), 480, 480, week=1))
    cycle = rotation("A", *slots, weeks=2, anchor=date(2026, 11, 25))
    days = [turn.start.date().isoformat() for turn in fill(cycle, "2026-11-09", "2026-12-14")]
    assert days == ["2026-11-09", "2026-11-17", "2026-11-23", "2026-12-01", "2026-12-07"]


def test_nobody_gets_two_shifts_at_once():
    slots = (Slot(WEEKDAYS, 8 * 60, 8 * 60), Slot(WEEKDAYS, 15 * 60, 8 * 60))
    assert who(fill(rotation("AB", *slots), "2026-11-23", "2026-11-24")) == "AB"
    assert who(fill(rotation("A", *slots), "2026-11-23", "2026-11-24")) == "A-"
    meeting = (Slot(WEEKDAYS, 8 * 60, 8 * 60), Slot(WEEKDAYS, 16 * 60, 8 * 60))
    assert who(fill(rotation("A", *meeting), "2026-11-23", "2026-11-24")) == "AA"
    assert who(fill(rotation("AB", *slots, unit=Unit.DAY), "2026-11-23", "2026-11-24")) == "AB"


def test_a_shift_that_the_clocks_skip_is_nobodys():
    assert fill(rotation("A", Slot(ALL, 125, 30)), "2026-03-29", "2026-03-30") == []
    assert len(fill(rotation("A", Slot(ALL, 125, 60)), "2026-03-29", "2026-03-30")) == 1
    assert len(fill(rotation("A", Slot(ALL, 125, 30)), "2026-03-28", "2026-03-29")) == 1


def test_whose_turn_comes_next():
    asked = rotation("ABC")
    assert whose_turn(asked, []) == "A"
    before = [
        shift("foenix", 1, "B", "2026-11-20 08:00", "2026-11-20 16:00"),
        shift("foenix", 1, "A", "2026-11-19 08:00", "2026-11-19 16:00"),
        shift("foenix", 2, "C", "2026-11-21 08:00", "2026-11-21 16:00"),
        shift("toften", 1, "C", "2026-11-21 08:00", "2026-11-21 16:00"),
        shift("foenix", 1, "X", "2026-11-21 08:00", "2026-11-21 16:00"),
    ]
    assert whose_turn(asked, before) == "C"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: rotation(""), "needs a worker"),
        (lambda: rotation("AA"), "stands twice"),
        (lambda: Rotation("foenix", 1, ("A",), ()), "needs a shift"),
        (lambda: rotation("A", weeks=0), "1 to 52 weeks"),
        (lambda: rotation("A", weeks=53), "1 to 52 weeks"),
        (lambda: rotation("A", Slot(frozenset(), 0, 60)), "needs weekdays"),
        (lambda: rotation("A", Slot(frozenset({7}), 0, 60)), "needs weekdays"),
        (lambda: rotation("A", Slot(ALL, 1440, 60)), "between 00:00 and 23:59"),
        (lambda: rotation("A", Slot(ALL, -1, 60)), "between 00:00 and 23:59"),
        (lambda: rotation("A", Slot(ALL, 0, 0)), "lasts 1 to"),
        (lambda: rotation("A", Slot(ALL, 0, LONGEST_MINUTES + 1)), "lasts 1 to"),
        (lambda: rotation("A", Slot(ALL, 0, 60, week=1)), "outside of the cycle"),
    ],
)
def test_a_rotation_that_can_not_be_is_refused(made, words):
    with pytest.raises(RotationError, match=words):
        made()


def test_a_period_has_a_limit():
    first = date(2026, 1, 1)
    assert turns(rotation("A"), first, first + timedelta(days=MOST_DAYS), COPENHAGEN)
    with pytest.raises(RotationError, match="longer than"):
        turns(rotation("A"), first, first + timedelta(days=MOST_DAYS + 1), COPENHAGEN)


SLOTS = st.builds(
    Slot,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 2 * 1440),
)
ROTATIONS = st.builds(
    Rotation,
    st.just("foenix"),
    st.just(1),
    st.integers(1, 6).map(lambda count: tuple("ABCDEF"[:count])),
    st.lists(SLOTS, min_size=1, max_size=4).map(tuple),
    unit=st.sampled_from(Unit),
    skips_holidays=st.booleans(),
)


@given(ROTATIONS, st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 60), st.data())
def test_whatever_the_rotation(asked, first, days, data):
    gone = data.draw(st.sampled_from([*asked.workers, None]))
    since = datetime.combine(first, datetime.min.time()) + timedelta(days=data.draw(st.integers(0, 30)))
    until = since + timedelta(days=7)

    def free(worker: str, start: datetime, end: datetime) -> bool:
        return worker != gone or end <= since or until <= start

    found = turns(asked, first, first + timedelta(days=days), COPENHAGEN, free=free)
    assert [turn.start for turn in found] == sorted(turn.start for turn in found)
    for turn in found:
        assert first <= turn.start.date() < first + timedelta(days=days)
        assert instant(turn.start, COPENHAGEN) < instant(turn.end, COPENHAGEN)
        assert turn.worker is None or free(turn.worker, turn.start, turn.end)
        assert not (asked.skips_holidays and is_holiday(turn.start.date()))
    for worker in asked.workers:
        own = [turn for turn in found if turn.worker == worker]
        assert all(one.end <= other.start for one, other in pairwise(own))
    if asked.unit is Unit.SHIFT and gone is None and len(asked.workers) > 1:
        worked = [turn.worker for turn in found]
        if None not in worked and not _at_once(found):
            counts = [worked.count(worker) for worker in asked.workers]
            assert max(counts) - min(counts) <= 1


def _at_once(found: list[Turn]) -> bool:
    return any(one.end > other.start for one, other in pairwise(found))
