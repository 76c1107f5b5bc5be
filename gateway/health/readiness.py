"""Whether a web process can do its work, and how each thing it leans on stands.

Calls need a site and a roster, which the process holds in memory. Everything else may be gone for a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import redis

from gateway.rosters.site_source import NoSiteError
from gateway.store import figures
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway

OK = "ok"
# What is done at once is not late; what waits this long waits for something that does not come.
OVERDUE = timedelta(seconds=30)
REDIS_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Readiness:
    """``dependencies``: "ok", or what is wrong and what that means, by name."""

    is_ready: bool
    dependencies: Mapping[str, str]


def readiness(gateway: Gateway) -> Readiness:
    site = _site(gateway)
    found = {
        "site": site,
        "roster": _roster(gateway),
        "database": _database(gateway),
        "outbox": _outbox(gateway),
        "redis": redis_stands(gateway.settings.redis_url),
    }
    return Readiness(site == OK, found)


def _site(gateway: Gateway) -> str:
    try:
        gateway.book.current()
    except NoSiteError:
        return "missing: no call can be routed; run akutlinjen site load FILE"
    return OK


def _roster(gateway: Gateway) -> str:
    at = gateway.book.last_good_at
    if at is None:
        return "not read from the database since the start: calls are routed by what this machine knew last"
    if gateway.book.is_stale:
        seconds = int((gateway.now() - at).total_seconds())
        return f"{seconds} s old: calls are routed by it, changes since are not seen"
    return OK


def _database(gateway: Gateway) -> str:
    try:
        with gateway.store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    except StoreUnavailableError:
        return "unavailable: calls are routed from memory and written down later"
    return OK


def _outbox(gateway: Gateway) -> str:
    now = gateway.now()
    try:
        with gateway.store.read() as connection:
            count, first = figures.overdue(connection, now - OVERDUE)
    except StoreUnavailableError:
        return "unknown while the database is gone"
    if not count or first is None:
        return OK
    return f"{count} overdue, the first for {int((now - first).total_seconds())} s: is the carrier reachable?"


def redis_stands(
    url: str | None,
    *,
    unset: str = "not set: nothing here needs it",
    gone: str = "unavailable: calls are answered, jobs wait",
) -> str:
    """ "ok", or what it means to this process that there is none (``unset``) or that it does not answer."""
    if url is None:
        return unset
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=None
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return gone
    return OK
