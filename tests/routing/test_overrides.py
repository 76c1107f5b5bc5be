"""Shifts cut by other shifts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.overrides import overridden, split, without
from routing.roster import Shift, ShiftError
from tests.routing.builders import clock


def day(worker: str, start: int, end: int, tier: int = 1, line: str = "foenix") -> Shift:
    midnight = clock("2026-11-22 00:00")
    return Shift(line, tier, worker, midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def test_somebody_takes_over_for_some_hours():
    found = overridden([day("A", 10, 20), day("B", 12, 16, tier=2)], day("C", 15, 18))
    assert found == [day("A", 10, 15), day("C", 15, 18), day("A", 18, 20), day("B", 12, 16, tier=2)]


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (8, 10, [(10, 20)]), (8, 11, [(11, 20)]), (10, 20, []), (8, 22, []), (10, 11, [(11, 20)]),
        (19, 20, [(10, 19)]), (19, 22, [(10, 19)]), (20, 22, [(10, 20)]), (12, 13, [(10, 12), (13, 20)]),
    ],
)  # fmt: skip
def test_what_is_left_on_both_sides(start, end, left):
    found = overridden([day("A", 10, 20)], day("C", start, end))
    assert [shift for shift in found if shift.worker == "A"] == [day("A", *span) for span in left]
    assert found.count(day("C", start, end)) == 1


def test_other_lines_tiers_and_days_stay():
    others = [day("A", 10, 20, line="toften"), day("A", 10, 20, tier=2), day("A", 34, 44)]
    assert overridden(others, day("C", 10, 20)) == [*others, day("C", 10, 20)]


def test_in_place_of_one_worker_their_colleague_stays():
    both = [day("A", 10, 20), day("B", 10, 20)]
    assert overridden(both, day("C", 15, 18), instead_of="B") == [
        day("A", 10, 20), day("B", 10, 15), day("C", 15, 18), day("B", 18, 20),
    ]  # fmt: skip
    assert overridden(both, day("C", 10, 20)) == [day("C", 10, 20)]


def test_a_cover_that_ends_before_it_begins_is_refused():
    for end in (15, 14):
        with pytest.raises(ShiftError):
            overridden([day("A", 10, 20)], day("C", 15, end))


def test_split_within_and_not_at_the_ends():
    midnight = clock("2026-11-22 00:00")
    assert split(day("A", 10, 20), midnight + timedelta(hours=11)) == (day("A", 10, 11), day("A", 11, 20))
    for hour in (9, 10, 20, 21):
        with pytest.raises(ShiftError, match="not within"):
            split(day("A", 10, 20), midnight + timedelta(hours=hour))


SHIFTS = st.builds(
    lambda worker, start, length, tier: day(worker, start, start + length, tier),
    st.sampled_from("AB"), st.integers(0, 40), st.integers(1, 20), st.integers(1, 2),
)  # fmt: skip


@given(
    st.lists(SHIFTS, max_size=6), SHIFTS.map(lambda shift: day("C", shift.start.hour, shift.start.hour + 5))
)
def test_at_every_hour_the_cover_or_who_was_there(shifts, cover):
    found = overridden(shifts, cover)
    midnight = clock("2026-11-22 00:00")
    for hour in range(70):
        at = midnight + timedelta(hours=hour)

        def on(listed, at=at):
            return sorted((s.tier, s.worker) for s in listed if s.start <= at < s.end)

        expected = on(shifts)
        if cover.start <= at < cover.end:
            expected = sorted([*(each for each in expected if each[0] != cover.tier), (cover.tier, "C")])
        assert on(found) == expected


@given(SHIFTS, st.integers(0, 40), st.integers(1, 20))
def test_without_leaves_what_lies_outside(shift, start, length):
    cut = day("x", start, start + length)
    pieces = without(shift, cut.start, cut.end)
    left = sum((piece.end - piece.start for piece in pieces), timedelta())
    shared = max(min(shift.end, cut.end) - max(shift.start, cut.start), timedelta())
    assert left == shift.end - shift.start - shared
    assert all(piece.end <= cut.start or cut.end <= piece.start for piece in pieces)
