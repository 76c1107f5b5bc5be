"""A walk through opening hours says at each instant what asking anew says."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.windows import parse_windows
from routing.hours import is_open
from routing.openings import Opening
from tests.routing.builders import COPENHAGEN, at

LISTS = (
    ["always"],
    ["never"],
    [],
    ["daily 08:00-20:00"],
    ["daily 22:00-06:00"],
    ["mon-fri 15:00-23:00", "sat 12:00-24:00"],
    ["daily 00:00-24:00"],
    ["daily 02:15-02:45"],
    ["holidays 08:00-12:00"],
    ["sun 23:00-07:00", "mon 06:00-08:00"],
)
MINUTES = st.integers(0, 800 * 24 * 60)
STEPS = st.lists(st.integers(1, 40 * 24 * 60), max_size=30)


@given(st.sampled_from(LISTS), MINUTES, STEPS)
def test_at_each_instant(windows, first, steps):
    parsed = parse_windows(windows)
    opening = Opening(parsed, COPENHAGEN)
    here = at("2026-01-01 00:00+01:00").astimezone(UTC) + timedelta(minutes=first)
    for step in [0, *steps]:
        here += timedelta(minutes=step)
        assert opening.at(here) == is_open(parsed, here, COPENHAGEN)
        assert opening.until > here


@pytest.mark.parametrize("windows", LISTS)
def test_from_change_to_change_over_two_years(windows):
    parsed = parse_windows(windows)
    opening = Opening(parsed, COPENHAGEN)
    here, ends = at("2026-01-01 00:00+01:00").astimezone(UTC), at("2028-01-01 00:00+01:00")
    second = timedelta(seconds=1)
    while here < ends:
        state = opening.at(here)
        until = min(opening.until, ends.astimezone(UTC))
        for moment in (here, here + (until - here) / 2, until - second):
            assert is_open(parsed, moment, COPENHAGEN) == state
        here = until
