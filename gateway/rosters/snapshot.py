"""The last good site and roster on this machine's disk, for a start while SQL is gone.

One SQLite file of our own beside the database: a change writes only the lines that it touched, and a crash
in the middle leaves the state before. Everything in it is sealed, since a site names workers' mobiles.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.store.roster_versions import WALL_FORMAT, Newest, Stamp, Walls
from gateway.store.vault import Vault, VaultError
from routing.roster import Shift

# Raise it when what is kept changes its meaning: a file of another format is thrown away.
FORMAT = 1
LOCK_SECONDS = 5
# Nearly as small as the best, in a fraction of the time.
COMPRESSION = 1


class SnapshotError(Exception):
    """It can't be read or written: of another key, busy, no place on the disk."""


class UselessSnapshotError(SnapshotError):
    """Damaged, or of another release: it will never be read again."""


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    newest: Newest
    site_text: str
    shifts: Mapping[str, list[Shift]]


class Snapshot:
    """Several processes of one machine may share the file; all of them write what SQL says."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._path = path
        self._vault = vault

    def read(self) -> Kept | None:
        """What was written last; None before anything was. Raises SnapshotError."""
        if not self._path.exists():
            return None
        with self._database() as connection:
            head = connection.execute("SELECT sealed FROM head").fetchone()
            lines = connection.execute("SELECT line, sealed FROM lines ORDER BY line").fetchall()
        if head is None:
            return None
        kept = self._open(head[0], "head")
        walls = Walls()
        return Kept(
            newest=Newest(_stamp(kept["roster"]), _stamp(kept["site"])),
            site_text=kept["site_text"],
            shifts={
                line: [
                    Shift(line, tier, worker, walls[start], walls[end])
                    for tier, worker, start, end in self._open(sealed, f"line {line}")
                ]
                for line, sealed in lines
            },
        )

    def write(
        self, newest: Newest, site_text: str, shifts: Mapping[str, Sequence[Shift]], *, whole: bool
    ) -> None:
        """Keep these shifts of these lines; ``whole``: there are no other lines. Raises SnapshotError."""
        stamps = {"roster": _written(newest.roster), "site": _written(newest.site)}
        head = self._sealed({**stamps, "site_text": site_text}, "head")
        lines = [(line, self._sealed(_rows(own), f"line {line}")) for line, own in shifts.items()]
        try:
            self._write(head, lines, whole=whole)
        except UselessSnapshotError:
            if not whole:
                raise
            self._remove()
            self._write(head, lines, whole=whole)

    def _write(self, head: bytes, lines: Sequence[tuple[str, bytes]], *, whole: bool) -> None:
        with self._database() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT OR REPLACE INTO head VALUES (1, ?)", (head,))
            if whole:
                connection.execute("DELETE FROM lines")
            connection.executemany("INSERT OR REPLACE INTO lines VALUES (?, ?)", lines)
            connection.execute("COMMIT")

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(
                sqlite3.connect(self._path, timeout=LOCK_SECONDS, isolation_level=None)
            ) as connection:
                _set_up(connection)
                yield connection
        except (OSError, sqlite3.OperationalError) as error:
            raise SnapshotError(f"{self._path}: {error}") from error
        except sqlite3.Error as error:
            raise UselessSnapshotError(f"{self._path}: {error}") from error

    def _remove(self) -> None:
        try:
            for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise SnapshotError(f"{self._path}: {error}") from error

    def _sealed(self, value: object, purpose: str) -> bytes:
        text = json.dumps(value, separators=(",", ":"))
        return self._vault.seal(zlib.compress(text.encode(), COMPRESSION), f"roster snapshot {purpose}")

    def _open(self, sealed: bytes, purpose: str) -> Any:
        try:
            return json.loads(zlib.decompress(self._vault.unseal(sealed, f"roster snapshot {purpose}")))
        except VaultError as error:
            raise SnapshotError(f"{self._path}: {error}") from error


def _set_up(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found not in (0, FORMAT):
        raise sqlite3.DatabaseError(f"it has format {found}, not {FORMAT}")
    connection.execute("CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL)")
    connection.execute("CREATE TABLE IF NOT EXISTS lines (line TEXT PRIMARY KEY, sealed BLOB NOT NULL)")
    if found != FORMAT:
        connection.execute(f"PRAGMA user_version = {FORMAT}")


def _rows(shifts: Sequence[Shift]) -> list[tuple[int, str, str, str]]:
    return [
        (shift.tier, shift.worker, shift.start.strftime(WALL_FORMAT), shift.end.strftime(WALL_FORMAT))
        for shift in shifts
    ]


def _written(stamp: Stamp) -> tuple[int, str | None]:
    return stamp.version, stamp.at.isoformat() if stamp.at else None


def _stamp(written: Sequence[Any]) -> Stamp:
    version, at = written
    return Stamp(version, datetime.fromisoformat(at) if at else None)
