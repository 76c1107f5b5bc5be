"""SQLite: an engine for one file, and how its only write lock is waited for."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from gateway.store.pulse import Pulse

NAP_SECONDS = 0.001
# Long enough to get the lock between two others' transactions, and soon over where nobody gets it.
_ASKING_SECONDS = 1.0


def engine(url: URL, lock_seconds: int) -> tuple[Engine, Pulse]:
    path = Path(url.database or "")
    if url.database:
        path.parent.mkdir(parents=True, exist_ok=True)
    made = sa.create_engine(
        url,
        pool_size=32,
        pool_use_lifo=True,
        max_overflow=32,
        pool_timeout=lock_seconds,
        connect_args={"timeout": lock_seconds, "check_same_thread": False},
        hide_parameters=True,
    )

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # `read` and `write` open transactions, not the driver
        _turn_to_wal(connection, lock_seconds)
        for pragma in (
            "synchronous=FULL",
            f"busy_timeout={lock_seconds * 1000}",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(made, "connect", set_up)
    return made, Pulse(lambda: _answers(path))


def _turn_to_wal(connection: sqlite3.Connection, lock_seconds: int) -> None:
    """Of two processes that turn a new file to WAL at the same moment, SQLite refuses one at once."""
    until = time.monotonic() + lock_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(NAP_SECONDS)


def begin(connection: Connection) -> None:
    """Straight to the driver: an engine that listens to events pays for them at every statement."""
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN")


def begin_writing(connection: Connection, pulse: Pulse, until: float, lock_seconds: int) -> None:
    """Wait for SQLite's write lock in short naps, until a time of ``time.monotonic``.

    SQLite's own naps grow to a tenth of a second, so that of two busy processes the one that sleeps gets
    nothing for seconds. One thread of each process waits here at a time; those behind it don't begin to
    where it has waited in vain. Who only had no luck among many that write has not waited for one that hangs.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    written = None
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or pulse.is_gone:
                    raise
                written = _written(driver) if written is None else written
                if time.monotonic() > until:
                    if _written(driver) == written:
                        pulse.beats()  # nobody has written either: it is asked once more, for all who wait
                    raise
            time.sleep(NAP_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={lock_seconds * 1000}")


def _written(driver: sqlite3.Connection) -> int:
    """Another number as soon as another connection, of whatever process, has committed something."""
    number: int = driver.execute("PRAGMA data_version").fetchone()[0]
    return number


def _answers(path: Path) -> bool:
    """Whether the write lock can be had, or others have it in turn. A file that can't be opened is gone, and
    says so to everybody."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_ASKING_SECONDS)) as connection:
            connection.isolation_level = None
            written = _written(connection)
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                return error.sqlite_errorcode != sqlite3.SQLITE_BUSY or _written(connection) != written
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return error.sqlite_errorcode != sqlite3.SQLITE_BUSY
    return True
