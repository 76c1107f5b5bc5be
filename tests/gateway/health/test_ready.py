"""Alive, and able to work: a web process without SQL or Redis answers calls, one without a site does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.settings import Settings
from gateway.app import build_app
from gateway.health.readiness import OVERDUE, readiness
from gateway.rosters.book import RosterBook
from gateway.store import outbox
from gateway.store.engine import Store
from tests.flows.world import World


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    world.clock.set(datetime.now(UTC))  # the book keeps real time
    yield world
    world.close()


def ask(gateway, path="/health/ready"):
    return build_app(gateway).test_client().get(path)


def test_everything_is_well(world):
    answer = ask(world.gateway)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ready",
        "dependencies": {
            "site": "ok", "roster": "ok", "database": "ok", "outbox": "ok",
            "redis": "not set: nothing here needs it",
        },
    }  # fmt: skip


def test_a_live_process_says_so_whatever_is_gone(world):
    assert ask(broken(world), "/health/live").get_json() == {"status": "live"}


def broken(world):
    """The same gateway with its database gone."""
    gone = Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    return replace(world.gateway, store=gone)


def test_without_sql_it_is_ready_and_says_what_that_means(world):
    answer = ask(broken(world))
    assert answer.status_code == 200
    told = answer.get_json()["dependencies"]
    assert told["database"] == "unavailable: calls are routed from memory and written down later"
    assert told["outbox"] == "unknown while the database is gone"
    assert "127.0.0.1" not in answer.get_data(as_text=True)


def test_without_a_site_it_is_not_ready(world, tmp_path):
    empty = RosterBook(world.store, world.gateway.vault, tmp_path / "other")
    answer = ask(replace(world.gateway, book=empty))
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "not ready"
    assert answer.get_json()["dependencies"]["site"].startswith("missing: no call can be routed")


def test_an_old_roster_is_told_by_its_age(world):
    later = replace(
        world.gateway, book=_Stale(world.book), now=lambda: datetime.now(UTC) + timedelta(minutes=5)
    )
    told = readiness(later)
    assert told.is_ready
    assert told.dependencies["roster"].startswith(("300 s old", "299 s old", "301 s old"))


class _Stale:
    def __init__(self, book):
        self._book = book
        self.is_stale = True
        self.last_good_at = book.last_good_at

    def current(self):
        return self._book.current()


@pytest.mark.parametrize(("late", "is_told"), [(OVERDUE - timedelta(seconds=1), False), (OVERDUE * 2, True)])
def test_what_should_have_been_done_by_now_is_told(world, late, is_told):
    with world.store.write() as connection:
        outbox.add(connection, "ring", now=world.clock() - late)
        outbox.add(connection, "ring", now=world.clock(), due_at=world.clock() + timedelta(hours=1))
    told = readiness(world.gateway).dependencies["outbox"]
    assert told == ("1 overdue, the first for 60 s: is the carrier reachable?" if is_told else "ok")


def test_redis_gone_does_not_fail_the_web(world, valkey_url):
    for url, words in (
        (valkey_url, "ok"),
        ("redis://127.0.0.1:1/0", "unavailable: calls are answered, jobs wait"),
    ):
        settings = replace(world.settings, redis_url=url)
        assert isinstance(settings, Settings)
        answer = ask(replace(world.gateway, settings=settings))
        assert answer.status_code == 200
        assert answer.get_json()["dependencies"]["redis"] == words
