"""The SMS about a swap: held back at night, and not sent in the morning where it has been answered since."""

from __future__ import annotations

import pytest

from gateway.rosters import swapping
from gateway.rosters.editing import editing
from gateway.store import roster_lines, roster_versions
from gateway.store.roster_lines import LineSettings
from tests.flows.world import World, local

ANNA = ("foenix", 1, "anna", "2026-11-20 00:00", "2026-12-20 00:00")
BO = ("foenix", 2, "bo", "2026-11-28 08:00", "2026-11-28 16:00")
MORNING = "2026-11-25 07:00"


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    world.on_duty(ANNA, BO)
    with world.store.write() as connection:
        roster_lines.set_settings(connection, "foenix", LineSettings(swaps_need_consent=True))
    yield world
    world.store.close()


@pytest.fixture
def offered(world):
    """Late in the evening Bo asks Niels to take the shift of four days later."""
    world.clock.set(local("2026-11-24 23:00"))
    with editing(world.gateway, "bo") as edit:
        version = roster_versions.newest(edit.connection).roster.version
        (key,) = (
            row.key
            for row in roster_versions.published_at(edit.connection, version)
            if row.shift.worker == "bo"
        )
        return swapping.offer(edit, key, "niels", None).id


def told(world, at):
    world.clock.set(local(at))
    world.run(1)
    mobiles = {worker.mobile: worker.id for worker in world.site.workers.values()}
    return [(mobiles[each.to], words(each.body)) for each in world.exchange.messages]


def words(body):
    return next(said for said in ("gerne bytte", "venter på dit ja", "ikke til noget") if said in body)


def by(world, who, act, *what, **how):
    with editing(world.gateway, who) as edit:
        act(edit, *what, **how)


def test_what_waits_for_an_answer_is_told_in_the_morning(world, offered):
    assert told(world, "2026-11-25 06:59") == []
    assert told(world, MORNING) == [("niels", "gerne bytte")]


def test_withdrawn_in_the_night_it_is_not(world, offered):
    by(world, "bo", swapping.withdraw, offered)
    assert told(world, MORNING) == []


def test_accepted_in_the_night_only_the_coordinator_is_asked(world, offered):
    by(world, "niels", swapping.answer, offered, accept=True)
    assert told(world, MORNING) == [("koord", "venter på dit ja")]


def test_decided_in_the_night_nobody_is_asked_and_both_hear_what_came_of_it(world, offered):
    by(world, "niels", swapping.answer, offered, accept=True)
    by(world, "koord", swapping.decide, offered, consent=False)
    assert sorted(told(world, MORNING)) == [("bo", "ikke til noget"), ("niels", "ikke til noget")]
