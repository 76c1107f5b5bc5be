"""Connections to SQLite or PostgreSQL, with the same promises on both."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

CONNECT_SECONDS = 2
LOCK_SECONDS = 5
NAP_SECONDS = 0.001
SNAPSHOT_SECONDS = 60


class StoreUnavailableError(Exception):
    """The database can't be reached, or does not answer. Nothing of the transaction was kept."""


class Store:
    """Short transactions on one database.

    ``write()`` takes SQLite's only write lock at its start, so that a reader never has to be upgraded
    (which would fail under load). On PostgreSQL, lock the contact's row first and then what hangs on it:
    one order everywhere means that no two transactions can wait for each other.
    """

    def __init__(self, database_url: str) -> None:
        self._engine = _engine(database_url)
        # SQLite lets one write at a time, and whoever comes second sleeps and asks again, longer each time.
        # Within a process it is quicker, and fairer, to queue up for a lock.
        self._sqlite_writer = threading.Lock() if self.is_sqlite else None

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing. Raises StoreUnavailableError."""
        with _as_unavailable(), self._engine.begin() as connection:
            if self.is_sqlite:
                _begin_sqlite(connection, "BEGIN")
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
        if self._sqlite_writer is None:
            with _as_unavailable(), self._engine.begin() as connection:
                yield connection
            return
        if not self._sqlite_writer.acquire(timeout=LOCK_SECONDS):
            raise StoreUnavailableError("the write lock")
        try:
            with _as_unavailable(), self._engine.begin() as connection:
                _begin_writing(connection)
                yield connection
        finally:
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
        self._engine.dispose()


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except (PoolTimeoutError, sqlite3.OperationalError) as error:
        raise StoreUnavailableError(type(error).__name__) from error
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
            raise StoreUnavailableError(type(error.orig).__name__) from error
        raise


def _engine(database_url: str) -> Engine:
    url = sa.engine.make_url(database_url)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            url,
            pool_size=32,
            pool_use_lifo=True,
            max_overflow=32,
            pool_timeout=LOCK_SECONDS,
            connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False},
            hide_parameters=True,
        )
        sa.event.listen(engine, "connect", _set_up_sqlite)
        return engine
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    # The lock bound is what turns a database that hangs into one that is known to be gone.
    options = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={2 * LOCK_SECONDS}s"
    return sa.create_engine(
        url,
        pool_size=16,
        max_overflow=32,
        pool_timeout=LOCK_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's words may end up where nobody looked for numbers
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": options, "tcp_user_timeout": 5000},
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # `read` and `write` open transactions, not the driver
    _turn_to_wal(connection)
    for pragma in (
        "synchronous=FULL",
        f"busy_timeout={LOCK_SECONDS * 1000}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Of two processes that turn a new file to WAL at the same moment, SQLite refuses one at once."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(NAP_SECONDS)


def _begin_sqlite(connection: Connection, statement: str) -> None:
    """Straight to the driver: an engine that listens to events pays for them at every statement."""
    driver: Any = connection.connection.driver_connection
    driver.execute(statement)


def _begin_writing(connection: Connection) -> None:
    """Wait for SQLite's write lock in short naps.

    SQLite's own naps grow to a tenth of a second, so that of two busy processes the one that sleeps gets
    nothing for seconds. One thread of each process waits here at a time.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + LOCK_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(NAP_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
