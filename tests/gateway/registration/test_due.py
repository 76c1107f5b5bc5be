"""A promise that is due and that nobody has taken rings whoever is on duty, and then the coordinators."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.registration import due
from gateway.registration.due import AHEAD, GIVEN_UP, LATE
from gateway.store import follow_ups as store
from gateway.store.follow_ups import FollowUp
from tests.flows.world import World

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


def promises(world, due_in, **more):
    at = world.clock()
    promised = FollowUp("p1", "call_back", "foenix", at + due_in, "anna", at, **more)
    with world.store.write() as connection:
        store.promise(connection, promised)


def told(world):
    """Which workers got an SMS about it."""
    due.watch(world.gateway)
    world.run(2)
    by_mobile = {worker.mobile: worker.id for worker in world.site.workers.values()}
    names = [by_mobile[each.to] for each in world.exchange.messages if "aftale" in each.body]
    for name in set(names):
        world.expect_message(name, names.count(name))
    return sorted(names)


@pytest.mark.parametrize(("due_in", "who"), [(AHEAD, []), (AHEAD - A_SECOND, ["anna"])])
def test_whoever_is_on_duty_is_told_shortly_before_and_once(world, due_in, who):
    world.on_duty(("foenix", 1, "anna"), ("vest", 1, "nadia"))
    promises(world, due_in)
    due.watch(world.gateway)
    assert told(world) == who
    assert told(world)[: len(who)] == who


def test_the_night_line_is_told_where_the_line_has_nobody_on_duty(world):
    world.on_duty(("vest", 1, "nadia"))
    promises(world, timedelta(0))
    assert told(world) == ["nadia"]


@pytest.mark.parametrize(
    ("ago", "who"),
    [(LATE - A_SECOND, ["anna"]), (LATE, ["anna", "koord"]), (GIVEN_UP, [])],
)
def test_the_coordinators_are_told_when_it_is_late_and_nobody_in_the_end(world, ago, who):
    world.on_duty(("foenix", 1, "anna"))
    promises(world, -ago)
    assert told(world) == who


def test_nobody_is_told_of_what_somebody_has_taken(world):
    world.on_duty(("foenix", 1, "anna"))
    promises(world, timedelta(0), taken_by="bo", taken_at=world.clock())
    assert told(world) == []


def test_it_is_told_anew_when_it_was_moved(world):
    world.on_duty(("foenix", 1, "anna"))
    promises(world, timedelta(0))
    assert told(world) == ["anna"]
    promises(world, timedelta(minutes=5))
    assert told(world) == ["anna", "anna"]
