"""The SMS about an open shift: held back at night, and not sent where nobody is needed any more."""

from __future__ import annotations

from datetime import datetime

import pytest

from gateway.rosters import absence_desk, direct, offers
from gateway.rosters.drafts_out import undo_version
from gateway.rosters.duties import Wanted
from gateway.rosters.editing import editing
from gateway.store import roster_versions
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import Span
from tests.flows.world import World, local

ANNA = ("foenix", 1, "anna", "2026-11-20 00:00", "2026-12-20 00:00")
BO = ("foenix", 2, "bo", "2026-11-26 08:00", "2026-11-26 16:00")
MORNING = "2026-11-25 07:00"
BOTH = {"niels", "koord"}


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    world.on_duty(ANNA, BO)
    yield world
    world.store.close()


@pytest.fixture
def opened(world):
    """In the night before the day before, Bo calls in ill: it is told when quiet hours end."""
    world.clock.set(local("2026-11-24 23:00"))
    with editing(world.gateway, "bo") as edit:
        span = Span(datetime.fromisoformat("2026-11-26 00:00"), datetime.fromisoformat("2026-11-27 00:00"))
        (opened,) = absence_desk.report(edit, "bo", AbsenceKind.ILL, span).opened
    world.run(1)
    assert told(world) == set()
    world.clock.set(local("2026-11-24 23:30"))
    return opened


def told(world, at=None):
    """Who has been told of the open shift by then."""
    if at is not None:
        world.clock.set(local(at))
        world.run(1)
    mobiles = {worker.mobile: worker.id for worker in world.site.workers.values()}
    return {mobiles[each.to] for each in world.exchange.messages if "ledig" in each.body}


def niels_is_put_on_it(world, _opened, start="08:00"):
    with editing(world.gateway, "koord") as edit:
        times = (datetime.fromisoformat(f"2026-11-26 {at}") for at in (start, "16:00"))
        direct.make(edit, Wanted("foenix", 2, "niels", *times))


def niels_takes_it(world, opened):
    with editing(world.gateway, "niels") as edit:
        offers.take(edit, opened, "niels")


def it_is_withdrawn(world, opened):
    with editing(world.gateway, "koord") as edit:
        offers.withdraw(edit, opened)


def test_what_stands_open_still_is_told_in_the_morning(world, opened):
    assert told(world, "2026-11-25 06:59") == set()
    assert told(world, MORNING) == BOTH


@pytest.mark.parametrize("closes", [niels_takes_it, niels_is_put_on_it, it_is_withdrawn])
def test_what_was_closed_in_the_night_is_not_told_in_the_morning(world, opened, closes):
    closes(world, opened)
    assert told(world, MORNING) == set()


def test_covered_in_part_it_stands_open_and_is_told(world, opened):
    niels_is_put_on_it(world, opened, "08:01")
    assert told(world, MORNING) == BOTH


def test_open_again_when_the_morning_comes_it_is_told(world, opened):
    niels_takes_it(world, opened)
    world.clock.set(local("2026-11-24 23:45"))
    with editing(world.gateway, "koord") as edit:
        undo_version(edit, roster_versions.newest(edit.connection).roster.version)
    assert told(world, MORNING) == BOTH


@pytest.mark.parametrize(("at", "who"), [("2026-11-26 15:59", BOTH), ("2026-11-26 16:00", set())])
def test_one_that_is_over_is_not_told(world, opened, at, who):
    """No process was there to send it."""
    assert told(world, at) == who
