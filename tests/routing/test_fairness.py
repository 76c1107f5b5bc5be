"""How the load is spread."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.fairness import loads
from routing.roster import Roster
from tests.routing.builders import COPENHAGEN, at, clock, shift

H = timedelta(hours=1)
YEAR = (at("2026-01-01 00:00+01:00"), at("2027-01-01 00:00+01:00"))


def load(*spans: tuple[str, str], period=YEAR, line: str = "foenix"):
    (found,) = loads([shift(line, 1, "A", *span) for span in spans], COPENHAGEN, *period)
    return found


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-28 23:00", "2026-03-29 07:00", 7), ("2026-10-24 23:00", "2026-10-25 07:00", 9),
     ("2026-11-24 23:00", "2026-11-25 07:00", 8), ("2026-10-25 02:30", "2026-10-25 03:30", 2)],
)  # fmt: skip
def test_hours_over_the_changes_of_the_clock(start, end, hours):
    assert load((start, end)).time == hours * H


@pytest.mark.parametrize(
    ("start", "end", "nights", "hours"),
    [("2026-11-24 20:00", "2026-11-25 02:00", 1, 3), ("2026-11-24 20:00", "2026-11-25 01:59", 0, None),
     ("2026-11-25 03:00", "2026-11-25 12:00", 1, 3), ("2026-11-25 03:01", "2026-11-25 12:00", 0, None),
     ("2026-11-24 08:00", "2026-11-24 23:00", 0, 0), ("2026-11-25 06:00", "2026-11-25 23:00", 0, 0),
     ("2026-11-24 23:00", "2026-11-26 06:00", 2, 14)],
)  # fmt: skip
def test_nights_count_from_three_hours(start, end, nights, hours):
    found = load((start, end))
    assert found.nights == nights
    assert hours is None or found.night_time == hours * H


def test_a_night_in_two_shifts_is_one_night():
    found = load(("2026-11-24 22:00", "2026-11-25 01:00"), ("2026-11-25 01:00", "2026-11-25 07:00"))
    assert (found.nights, found.shifts, found.night_time) == (1, 2, 7 * H)


@pytest.mark.parametrize(
    ("start", "end", "weekends", "hours"),
    [("2026-11-20 16:00", "2026-11-21 00:00", 0, 0), ("2026-11-20 16:00", "2026-11-21 00:01", 1, None),
     ("2026-11-22 23:59", "2026-11-23 07:00", 1, None), ("2026-11-23 00:00", "2026-11-23 07:00", 0, 0),
     ("2026-11-21 08:00", "2026-11-22 08:00", 1, 24), ("2026-11-21 08:00", "2026-11-29 08:00", 2, None)],
)  # fmt: skip
def test_weekends(start, end, weekends, hours):
    found = load((start, end))
    assert found.weekends == weekends
    assert hours is None or found.weekend_time == hours * H


def test_holidays():
    found = load(("2026-12-24 20:00", "2026-12-25 04:00"), ("2026-12-26 00:00", "2026-12-26 01:00"))
    assert (found.holidays, found.holiday_time) == (2, 5 * H)


def test_only_what_lies_within_the_period():
    period = (at("2026-11-24 00:00+01:00"), at("2026-11-25 00:00+01:00"))
    span = ("2026-11-23 20:00", "2026-11-25 20:00")
    assert load(span, period=period).time == 24 * H
    outside = shift("foenix", 1, "A", "2026-11-25 00:00", "2026-11-25 08:00")
    assert loads([outside], COPENHAGEN, *period) == []


def test_two_lines_at_once_are_one_hour():
    spans = [shift(line, 1, "A", "2026-11-24 23:00", "2026-11-25 07:00") for line in ("foenix", "vest")]
    (found,) = loads(spans, COPENHAGEN, *YEAR)
    assert (found.time, found.nights, found.shifts) == (8 * H, 1, 2)


def test_by_worker():
    both = [shift("foenix", 1, who, "2026-11-24 08:00", "2026-11-24 16:00") for who in "BA"]
    assert [each.worker for each in loads(both, COPENHAGEN, *YEAR)] == ["A", "B"]


WALLS = st.integers(0, 364 * 1440).map(lambda minutes: clock("2026-01-01 00:00") + timedelta(minutes=minutes))


@given(st.lists(st.tuples(WALLS, st.integers(1, 3000)), min_size=1, max_size=5))
def test_the_time_is_what_the_roster_has_somebody_on_duty_for(spans):
    made = [
        shift(line, 1, "A", f"{start:%Y-%m-%d %H:%M}", f"{start + timedelta(minutes=length):%Y-%m-%d %H:%M}")
        for (start, length), line in zip(spans, "abcde", strict=False)
    ]
    roster = Roster.compile(made, COPENHAGEN, 1)
    lines = [each.line for each in made]
    period = (at("2025-12-01 00:00+01:00"), at("2027-03-01 00:00+01:00"))
    expected, here = timedelta(), period[0].astimezone(UTC)
    while here < period[1]:
        stretches = [roster.stretch(line, here) for line in lines]
        until = min([s.until for s in stretches if s.until is not None] + [period[1].astimezone(UTC)])
        if any(stretch.on_duty for stretch in stretches):
            expected += until - here
        here = until
    found = loads(made, COPENHAGEN, *period)
    assert sum((each.time for each in found), timedelta()) == expected
    for each in found:
        assert each.night_time <= each.time
        assert each.weekend_time <= each.time


def test_a_shift_that_the_clocks_skip_is_no_load():
    assert loads([shift("foenix", 1, "A", "2026-03-29 02:10", "2026-03-29 02:40")], COPENHAGEN, *YEAR) == []
    assert clock("2026-03-29 02:10") < clock("2026-03-29 02:40")
