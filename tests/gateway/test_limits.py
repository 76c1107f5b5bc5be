"""Limits: both sides of the bound, with Redis, without it, and when it goes away in the middle."""

from __future__ import annotations

import re

import pytest
import redis

from config import logs
from gateway.limits import MOST_COUNTS, REST_SECONDS, Limit, Limits

FIVE = Limit("five", 5, 60)
ADDRESS = "203.0.113.7"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["redis", "no redis", "redis is down"])
def limits(request, clock):
    urls = {"no redis": None, "redis is down": "redis://127.0.0.1:1/0"}
    url = urls[request.param] if request.param in urls else request.getfixturevalue("valkey_url")
    return Limits(url, clock)


def test_so_many_and_not_one_more(limits):
    assert [limits.count(FIVE, ADDRESS) for _ in range(7)] == [True] * 5 + [False] * 2


def test_others_and_other_limits_are_counted_apart(limits):
    for _ in range(9):
        limits.count(FIVE, ADDRESS)
    assert limits.count(FIVE, "203.0.113.8")
    assert limits.count(Limit("other", 5, 60), ADDRESS)


def test_a_new_window_begins_with_nothing(limits, clock):
    for _ in range(9):
        limits.count(FIVE, ADDRESS)
    clock.now += 60
    assert limits.count(FIVE, ADDRESS)


def test_asking_counts_nothing(limits):
    for _ in range(20):
        assert not limits.is_over(FIVE, ADDRESS)
    for _ in range(5):
        limits.count(FIVE, ADDRESS)
    assert limits.is_over(FIVE, ADDRESS)


def test_processes_count_together(valkey_url, clock):
    one, other = Limits(valkey_url, clock), Limits(valkey_url, clock)
    counted = [each.count(FIVE, ADDRESS) for each in (one, other, one, other, one, other)]
    assert counted == [True] * 5 + [False]


def test_nothing_begins_anew_when_redis_goes(valkey_url, clock):
    limits = Limits(valkey_url, clock)
    for _ in range(6):
        limits.count(FIVE, ADDRESS)
    limits._redis = redis.Redis.from_url("redis://127.0.0.1:1/0")
    assert not limits.count(FIVE, ADDRESS)


def test_redis_that_is_down_is_not_waited_for_at_every_request(clock, monkeypatch):
    at = [100.0]
    monkeypatch.setattr("gateway.limits.monotonic", lambda: at[0])
    limits = Limits("redis://127.0.0.1:1/0", clock)
    before = asked_in_vain()
    for seconds, in_vain in ((100.0, 1), (100.0 + REST_SECONDS - 0.1, 1), (100.0 + REST_SECONDS, 2)):
        at[0] = seconds
        for _ in range(200):
            limits.count(FIVE, ADDRESS)
        assert asked_in_vain() == before + in_vain


def asked_in_vain():
    return logs.counts().get("limits_without_redis", 0)


def test_no_address_stands_anywhere(valkey_url, clock):
    limits = Limits(valkey_url, clock)
    limits.count(FIVE, ADDRESS)
    with redis.Redis.from_url(valkey_url) as server:
        kept = [(key, server.get(key), server.ttl(key)) for key in server.keys("*")]
    assert len(kept) == 2
    assert not re.search(re.escape(ADDRESS), repr(kept))
    assert all(0 < seconds <= 24 * 3600 for _key, _value, seconds in kept)
    assert ADDRESS not in repr(limits._counts)


def test_the_key_lives_a_day(clock):
    limits = Limits(None, clock)
    limits.count(FIVE, ADDRESS)
    before = {hashed for _name, _window, hashed in limits._counts}
    clock.now += 24 * 3600
    limits.count(FIVE, ADDRESS)
    assert {hashed for _name, _window, hashed in limits._counts}.isdisjoint(before)


def test_many_addresses_do_not_fill_the_memory(clock):
    limits = Limits(None, clock)
    for number in range(MOST_COUNTS + 1000):
        limits.count(FIVE, str(number))
    assert len(limits._counts) == MOST_COUNTS
