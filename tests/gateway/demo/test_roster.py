"""The demo's roster: somebody at any hour, nobody in two places, everybody with their rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from config.site_file import read_site
from gateway.demo.roster import DAYS_AHEAD, demo_shifts
from gateway.demo.surroundings import SITE
from gateway.rosters.roster_file import read_roster, write_roster
from routing.roster import Roster

DEMO = read_site(SITE.read_text(encoding="utf-8"))
# A usual day, and both changes of the clock.
DAYS = [date(2026, 11, 22), date(2027, 3, 27), date(2026, 10, 24)]


@pytest.mark.parametrize("today", DAYS)
def test_the_demos_site_takes_it(today):
    shifts = demo_shifts(today)
    assert list(read_roster(write_roster(shifts).encode(), DEMO)) == shifts


@pytest.mark.parametrize("today", DAYS)
def test_somebody_answers_for_every_line_at_any_minute(today):
    roster = Roster.compile(demo_shifts(today), DEMO.zone, 1)
    at = datetime.combine(today, datetime.min.time(), UTC)
    for minute in range(0, DAYS_AHEAD * 24 * 60, 7):
        now = at + timedelta(minutes=minute)
        assert roster.on_duty("vest", now), now  # which answers for both lines
        local = now.astimezone(DEMO.zone)
        if 7 <= local.hour < 23:
            assert roster.on_duty("foenix", now), now
            assert roster.on_duty("toften", now), now


def test_nobody_is_in_two_places_and_everybody_rests():
    by_worker = {}
    for shift in demo_shifts(DAYS[0]):
        by_worker.setdefault(shift.worker, []).append(shift)
    for worker, shifts in by_worker.items():
        for before, after in pairwise(sorted(shifts, key=lambda shift: shift.start)):
            rest = after.start - before.end
            assert rest == timedelta(0) or rest >= timedelta(hours=11), (worker, before, after)


def test_a_later_start_adds_only_later_days():
    before = demo_shifts(DAYS[0])
    last = max(shift.start.date() for shift in before)
    added = demo_shifts(DAYS[0] + timedelta(days=3), last)
    assert {shift.start.date() for shift in added} == {last + timedelta(days=number) for number in (1, 2, 3)}
    assert demo_shifts(DAYS[0], last) == []
