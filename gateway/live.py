"""Tells browsers that something changed: a word through Redis to the chat processes, with ids alone.

It may be lost, and nothing hangs on it: the chat processes look into SQL every second anyway. The word only
makes it sooner.
"""

from __future__ import annotations

import json
from time import monotonic

import redis

from config import logs

CHANNEL = "akutlinjen:live"
REDIS_SECONDS = 0.2
REST_SECONDS = 5.0

log = logs.get("live")


class Live:
    """Without a Redis it does nothing. Safe to use from many threads."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = (
            redis.Redis.from_url(
                redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            )
            if redis_url
            else None
        )
        self._rests_until = 0.0

    def changed(self, conversation: str | None = None) -> None:
        """Something about this conversation changed, or about who waits. Call it after the commit."""
        if self._redis is None or monotonic() < self._rests_until:
            return
        try:
            self._redis.publish(CHANNEL, json.dumps({"changed": conversation}))
        except (redis.RedisError, OSError):
            self._rests_until = monotonic() + REST_SECONDS
            log.warning("live_without_redis")
