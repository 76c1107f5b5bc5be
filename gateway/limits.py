"""How often one address may try something: counted without storing an address, with Redis or without it.

Counts stand under a keyed hash of the address. The key lives a day, in memory: in Redis where that is up, so
that all processes count together, and in each process by itself otherwise. A process always counts for
itself too, so that nothing begins anew at the moment when Redis goes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, time

import redis

from config import logs

DAY_SECONDS = 24 * 60 * 60
# Redis is asked within a request: what it does not answer at once it does not answer.
REDIS_SECONDS = 0.1
REST_SECONDS = 5.0
# An attacker with many addresses must not fill the memory; the oldest counts go first.
MOST_COUNTS = 50_000

log = logs.get("limits")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in each window of so many seconds."""

    name: str
    most: int
    seconds: int


class Limits:
    """Counts by limit and subject. Safe to use from many threads."""

    def __init__(self, redis_url: str | None, clock: Callable[[], float] = time) -> None:
        self._clock = clock
        self._redis = (
            redis.Redis.from_url(
                redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            )
            if redis_url
            else None
        )
        self._rests_until = 0.0
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, int, bytes], int] = {}
        self._own_key = secrets.token_bytes(32)
        self._own_key_day = -1
        self._shared_key: tuple[int, bytes] | None = None

    def count(self, limit: Limit, subject: str, times: int = 1) -> bool:
        """One more. Returns whether it was still within the limit."""
        own, shared = self._own(limit, subject, times), self._shared(limit, subject, times)
        return max(own, shared) <= limit.most

    def is_over(self, limit: Limit, subject: str) -> bool:
        """Whether the next one would be too many; counts nothing."""
        return max(self._own(limit, subject, 0), self._shared(limit, subject, 0)) >= limit.most

    def _own(self, limit: Limit, subject: str, times: int) -> int:
        now = self._clock()
        with self._lock:
            day = int(now // DAY_SECONDS)
            if day != self._own_key_day:
                self._own_key, self._own_key_day = secrets.token_bytes(32), day
                self._counts.clear()
            key = (limit.name, int(now // limit.seconds), _hashed(self._own_key, subject))
            count = self._counts.get(key, 0) + times
            if times:
                self._counts.pop(key, None)
                self._counts[key] = count  # the last in the order: the dictionary forgets from its front
                while len(self._counts) > MOST_COUNTS:
                    del self._counts[next(iter(self._counts))]
            return count

    def _shared(self, limit: Limit, subject: str, times: int) -> int:
        if self._redis is None or monotonic() < self._rests_until:
            return 0
        now = self._clock()
        try:
            hashed = _hashed(self._key_of(self._redis, int(now // DAY_SECONDS)), subject).hex()
            name = f"limit:{limit.name}:{int(now // limit.seconds)}:{hashed}"
            if not times:
                return int(self._redis.get(name) or 0)
            pipe = self._redis.pipeline(transaction=True)
            pipe.incrby(name, times)
            pipe.expire(name, limit.seconds)
            return int(pipe.execute()[0])
        except (redis.RedisError, OSError):
            self._rests_until = monotonic() + REST_SECONDS
            log.warning("limits_without_redis")
            return 0

    def _key_of(self, server: redis.Redis, day: int) -> bytes:
        """The key that all processes share this day."""
        if self._shared_key is None or self._shared_key[0] != day:
            name = f"limit-key:{day}"
            server.set(name, secrets.token_bytes(32), nx=True, ex=DAY_SECONDS)
            found = server.get(name)
            self._shared_key = (day, found if isinstance(found, bytes) else self._own_key)
        return self._shared_key[1]


def _hashed(key: bytes, subject: str) -> bytes:
    return hmac.new(key, subject.encode(errors="replace"), hashlib.sha256).digest()[:16]
