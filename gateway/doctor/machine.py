"""This machine: its settings, its disk, its database, its Redis."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import redis
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, SettingsError
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.health.readiness import OVERDUE
from gateway.redis_server import RedisServerError, embedded_redis
from gateway.rosters.snapshot import Snapshot, SnapshotError
from gateway.store import figures, migrate
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.vault import Vault

REDIS_SECONDS = 2.0
# Below this a night's database, log and snapshot may find no place.
LEAST_FREE_BYTES = 500 * 1024 * 1024


def settings_findings(settings: Settings) -> Iterator[Finding]:
    try:
        settings.require_for_service()
    except SettingsError as error:
        for problem in error.problems:
            yield fail("settings", problem, "no process for real calls starts without it")
    else:
        yield ok("settings", "all that real calls need is set")
    if settings.fallback_url in (None, settings.public_url):
        yield warn(
            "fallback",
            "the carrier's fall-back address is on this machine too",
            "set FALLBACK_URL to another machine's address, then run: akutlinjen numbers provision",
        )


def disk_findings(settings: Settings, vault: Vault | None) -> Iterator[Finding]:
    """The folder where the last good roster and the notes of calls are kept while SQL is gone."""
    var_dir = settings.var_dir
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=var_dir):
            pass
        free = shutil.disk_usage(var_dir).free
    except OSError as error:
        yield fail("disk", f"{var_dir} can't be written: {error.strerror}", "set AKUTLINJEN_VAR, or mend it")
        return
    if free < LEAST_FREE_BYTES:
        yield fail("disk", f"{free // 2**20} MB are free where {var_dir} is", "make room")
    else:
        yield ok("disk", f"{var_dir} can be written, {free // 2**20} MB are free")
    if vault is None:
        return
    try:
        kept = Snapshot(var_dir / "roster-snapshot", vault).read()
    except SnapshotError as error:
        yield warn("snapshot", str(error), "the next start of web writes a new one")
        return
    if kept is None:
        words = "there is none yet, so a start without the database would know nobody"
        yield warn("snapshot", words, "start web once while the database runs")
    else:
        yield ok("snapshot", f"roster version {kept.newest.roster.version} is on this machine's disk")


def store_findings(store: Store) -> Iterator[Finding]:
    """Ends with an ``ok`` exactly when the tables can be read and written."""
    what = "database"
    try:
        found, newest = migrate.current(store), migrate.head()
        if found != newest and not store.is_sqlite:
            words = f"at schema {found or 'none'}, and this release needs {newest}"
            yield fail(what, words, "run: akutlinjen db upgrade")
            return
        migrate.make_ready(store)
        with store.write():
            pass
    except (StoreUnavailableError, SQLAlchemyError, OSError) as error:
        yield fail(what, f"does not answer ({type(error).__name__})", "look at DATABASE_URL and the database")
    except migrate.SchemaError as error:
        yield fail(what, str(error), "see above")
    else:
        kind = "SQLite" if store.is_sqlite else "PostgreSQL"
        yield ok(what, f"{kind}, reachable, at the newest schema ({newest})")


def outbox_findings(store: Store, now: datetime) -> Iterator[Finding]:
    """What should have been done outside long ago: nobody does it, or the carrier takes nothing."""
    with store.read() as connection:
        count, first = figures.overdue(connection, now - OVERDUE)
    if count and first is not None:
        words = f"{count} overdue, the first for {int((now - first).total_seconds())} s"
        yield warn("outbox", words, "see that akutlinjen up runs, and the carrier's findings")
    else:
        yield ok("outbox", "nothing is overdue")


def redis_findings(settings: Settings) -> Iterator[Finding]:
    what = "redis"
    if settings.redis_url is None:
        try:
            with embedded_redis(settings.var_dir) as server:
                program = Path(server.argv[0]).name
        except (RedisServerError, OSError) as error:
            yield fail(what, str(error), "jobs can't run without")
        else:
            yield ok(what, f"REDIS_URL is not set; akutlinjen up starts {program}")
        return
    try:
        with redis.Redis.from_url(
            settings.redis_url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=None
        ) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        words = f"does not answer ({type(error).__name__}); calls would be answered, jobs not done"
        yield fail(what, words, "look at REDIS_URL and the server")
        return
    yield ok(what, "reachable")
