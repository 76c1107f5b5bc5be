"""The published roster by version: the one in force, and any that ever was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import roster_versions, shifts, site_versions
from routing.roster import Shift

# Rows fetched at once: a national roster has hundreds of thousands.
BATCH_ROWS = 10_000
WALL_FORMAT = "%Y-%m-%d %H:%M"
BY_CHARACTERS = 64
WHAT_CHARACTERS = 200


class Stamp(NamedTuple):
    """A version and when it was made: together they tell one history of versions from another's."""

    version: int
    at: datetime | None


NONE = Stamp(0, None)


class Newest(NamedTuple):
    """The newest versions of both; ``NONE`` where there is none yet."""

    roster: Stamp
    site: Stamp


@dataclass(frozen=True, slots=True)
class Span:
    """``[start, end)`` on the wall clock, naive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PublishedShift:
    """A shift, by the id of its row: rows are in the order in which their shifts ring within a tier.

    ``origin``: the first row of the same shift, where it was changed since; ``since``: the version it is of.
    """

    id: int
    shift: Shift
    origin: int | None = None
    since: int = 0

    @property
    def key(self) -> int:
        """What the shift is called, whatever becomes of it."""
        return self.origin or self.id


class Duty(NamedTuple):
    """How many shifts a worker has on a line."""

    line: str
    worker: str
    shifts: int


def newest(connection: Connection) -> Newest:
    """Both in one cheap query, for whoever asks twice a second."""
    roster = _newest(roster_versions.c.version, roster_versions.c.published_at)
    site = _newest(site_versions.c.version, site_versions.c.loaded_at)
    row = connection.execute(sa.select(*roster, *site)).one()
    return Newest(Stamp(row[0] or 0, row[1]), Stamp(row[2] or 0, row[3]))


def stamp(connection: Connection, version: int) -> Stamp:
    """When that version of the roster was published, in this database; ``NONE`` if it never was."""
    query = sa.select(roster_versions.c.published_at).where(roster_versions.c.version == version)
    at = connection.execute(query).scalar_one_or_none()
    return NONE if at is None else Stamp(version, at)


def shifts_at(
    connection: Connection,
    version: int,
    *,
    lines: Collection[str] | None = None,
    overlapping: Span | None = None,
) -> Iterator[Shift]:
    """The shifts of the roster as that version has it, in order; of all lines unless some are named."""
    for published in published_at(connection, version, lines=lines, overlapping=overlapping):
        yield published.shift


def published_at(
    connection: Connection,
    version: int,
    *,
    lines: Collection[str] | None = None,
    overlapping: Span | None = None,
) -> Iterator[PublishedShift]:
    """As ``shifts_at``, with the rows' ids."""
    query = sa.select(*COLUMNS).where(*in_version(version))
    if lines is not None:
        query = query.where(shifts.c.line.in_(lines))
    if overlapping is not None:
        query = query.where(
            shifts.c.start_wall < overlapping.end.strftime(WALL_FORMAT),
            shifts.c.end_wall > overlapping.start.strftime(WALL_FORMAT),
        )
    rows = connection.execute(query.order_by(shifts.c.id).execution_options(yield_per=BATCH_ROWS))
    walls = Walls()
    for partition in rows.partitions():
        for row in partition:
            yield from_row(row, walls)


def lines_touched(connection: Connection, after: int, until: int) -> set[str]:
    """Lines that changed in the versions ``(after, until]``."""
    changed = sa.or_(
        shifts.c.since_version.between(after + 1, until), shifts.c.until_version.between(after + 1, until)
    )
    return set(connection.execute(sa.select(shifts.c.line).where(changed).distinct()).scalars())


def duties_after(connection: Connection, version: int, after: datetime) -> list[Duty]:
    """Who has shifts on which line that end after that wall-clock time."""
    query = (
        sa.select(shifts.c.line, shifts.c.worker, sa.func.count())
        .where(*in_version(version), shifts.c.end_wall > after.strftime(WALL_FORMAT))
        .group_by(shifts.c.line, shifts.c.worker)
    )
    return [Duty(*row) for row in connection.execute(query)]


def lock(connection: Connection) -> int:
    """Keep everybody else from publishing until this transaction ends. Returns the version in force.

    On SQLite the write transaction is the lock.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("LOCK TABLE roster_versions IN SHARE ROW EXCLUSIVE MODE"))
    return newest(connection).roster.version


def publish(
    connection: Connection,
    *,
    ending: Iterable[int],
    beginning: Iterable[Shift],
    by: str,
    what: str,
    at: datetime,
    origins: Mapping[Shift, int] | None = None,
    undoes: int | None = None,
) -> int:
    """Make a new version: the rows ``ending`` end, ``beginning`` begin in that order. Call ``lock`` first.

    ``by``: who did it; ``what``: in a few words; ``origins``: the keys of those that are a change of a shift;
    ``undoes``: the version that this one takes back. Returns the version.
    """
    row = {
        "published_at": at,
        "by": by[:BY_CHARACTERS],
        "what": what[:WHAT_CHARACTERS],
        "undoes": undoes,
    }
    made = connection.execute(sa.insert(roster_versions).returning(roster_versions.c.version), row)
    version: int = made.scalar_one()
    ended = [{"row_id": row_id, "version": version} for row_id in ending]
    if ended:
        statement = sa.update(shifts).where(shifts.c.id == sa.bindparam("row_id"))
        connection.execute(statement.values(until_version=sa.bindparam("version")), ended)
    begun = [_row(shift, version, (origins or {}).get(shift)) for shift in beginning]
    if begun:
        connection.execute(sa.insert(shifts), begun)
    return version


def in_version(version: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Not just "the row has no end": a version that is published meanwhile must not show through."""
    return (
        shifts.c.since_version <= version,
        sa.or_(shifts.c.until_version.is_(None), shifts.c.until_version > version),
    )


def _newest(version: sa.Column[int], at: sa.Column[datetime]) -> list[sa.ScalarSelect[Any]]:
    return [sa.select(column).order_by(version.desc()).limit(1).scalar_subquery() for column in (version, at)]


def _row(shift: Shift, version: int, origin: int | None) -> Mapping[str, object]:
    return {
        "line": shift.line,
        "tier": shift.tier,
        "worker": shift.worker,
        "start_wall": shift.start.strftime(WALL_FORMAT),
        "end_wall": shift.end.strftime(WALL_FORMAT),
        "since_version": version,
        "origin": origin,
    }


COLUMNS = (
    shifts.c.id,
    shifts.c.line,
    shifts.c.tier,
    shifts.c.worker,
    shifts.c.start_wall,
    shifts.c.end_wall,
    shifts.c.origin,
    shifts.c.since_version,
)


def from_row(row: Any, walls: Walls) -> PublishedShift:
    """A row of ``COLUMNS``."""
    row_id, line, tier, worker, start, end, origin, since = row
    return PublishedShift(row_id, Shift(line, tier, worker, walls[start], walls[end]), origin, since)


class Walls(dict[str, datetime]):
    """Wall-clock times as stored, each read once: shifts begin and end together."""

    def __missing__(self, text: str) -> datetime:
        self[text] = wall = datetime.fromisoformat(text)
        return wall
