"""How the roster came to be as it is: which version held at an instant, and what each version changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.roster_versions import COLUMNS, PublishedShift, Walls, from_row, in_version
from gateway.store.tables import roster_versions, shifts

# A statement takes only so many values (SQLite 32,766, PostgreSQL 65,535), and an import may end more rows.
MOST_NAMED = 20_000


@dataclass(frozen=True, slots=True)
class VersionNote:
    """A version, who made it and what they did; ``undoes``: the version that it took back."""

    version: int
    at: datetime
    by: str
    what: str
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class VersionChange:
    """The rows that a version ended and those that it began."""

    ended: tuple[PublishedShift, ...]
    begun: tuple[PublishedShift, ...]


def version_at(connection: Connection, at: datetime) -> int:
    """The version that was in force at an instant; 0 before the first."""
    query = sa.select(sa.func.max(roster_versions.c.version)).where(roster_versions.c.published_at <= at)
    return connection.execute(query).scalar_one_or_none() or 0


def published_then(connection: Connection, instants: Collection[datetime]) -> dict[datetime, int]:
    """The versions that were published at these very instants; others are not in it."""
    query = sa.select(roster_versions.c.published_at, roster_versions.c.version)
    rows = connection.execute(
        query.where(roster_versions.c.published_at.in_(instants)).order_by(roster_versions.c.version)
    )
    return {row.published_at: row.version for row in rows}


def line_version(connection: Connection, line: str) -> int:
    """The newest version that changed a line; 0 where none did."""
    newest = sa.select(sa.func.max(shifts.c.since_version), sa.func.max(shifts.c.until_version))
    since, until = connection.execute(newest.where(shifts.c.line == line)).one()
    return max(since or 0, until or 0)


def notes_after(connection: Connection, line: str, version: int, *, most: int = 100) -> list[VersionNote]:
    """The versions after ``version`` that changed the line, newest first."""
    touched = sa.select(shifts.c.since_version).where(shifts.c.line == line, shifts.c.since_version > version)
    ended = sa.select(shifts.c.until_version).where(shifts.c.line == line, shifts.c.until_version > version)
    query = (
        sa.select(roster_versions)
        .where(roster_versions.c.version.in_(touched.union(ended)))
        .order_by(roster_versions.c.version.desc())
        .limit(most)
    )
    return [
        VersionNote(row.version, row.published_at, row.by, row.what, row.undoes)
        for row in connection.execute(query)
    ]


def note_of(connection: Connection, version: int) -> VersionNote | None:
    row = connection.execute(sa.select(roster_versions).where(roster_versions.c.version == version)).first()
    return None if row is None else VersionNote(row.version, row.published_at, row.by, row.what, row.undoes)


def change_of(connection: Connection, version: int) -> VersionChange:
    """In ringing order."""
    walls = Walls()

    def rows(condition: sa.ColumnElement[bool]) -> tuple[PublishedShift, ...]:
        found = connection.execute(sa.select(*COLUMNS).where(condition).order_by(shifts.c.id))
        return tuple(from_row(row, walls) for row in found)

    return VersionChange(rows(shifts.c.until_version == version), rows(shifts.c.since_version == version))


def find(connection: Connection, version: int, key: int) -> PublishedShift | None:
    """The shift of that key as a version has it."""
    query = sa.select(*COLUMNS).where(
        *in_version(version), sa.or_(shifts.c.id == key, shifts.c.origin == key)
    )
    # A row that is the origin of another may be in force itself, where a version was taken back.
    row = connection.execute(query.order_by(shifts.c.id.desc()).limit(1)).first()
    return None if row is None else from_row(row, Walls())


def of_rows(connection: Connection, version: int, rows: Iterable[int]) -> dict[int, PublishedShift]:
    """Those of these rows that the version has."""
    wanted, walls = list(rows), Walls()
    found: dict[int, PublishedShift] = {}
    for start in range(0, len(wanted), MOST_NAMED):
        some = shifts.c.id.in_(wanted[start : start + MOST_NAMED])
        for row in connection.execute(sa.select(*COLUMNS).where(*in_version(version), some)):
            each = from_row(row, walls)
            found[each.id] = each
    return found


def ever(connection: Connection, rows: Collection[int]) -> dict[int, PublishedShift]:
    """A few rows as they were published, be they in force or not."""
    walls = Walls()
    found = [
        from_row(row, walls) for row in connection.execute(sa.select(*COLUMNS).where(shifts.c.id.in_(rows)))
    ]
    return {each.id: each for each in found}


def of_workers(
    connection: Connection, version: int, workers: Collection[str], start_before: str, end_after: str
) -> list[PublishedShift]:
    """Their shifts on all lines that overlap a stretch of the wall clock, written as in the table."""
    query = sa.select(*COLUMNS).where(
        *in_version(version),
        shifts.c.worker.in_(workers),
        shifts.c.start_wall < start_before,
        shifts.c.end_wall > end_after,
    )
    walls = Walls()
    rows = connection.execute(query.order_by(shifts.c.start_wall, shifts.c.id))
    return [from_row(row, walls) for row in rows]
