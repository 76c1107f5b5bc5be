"""Two places at once, too little rest, holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from routing.rest import holidays_of, overlaps, short_rests
from tests.routing.builders import COPENHAGEN, shift


def w(start: str, end: str, worker: str = "A", line: str = "foenix", tier: int = 1):
    return shift(line, tier, worker, start, end)


DAY = w("2026-11-23 08:00", "2026-11-23 16:00")


@pytest.mark.parametrize(
    ("start", "rest"),
    [("2026-11-24 02:59", timedelta(hours=10, minutes=59)), ("2026-11-24 03:00", None),
     ("2026-11-23 16:01", timedelta(minutes=1)), ("2026-11-23 16:00", None), ("2026-11-24 08:00", None)],
)  # fmt: skip
def test_eleven_hours_and_one_minute_less(start, rest):
    after = w(start, "2026-11-24 12:00", line="toften")
    found = short_rests([after, DAY], COPENHAGEN)
    assert [(each.before, each.after, each.rest) for each in found] == ([(DAY, after, rest)] if rest else [])


def test_rest_is_the_time_that_passes():
    for evening, morning, rest in (
        (w("2026-03-28 14:00", "2026-03-28 22:00"), w("2026-03-29 09:00", "2026-03-29 12:00"), 10),
        (w("2026-10-24 14:00", "2026-10-24 22:00"), w("2026-10-25 09:00", "2026-10-25 12:00"), None),
        (w("2026-10-24 14:00", "2026-10-24 22:00"), w("2026-10-25 07:00", "2026-10-25 12:00"), 10),
        (w("2026-11-24 14:00", "2026-11-24 22:00"), w("2026-11-25 09:00", "2026-11-25 12:00"), None),
    ):
        found = short_rests([evening, morning], COPENHAGEN)
        assert [each.rest for each in found] == ([timedelta(hours=rest)] if rest else [])


def test_rest_counts_from_the_last_of_shifts_that_overlap():
    short = w("2026-11-23 09:00", "2026-11-23 10:00", line="toften")
    after = w("2026-11-23 23:00", "2026-11-24 07:00")
    (found,) = short_rests([DAY, short, after], COPENHAGEN)
    assert (found.before, found.rest) == (DAY, timedelta(hours=7))


def test_somebody_elses_shift_is_no_matter():
    assert short_rests([DAY, w("2026-11-23 17:00", "2026-11-23 20:00", worker="B")], COPENHAGEN) == []
    assert overlaps([DAY, w("2026-11-23 09:00", "2026-11-23 20:00", worker="B")], COPENHAGEN) == []


def test_overlaps_on_both_sides_of_the_minute():
    for start, meets in (("2026-11-23 15:59", True), ("2026-11-23 16:00", False)):
        other = w(start, "2026-11-23 20:00", line="toften")
        found = [(each.first, each.second) for each in overlaps([other, DAY], COPENHAGEN)]
        assert found == ([(DAY, other)] if meets else [])


def test_every_pair_is_told():
    three = [w("2026-11-23 08:00", "2026-11-23 16:00", line=line) for line in ("a", "b", "c")]
    assert len(overlaps(three, COPENHAGEN)) == 3


def test_a_shift_that_the_clocks_skip_overlaps_nothing():
    skipped = w("2026-03-29 02:10", "2026-03-29 02:40", line="toften")
    night = w("2026-03-28 23:00", "2026-03-29 07:00")
    assert overlaps([skipped, night], COPENHAGEN) == []
    assert short_rests([skipped, night], COPENHAGEN) == []
    assert holidays_of(w("2027-03-28 02:10", "2027-03-28 02:40"), COPENHAGEN) == ()


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [("2026-12-24 08:00", "2026-12-25 00:00", []), ("2026-12-24 08:00", "2026-12-25 00:01", [25]),
     ("2026-12-26 23:59", "2026-12-27 07:00", [26]), ("2026-12-27 00:00", "2026-12-27 07:00", []),
     ("2026-12-24 00:00", "2026-12-28 00:00", [25, 26])],
)  # fmt: skip
def test_holidays(start, end, days):
    assert holidays_of(w(start, end), COPENHAGEN) == tuple(date(2026, 12, day) for day in days)
