"""The clock gives every periodic job its turn, once, and watches even without Redis."""

from __future__ import annotations

import json
import threading
import time

import pytest
import redis

from config.queues import PERIODIC_JOBS
from tests.waiting import wait_until
from workers import clock as module
from workers import jobs
from workers.clock import Clock, enqueue_due


@pytest.fixture
def connection(valkey_url):
    with jobs.connect(valkey_url) as connection:
        yield connection


def test_every_periodic_job_has_its_first_turn_at_once(connection):
    assert enqueue_due(connection) == list(PERIODIC_JOBS)
    for job in PERIODIC_JOBS:
        queued = jobs.queue(job.queue, connection).get_jobs()
        assert job.path in [each.func_name for each in queued]


def test_a_turn_is_given_once_however_many_clocks_there_are(connection):
    enqueue_due(connection)
    assert enqueue_due(connection) == []
    assert enqueue_due(connection) == []


def test_the_next_turn_is_due_an_interval_later(connection):
    enqueue_due(connection)
    for job in PERIODIC_JOBS:
        left_seconds = connection.pttl(f"akutlinjen:turn:{job.name}") / 1000
        assert job.every_seconds - 1.5 < left_seconds < job.every_seconds
        connection.delete(f"akutlinjen:turn:{job.name}")
        assert enqueue_due(connection) == [job]


def test_a_queued_turn_says_little_and_does_not_pile_up(connection):
    enqueue_due(connection)
    for job in PERIODIC_JOBS:
        (queued,) = [
            each for each in jobs.queue(job.queue, connection).get_jobs() if each.func_name == job.path
        ]
        assert queued.description == job.name
        assert queued.args == []
        assert queued.timeout == job.timeout_seconds
        assert queued.result_ttl == 0
        assert 0 < queued.failure_ttl <= 60  # RQ's own: a year
        assert 0 < connection.ttl(queued.key) <= job.every_seconds
        assert (
            json.loads(queued.data if isinstance(queued.data, str) else queued.data.decode())[0] == job.path
        )


@pytest.fixture
def running(monkeypatch):
    """Starts clocks that look often; ends them afterwards."""
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(module, "WATCHDOG_SECONDS", 0.05)
    clocks = []

    def start(connection, watchdog_turn=lambda: None):
        clock = Clock(connection, watchdog_turn)
        thread = threading.Thread(target=clock.run)
        clocks.append((clock, thread))
        thread.start()
        return thread

    yield start
    for clock, thread in clocks:
        clock.stop()
        thread.join(10)
        assert not thread.is_alive()


def test_a_running_clock_enqueues(connection, running):
    running(connection)
    wait_until(lambda: jobs.queue(PERIODIC_JOBS[0].queue, connection).count, "a queued turn")


def test_the_watchdog_needs_no_redis(running):
    turns = []
    running(None, lambda: turns.append(1))
    wait_until(lambda: len(turns) >= 3, "three turns")


def test_a_watchdog_turn_that_fails_is_not_the_last(running):
    turns = []

    def turn():
        turns.append(1)
        raise RuntimeError("not this time")

    running(None, turn)
    wait_until(lambda: len(turns) >= 3, "three turns")


def test_a_watchdog_that_hangs_does_not_hold_the_jobs_up(connection, running, monkeypatch):
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    let_go = threading.Event()
    running(connection, let_go.wait)
    time.sleep(0.2)
    connection.flushall()
    wait_until(lambda: jobs.queue(PERIODIC_JOBS[0].queue, connection).count, "a queued turn")
    let_go.set()


@pytest.fixture
def mortal_connection(mortal_redis):
    """Closed after the clock has ended: it comes before ``running`` in the test's arguments."""
    with jobs.connect(mortal_redis.url) as connection:
        yield connection


def test_redis_is_killed_and_the_clock_goes_on(mortal_redis, mortal_connection, running):
    turns = []
    running(mortal_connection, lambda: turns.append(1))
    queue = jobs.queue(PERIODIC_JOBS[0].queue, mortal_connection)
    wait_until(lambda: queue.count, "a queued turn")
    mortal_redis.kill()
    before = len(turns)
    wait_until(lambda: len(turns) > before + 2, "turns of the watchdog without Redis")
    with pytest.raises(redis.RedisError):
        mortal_connection.ping()
    mortal_redis.start()
    wait_until(lambda: queue.count, "a turn after the restart")
