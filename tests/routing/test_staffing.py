"""Minimum staffing."""

from __future__ import annotations

import pytest

from config.windows import parse_windows
from routing.roster import Roster
from routing.staffing import Minimum, shortfalls
from tests.routing.builders import COPENHAGEN, at, shift

EVENINGS = Minimum(parse_windows(["mon-fri 16:00-22:00"]), 2)
TUESDAY = (at("2026-11-24 00:00+01:00"), at("2026-11-25 00:00+01:00"))


def told(minimum, *rows, period=TUESDAY, place="foenix"):
    shifts = [shift(line, tier, worker, start, end) for line, tier, worker, start, end in rows]
    roster = Roster.compile(shifts, COPENHAGEN, 1)
    found = shortfalls(roster, place, [minimum], *period)
    return [
        (
            f"{each.starts.astimezone(COPENHAGEN):%H:%M}",
            f"{each.ends.astimezone(COPENHAGEN):%H:%M}",
            each.on_duty,
        )
        for each in found
    ]


def row(worker, start, end, tier=1, line="foenix"):
    return line, tier, worker, f"2026-11-24 {start}", f"2026-11-24 {end}"


def test_nobody_one_and_enough():
    assert told(EVENINGS) == [("16:00", "22:00", 0)]
    assert told(EVENINGS, row("A", "16:00", "22:00")) == [("16:00", "22:00", 1)]
    assert told(EVENINGS, row("A", "16:00", "22:00"), row("B", "16:00", "22:00")) == []


@pytest.mark.parametrize(
    ("start", "end", "short"),
    [("16:00", "22:00", []), ("16:01", "22:00", [("16:00", "16:01", 1)]),
     ("16:00", "21:59", [("21:59", "22:00", 1)]), ("08:00", "23:00", [])],
)  # fmt: skip
def test_on_both_sides_of_the_window(start, end, short):
    assert told(EVENINGS, row("A", "08:00", "23:00"), row("B", start, end)) == short


def test_of_the_place_alone_and_each_worker_once():
    assert told(EVENINGS, row("A", "16:00", "22:00"), row("B", "16:00", "22:00", line="vest")) == [
        ("16:00", "22:00", 1)
    ]
    assert told(EVENINGS, row("A", "16:00", "22:00"), row("A", "16:00", "22:00", tier=2)) == [
        ("16:00", "22:00", 1)
    ]


def test_of_one_tier():
    second = Minimum(EVENINGS.windows, 1, tier=2)
    assert told(second, row("A", "16:00", "22:00")) == [("16:00", "22:00", 0)]
    assert told(second, row("A", "16:00", "22:00", tier=2)) == []


def test_a_handover_between_two_is_one_shortfall():
    assert told(EVENINGS, row("A", "16:00", "19:00"), row("B", "19:00", "22:00")) == [("16:00", "22:00", 1)]


def test_a_window_over_the_end_of_the_period():
    night = Minimum(parse_windows(["daily 22:00-06:00"]), 1)
    assert told(night) == [("00:00", "06:00", 0), ("22:00", "00:00", 0)]
    assert told(Minimum(parse_windows(["always"]), 1)) == [("00:00", "00:00", 0)]
    assert told(Minimum(parse_windows(["never"]), 1)) == []
    assert told(night, period=(TUESDAY[0], TUESDAY[0])) == []
