"""Brings a database to the schema of this release.

The revisions lie in ``gateway/store/migrations/versions``; ``python -m gateway.store.migrations`` writes a
new one. Any number of processes may ask for the upgrade at the same moment: one does it, the others wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from gateway.store.engine import LOCK_SECONDS, Store

MIGRATIONS = Path(__file__).parent / "migrations"
# Longer than any migration that a crisis line would run while it answers calls.
WAIT_SECONDS = 60
# Any number, but always this one: whoever migrates on PostgreSQL holds it.
ADVISORY_LOCK = 4_457_600_112


class SchemaError(Exception):
    """The tables are not those of this release. The message says what to do."""


def upgrade(store: Store) -> None:
    """Migrate to the newest schema, in one transaction: all of it or nothing.

    Raises SchemaError for a database that a newer release has migrated, StoreUnavailableError.
    """
    with _alone(store) as connection:
        _known(current_of(connection))
        command.upgrade(configuration(connection), "head")


def downgrade(store: Store, revision: str) -> None:
    """Go back to an older schema; ``"base"`` removes every table and what is in them."""
    with _alone(store) as connection:
        _known(current_of(connection))
        command.downgrade(configuration(connection), revision)


def current(store: Store) -> str | None:
    """The revision that the database is at; None when it has never been migrated."""
    with store.read() as connection:
        return current_of(connection)


def is_current(store: Store) -> bool:
    return current(store) == head()


def make_ready(store: Store) -> None:
    """What every command and process does before it touches a table.

    The embedded SQLite is nobody's to look after, so it is migrated here. PostgreSQL may be shared with
    processes of another release, so there somebody has to decide: raises SchemaError. Raises
    StoreUnavailableError.
    """
    found = current(store)
    if found == head():
        return
    _known(found)
    if not store.is_sqlite:
        raise SchemaError("the database's tables are not those of this release; run: akutlinjen db upgrade")
    upgrade(store)


def head() -> str:
    """The revision that this release needs."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    if revision is None:
        raise SchemaError(f"{MIGRATIONS} holds no revision; this installation is incomplete")
    return revision


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without a file; ``env.py`` runs on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def current_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known(revision: str | None) -> None:
    scripts = ScriptDirectory.from_config(configuration())
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaError(
            f"the database is at revision {revision}, which this release does not know: "
            "a newer release has migrated it; install that one"
        )


@contextmanager
def _alone(store: Store) -> Iterator[Connection]:
    """One transaction that nobody else's migration can run beside."""
    if store.is_sqlite:
        with store.read() as connection, _sqlite_alone(connection):
            yield connection
    else:
        with store.write() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            # From here on, a table that is busy must not make everybody queue up behind the migration.
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            yield connection


@contextmanager
def _sqlite_alone(connection: Connection) -> Iterator[None]:
    """SQLite's only write lock, waited for; foreign keys are checked at the end instead of all the time.

    Batch mode drops tables to rebuild them, which foreign keys would forbid, and they can only be switched
    off outside a transaction. The connection leaves the pool, so nobody else meets it in that state.
    """
    connection.detach()
    for statement in (
        "ROLLBACK",
        "PRAGMA foreign_keys=OFF",
        f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}",
        "BEGIN IMMEDIATE",
    ):
        connection.exec_driver_sql(statement)
    yield
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise SchemaError(f"the migration would leave {len(broken)} rows pointing at nothing: {broken[:3]}")
