"""A month is rolled up a day after it is over, and not before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.store.kept_months import OF_REGISTRATIONS, OF_WAITS
from tests.flows.world import World, local
from tests.gateway.statistics.made_up import call, facts, register
from workers import roll_up_months


@pytest.fixture
def world(database_url, tmp_path, monkeypatch):
    world = World(database_url, tmp_path / "var", at="2026-03-20 12:00")
    monkeypatch.setattr(roll_up_months, "gateway_parts", lambda: (world.gateway, None))
    with world.store.write() as connection:
        for at in (datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 4, 1, 9, tzinfo=UTC)):
            call(connection, "foenix", at, 5)
            register(connection, facts("foenix", date(at.year, at.month, at.day)))
    yield world
    world.close()


def kept(world, months):
    with world.store.read() as connection:
        return [month.month for month, _ in months.fresh(connection, ["foenix"], "2026-01", "2027-01")]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-03-31 23:59:59", []),
        ("2026-04-01 00:00:00", []),
        ("2026-04-01 23:59:59", []),
        ("2026-04-02 00:00:00", ["2026-03"]),
        ("2026-05-01 23:59:59", ["2026-03"]),
        ("2026-05-02 00:00:00", ["2026-03", "2026-04"]),
    ],
)
def test_on_the_sites_clock(world, now, found):
    world.clock.set(local(now))
    roll_up_months.run()
    assert sorted(kept(world, OF_WAITS)) == found
    assert sorted(kept(world, OF_REGISTRATIONS)) == found


def test_whoever_came_in_the_last_second_and_is_written_down_a_day_later_is_counted(world):
    world.clock.set(local("2026-04-01 23:59:59"))
    roll_up_months.run()
    with world.store.write() as connection:
        call(connection, "foenix", local("2026-03-31 23:59:59"), 1)
    world.clock.set(world.clock() + timedelta(seconds=1))
    roll_up_months.run()
    with world.store.read() as connection:
        ((_, counted),) = OF_WAITS.fresh(connection, ["foenix"], "2026-03", "2026-04")
    assert sum(counted["waits"].values()) == 2
