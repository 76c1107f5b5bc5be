"""Who is on duty where, as the pages say it: at a handover, in gaps, with a night line behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.site_file import read_site
from gateway.pages import clock
from gateway.pages.duty import places_of, standings
from routing.roster import Roster, Shift
from tests.flows.world import SITE, local

ZONE = ZoneInfo("Europe/Copenhagen")
ALL = frozenset({"foenix", "toften", "vest"})


def wall(text):
    return datetime.fromisoformat(f"2026-11-{text}")


@pytest.fixture(scope="module")
def site():
    return read_site(SITE)


@pytest.fixture(scope="module")
def roster():
    shifts = [
        Shift("foenix", 1, "anna", wall("24 08:00"), wall("24 16:00")),
        Shift("foenix", 1, "bo", wall("24 16:00"), wall("24 23:00")),
        Shift("foenix", 2, "bo", wall("24 08:00"), wall("24 16:00")),
        Shift("vest", 1, "nadia", wall("24 23:00"), wall("25 07:00")),
        Shift("foenix", 1, "anna", wall("25 08:00"), wall("25 16:00")),
    ]
    return Roster.compile(shifts, ZONE, 1)


def own(site, roster, worker, at):
    place = places_of(site, roster, site.workers[worker], local(at))[0]
    now = place.now and place.now.tier
    return now, place.next and f"{place.next.starts.astimezone(ZONE):%d %H:%M}"


@pytest.mark.parametrize(
    ("worker", "at", "now_and_next"),
    [
        ("anna", "2026-11-24 07:59", (None, "24 08:00")),
        ("anna", "2026-11-24 08:00", (1, "25 08:00")),
        ("anna", "2026-11-24 15:59", (1, "25 08:00")),
        ("anna", "2026-11-24 16:00", (None, "25 08:00")),
        ("anna", "2026-11-25 16:00", (None, None)),
        ("bo", "2026-11-24 15:59", (2, "24 16:00")),
        ("bo", "2026-11-24 16:00", (1, None)),
        ("carla", "2026-11-24 16:00", (None, None)),
    ],
)
def test_a_workers_own_shift_now_and_next(site, roster, worker, at, now_and_next):
    assert own(site, roster, worker, at) == now_and_next


def standing(site, roster, place, at):
    return next(each for each in standings(site, roster, ALL, local(at)) if each.id == place)


def test_who_comes_next_and_when(site, roster):
    by_day = standing(site, roster, "foenix", "2026-11-24 12:00")
    assert [name for name, _duty in by_day.now] == ["Anna", "Bo"]
    assert [name for name, _duty in by_day.after] == ["Bo"]
    assert by_day.changes_at == local("2026-11-24 16:00")


def test_a_gap_is_said_and_so_is_the_night_line_in_it(site, roster):
    evening = standing(site, roster, "foenix", "2026-11-24 22:59")
    assert evening.changes_at == local("2026-11-24 23:00")
    assert (evening.after, evening.night_line, evening.then_night_line) == ((), "", "Natlinjen Vest")
    night = standing(site, roster, "foenix", "2026-11-24 23:00")
    assert (night.now, night.night_line) == ((), "Natlinjen Vest")
    assert [name for name, _duty in night.after] == ["Anna"]
    assert night.then_night_line == ""
    day = standing(site, roster, "foenix", "2026-11-25 12:00")
    assert (day.changes_at, day.after, day.then_night_line) == (local("2026-11-25 16:00"), (), "")
    gap = standing(site, roster, "foenix", "2026-11-25 07:00")
    assert (gap.now, gap.night_line) == ((), "")
    without = standing(site, roster, "toften", "2026-11-24 23:00")
    assert (without.now, without.night_line, without.changes_at) == ((), "", None)


def test_places_that_are_not_asked_for_are_not_said(site, roster):
    found = standings(site, roster, frozenset({"vest", "foenix", "gone"}), local("2026-11-24 12:00"))
    assert [each.id for each in found] == ["foenix", "vest"]


@pytest.mark.parametrize(
    ("at", "is_dark"),
    [("19:59", False), ("20:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)
def test_the_pages_are_dark_at_night(at, is_dark):
    assert clock.is_dark(local(f"2026-11-24 {at}"), ZONE) is is_dark


@pytest.mark.parametrize(
    ("at", "danish", "english"),
    [
        ("2026-11-24 20:15", "kl. 20.15", "20:15"),
        ("2026-11-25 00:00", "ons. kl. 00.00", "Wed 00:00"),
        ("2026-11-18 09:05", "ons. kl. 09.05", "Wed 09:05"),
        ("2026-12-01 09:05", "1/12 kl. 09.05", "1/12 09:05"),
    ],
)
def test_a_time_says_its_day_when_it_is_not_today(at, danish, english):
    now = local("2026-11-24 12:00")
    assert clock.at(local(at), now, ZONE, "da") == danish
    assert clock.at(local(at), now, ZONE, "en") == english


@pytest.mark.parametrize(
    ("start", "end", "danish", "english"),
    [
        ("2026-11-26 07:00", "2026-11-26 23:59", "23.59", "23:59"),
        ("2026-11-26 23:00", "2026-11-27 00:00", "fre. kl. 00.00", "Fri 00:00"),
        ("2026-11-23 23:00", "2026-11-24 07:00", "kl. 07.00", "07:00"),
    ],
)
def test_the_end_of_a_shift_says_its_day_when_it_is_another(start, end, danish, english):
    now = local("2026-11-24 12:00")
    assert clock.until(local(start), local(end), now, ZONE, "da") == danish
    assert clock.until(local(start), local(end), now, ZONE, "en") == english


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "lige nu"), (0, "lige nu"), (59, "lige nu"), (60, "for 1 min. siden"),
        (3599, "for 59 min. siden"),
        (3600, "for 1 t. siden"), (86399, "for 23 t. siden"), (86400, "for 1 d. siden"),
    ],
)  # fmt: skip
def test_how_long_ago(seconds, said):
    now = local("2026-11-24 12:00")
    assert clock.ago(now - timedelta(seconds=seconds), now, "da") == said
