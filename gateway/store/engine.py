"""Connections to SQLite or PostgreSQL, with the same promises on both."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gateway.store import postgresql, sqlite

LOCK_SECONDS = 5
SNAPSHOT_SECONDS = 60
# Of what goes to the driver past SQLAlchemy (gateway/store/prepared.py).
_DRIVERS_OWN = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)


class StoreUnavailableError(Exception):
    """The database can't be reached, or does not answer. Nothing of the transaction was kept.

    Where it hung at the very end, all of it may be kept once the database goes on: whoever asks again says
    the same under the same name, and it counts once.
    """


class Store:
    """Short transactions on one database.

    ``write()`` takes SQLite's only write lock at its start, so that a reader never has to be upgraded
    (which would fail under load). On PostgreSQL, lock the contact's row first and then what hangs on it:
    one order everywhere means that no two transactions can wait for each other.

    A database that hangs is found out within ``LOCK_SECONDS``, and once: while it hangs, every other
    transaction of this process (on SQLite: that writes) fails at once, so that no caller waits behind
    another.
    """

    def __init__(self, database_url: str) -> None:
        url = sa.engine.make_url(database_url)
        made = sqlite.engine if url.get_backend_name() == "sqlite" else postgresql.engine
        self._engine, self._pulse = made(url, LOCK_SECONDS)
        # SQLite lets one write at a time, and whoever comes second sleeps and asks again, longer each time.
        # Within a process it is quicker, and fairer, to queue up for a lock.
        self._sqlite_writer = threading.Lock() if self.is_sqlite else None
        # When whoever has that lock got the file's, too.
        self._writes_since: float | None = None

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing. Raises StoreUnavailableError."""
        if not self.is_sqlite:  # there, who reads needs no lock
            self._not_in_vain()
        with _as_unavailable(), self._engine.begin() as connection:
            if self.is_sqlite:
                sqlite.begin(connection)
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """As ``read``, for figures that must agree: all of it as it stood at the first question.

        It may take longer than other transactions, which have to be quick.
        """
        with self.read() as connection:
            if not self.is_sqlite:  # there, every transaction is one
                connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
                connection.execute(sa.text(f"SET LOCAL statement_timeout = '{SNAPSHOT_SECONDS}s'"))
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed, durably, when the block ends. Raises StoreUnavailableError."""
        self._not_in_vain()
        if self._sqlite_writer is None:
            with _as_unavailable(), self._engine.begin() as connection:
                yield connection
            return
        until = time.monotonic() + LOCK_SECONDS
        if not self._sqlite_writer.acquire(timeout=LOCK_SECONDS):
            # Who waits for the file's lock asks by itself when that is in vain; who has it for long may hang.
            if self._writes_since is not None and self._writes_since < until - LOCK_SECONDS:
                self._pulse.beats()
            raise StoreUnavailableError("the write lock")
        try:
            with _as_unavailable(), self._engine.begin() as connection:
                sqlite.begin_writing(connection, self._pulse, until, LOCK_SECONDS)
                self._writes_since = time.monotonic()
                yield connection
        finally:
            self._writes_since = None
            self._sqlite_writer.release()

    def forget_old_pages(self) -> None:
        """What was deleted is gone from the files, too: SQLite's log of old pages is emptied.

        PostgreSQL overwrites dead rows when it vacuums, which it does by itself. Never fails: the log is
        emptied at the next checkpoint if somebody reads just now.
        """
        if not self.is_sqlite:
            return
        with contextlib.suppress(sa.exc.OperationalError), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            connection.rollback()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._pulse.stop()
        self._engine.dispose()

    def _not_in_vain(self) -> None:
        if self._pulse.is_gone:
            raise StoreUnavailableError("it hangs")


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except (PoolTimeoutError, *_DRIVERS_OWN) as error:
        raise StoreUnavailableError(type(error).__name__) from error
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
            raise StoreUnavailableError(type(error.orig).__name__) from error
        raise
