"""What the demo begins with, and what a second start leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.keys import local_keys
from config.settings import Settings
from config.site import Role
from gateway.accounts import tokens
from gateway.demo.directory import ENTRIES
from gateway.demo.seeding import seed
from gateway.demo.surroundings import Ports, demo_environment
from gateway.rosters.loading import roster_around
from gateway.rosters.roster_import import import_roster
from gateway.store import directory, roster_versions
from gateway.store.engine import Store
from routing.roster import Shift

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)  # 10:30 in Copenhagen


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment(
        demo_environment(Ports.from_base(0), tmp_path, local_keys(tmp_path / "keys.json"))
    )


@pytest.fixture
def store(settings):
    store = Store(settings.database_url)
    yield store
    store.close()


def on_duty(store, seeded, line, at):
    roster = roster_around(store, seeded.site, [line], at, at)
    return [duty.worker for duty in roster.on_duty(line, at)]


def version(store):
    with store.read() as connection:
        return roster_versions.newest(connection).roster.version


def test_somebody_is_on_duty_and_each_role_has_a_token(settings, store):
    seeded = seed(settings, NOW)
    assert on_duty(store, seeded, "foenix", NOW) == ["w1"]
    assert on_duty(store, seeded, "vest", NOW) == ["w3"]
    assert seeded.tokens.keys() == set(Role)
    with store.read() as connection:
        assert tokens.worker_of(connection, seeded.tokens[Role.WORKER]) == "w1"
        assert tokens.worker_of(connection, seeded.tokens[Role.COORDINATOR]) == "k1"


def test_a_second_start_goes_on(settings, store):
    first = seed(settings, NOW)
    before = version(store)
    second = seed(settings, NOW + timedelta(minutes=5))
    assert version(store) == before
    assert first.tokens != second.tokens
    with store.read() as connection:
        assert tokens.worker_of(connection, first.tokens[Role.WORKER]) is None
        assert tokens.worker_of(connection, second.tokens[Role.WORKER]) == "w1"


def test_what_was_changed_stays_changed_and_later_days_are_added(settings, store):
    seed(settings, NOW)
    day = datetime.fromisoformat("2026-11-28")
    changed = [Shift("foenix", 1, "w3", day, day + timedelta(days=1))]
    import_roster(store, changed, by="test", source="test", at=NOW)
    later = seed(settings, NOW + timedelta(days=4))
    assert on_duty(store, later, "foenix", NOW + timedelta(days=6)) == ["w3"]
    assert on_duty(store, later, "foenix", NOW + timedelta(days=17)) == ["w1"]
    assert on_duty(store, later, "vest", NOW + timedelta(days=17)) == ["w3"]


def test_the_directory_shows_what_it_is_for_and_is_filled_once(settings, store):
    seeded = seed(settings, NOW)
    municipality = next(iter(seeded.site.municipalities))
    with store.read() as connection:
        first = directory.of_municipality(connection, municipality)
    assert len(first) == len(ENTRIES)
    seed(settings, NOW)
    with store.read() as connection:
        assert directory.of_municipality(connection, municipality) == first
