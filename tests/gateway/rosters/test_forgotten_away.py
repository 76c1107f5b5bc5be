"""Who said "away" long before a shift is back when it begins; who says it for the shift stays away."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.site_file import read_site
from gateway.background import Background
from gateway.rosters.forgotten_away import end_forgotten, forgotten
from gateway.store import contacts as store
from routing.roster import Roster, Shift
from tests.flows.world import FOENIX, SITE, World, local

SECOND = timedelta(seconds=1)
EVENING = ("foenix", 1, "anna", "2026-11-24 16:00", "2026-11-24 23:00")


def rostered(*rows):
    shifts = [
        Shift(line, tier, worker, datetime.fromisoformat(start), datetime.fromisoformat(end))
        for line, tier, worker, start, end in rows
    ]
    return Roster.compile(shifts, ZoneInfo("Europe/Copenhagen"), 1)


@pytest.mark.parametrize(
    ("said", "now", "is_over"),
    [
        ("2026-11-23 15:00", "2026-11-24 15:59", False),
        ("2026-11-23 15:00", "2026-11-24 16:00", True),
        ("2026-11-23 15:00", "2026-11-24 22:59", True),
        ("2026-11-23 15:00", "2026-11-24 23:00", False),
        ("2026-11-24 14:59", "2026-11-24 16:00", True),
        ("2026-11-24 15:00", "2026-11-24 16:00", False),
        ("2026-11-24 15:01", "2026-11-24 16:00", False),
        ("2026-11-24 16:00", "2026-11-24 22:59", False),
        ("2026-11-24 18:00", "2026-11-24 22:59", False),
    ],
)
@pytest.mark.parametrize("place", ["foenix", "toften", "vest"])
def test_more_than_an_hour_before_a_shift_on_any_line_and_not_later(place, said, now, is_over):
    roster = rostered((place, *EVENING[1:]))
    found = forgotten(read_site(SITE), roster, {"anna": local(said)}, local(now))
    assert found == (["anna"] if is_over else [])


@pytest.mark.parametrize(("said", "is_over"), [("2026-11-24 14:59", True), ("2026-11-24 15:00", False)])
def test_a_shift_on_another_line_begins_while_one_is_on(said, is_over):
    roster = rostered(
        ("foenix", 1, "anna", "2026-11-24 12:00", "2026-11-24 20:00"),
        ("vest", 2, "anna", "2026-11-24 16:00", "2026-11-24 23:00"),
    )
    away = {"anna": local(said)}
    assert forgotten(read_site(SITE), roster, away, local("2026-11-24 15:59")) == []
    found = forgotten(read_site(SITE), roster, away, local("2026-11-24 16:00"))
    assert found == (["anna"] if is_over else [])


def test_nobody_elses_shift_ends_it():
    roster = rostered(EVENING, ("foenix", 1, "bo", "2026-11-24 10:00", "2026-11-24 23:00"))
    away = {"bo": local("2026-11-24 13:00"), "nadia": local("2026-11-20 13:00")}
    assert forgotten(read_site(SITE), roster, away, local("2026-11-24 16:00")) == []


@pytest.mark.parametrize(
    ("said", "starts", "is_over"),
    [
        # The clocks skip 02:00 to 03:00: 59 and 61 minutes.
        ("2026-03-29 01:31+01:00", "2026-03-29 03:30", False),
        ("2026-03-29 01:29+01:00", "2026-03-29 03:30", True),
        # They show 02:00 to 03:00 twice: the same, with an hour between.
        ("2026-10-25 02:01+01:00", "2026-10-25 03:00", False),
        ("2026-10-25 02:59+02:00", "2026-10-25 03:00", True),
    ],
)
def test_when_the_clocks_change_it_is_an_hour_all_the_same(said, starts, is_over):
    roster = rostered(("foenix", 1, "anna", starts, f"{starts[:10]} 11:00"))
    found = forgotten(read_site(SITE), roster, {"anna": datetime.fromisoformat(said)}, local(starts))
    assert found == (["anna"] if is_over else [])


# --- on both databases ------------------------------------------------------------------------------


@pytest.fixture
def world(database_url, tmp_path):
    """Tuesday 24 November 2026, 14:00."""
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


def says_away(world, worker, at):
    with world.store.write() as connection:
        store.set_away(connection, worker, at)


def away(world):
    with world.store.read() as connection:
        return set(store.away_since(connection))


def test_it_is_over_at_the_start_and_others_stay_away(world):
    world.on_duty(EVENING, ("foenix", 2, "bo", "2026-11-24 13:00", "2026-11-24 23:00"))
    says_away(world, "anna", world.clock() + timedelta(microseconds=123_456))
    says_away(world, "bo", world.clock())
    world.clock.set(local("2026-11-24 16:00") - SECOND)
    end_forgotten(world.gateway)
    assert away(world) == {"anna", "bo"}
    world.clock.set(local("2026-11-24 16:00"))
    end_forgotten(world.gateway)
    end_forgotten(world.gateway)
    assert away(world) == {"bo"}


def test_a_roster_by_which_a_shift_begins_now(world):
    world.on_duty(EVENING)
    says_away(world, "anna", world.clock() - timedelta(minutes=61))
    end_forgotten(world.gateway)
    assert away(world) == {"anna"}
    world.on_duty(("foenix", 1, "anna", "2026-11-24 14:00", "2026-11-24 23:00"))
    end_forgotten(world.gateway)
    assert away(world) == set()


def test_who_says_it_anew_meanwhile_is_away(world):
    long_ago = world.clock() - timedelta(days=1)
    says_away(world, "anna", world.clock())
    with world.store.write() as connection:
        assert not store.end_away(connection, "anna", long_ago)
        assert not store.end_away(connection, "bo", world.clock())
    assert away(world) == {"anna"}


def test_a_web_process_does_it_among_its_housekeeping(world, monkeypatch):
    world.on_duty(("foenix", 1, "anna", "2026-11-24 14:00", "2026-11-24 23:00"))
    says_away(world, "anna", world.clock() - timedelta(days=1))
    background = Background(world.gateway, world.dispatcher)
    turns = iter([False, True])
    monkeypatch.setattr(background._stopping, "wait", lambda _seconds: next(turns))
    background._keep_house()
    assert away(world) == set()


def test_whoever_forgot_it_is_rung_in_their_shift(world):
    world.on_duty(EVENING)
    says_away(world, "anna", world.clock() - timedelta(days=1))
    world.clock.set(local("2026-11-24 16:00"))
    world.run(5)
    anna = world.worker("anna")
    world.citizen_calls(FOENIX)
    world.run(2)
    assert anna.is_ringing
