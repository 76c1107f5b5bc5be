"""Shifts that nobody has, for a colleague to take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.ids import new_id
from gateway.store.roster_versions import WALL_FORMAT, Span
from gateway.store.tables import open_shifts


@dataclass(frozen=True, slots=True)
class OpenShift:
    """``origin``: the shift that it was, and ``from_worker`` whose, where it was one."""

    id: str
    line: str
    tier: int
    start: datetime
    end: datetime
    origin: int | None
    from_worker: str | None
    opened_at: datetime
    opened_by: str
    taken_by: str | None
    closed_at: datetime | None


def add(
    connection: Connection,
    line: str,
    tier: int,
    span: Span,
    *,
    by: str,
    at: datetime,
    origin: int | None = None,
    from_worker: str | None = None,
) -> str:
    row = {
        "id": new_id(),
        "line": line,
        "tier": tier,
        "start_wall": span.start.strftime(WALL_FORMAT),
        "end_wall": span.end.strftime(WALL_FORMAT),
        "origin": origin,
        "from_worker": from_worker,
        "opened_at": at,
        "opened_by": by,
    }
    connection.execute(sa.insert(open_shifts), row)
    return str(row["id"])


def still_open(
    connection: Connection, lines: Collection[str], overlapping: Span | None = None
) -> list[OpenShift]:
    """In the order in which they begin."""
    query = sa.select(open_shifts).where(open_shifts.c.line.in_(lines), open_shifts.c.closed_at.is_(None))
    if overlapping is not None:
        query = query.where(
            open_shifts.c.start_wall < overlapping.end.strftime(WALL_FORMAT),
            open_shifts.c.end_wall > overlapping.start.strftime(WALL_FORMAT),
        )
    rows = connection.execute(query.order_by(open_shifts.c.start_wall, open_shifts.c.id)).mappings()
    return [_from_row(row) for row in rows]


def count(connection: Connection, line: str) -> int:
    """How many stand open."""
    query = sa.select(sa.func.count()).where(open_shifts.c.line == line, open_shifts.c.closed_at.is_(None))
    return connection.execute(query).scalar_one()


def find(connection: Connection, shift: str) -> OpenShift | None:
    """Also one that is closed."""
    row = connection.execute(sa.select(open_shifts).where(open_shifts.c.id == shift)).mappings().first()
    return None if row is None else _from_row(row)


def close(connection: Connection, shift: str, at: datetime, taken_by: str | None = None) -> bool:
    """Nobody else can take it from now on. False where it was closed already: somebody was first."""
    where = (open_shifts.c.id == shift, open_shifts.c.closed_at.is_(None))
    changed = connection.execute(
        sa.update(open_shifts).where(*where), {"closed_at": at, "taken_by": taken_by}
    )
    return changed.rowcount == 1


def closed_then(connection: Connection, lines: Collection[str], at: datetime) -> list[OpenShift]:
    """Those that were closed at that very instant: by the version that was published in it."""
    query = sa.select(open_shifts).where(open_shifts.c.line.in_(lines), open_shifts.c.closed_at == at)
    return [_from_row(row) for row in connection.execute(query.order_by(open_shifts.c.id)).mappings()]


def ever(connection: Connection, line: str, tier: int, overlapping: Span) -> list[OpenShift]:
    """All that were opened in that time, be they closed or not, in the order in which they were opened."""
    query = sa.select(open_shifts).where(
        open_shifts.c.line == line,
        open_shifts.c.tier == tier,
        open_shifts.c.start_wall < overlapping.end.strftime(WALL_FORMAT),
        open_shifts.c.end_wall > overlapping.start.strftime(WALL_FORMAT),
    )
    rows = connection.execute(query.order_by(open_shifts.c.opened_at, open_shifts.c.id)).mappings()
    return [_from_row(row) for row in rows]


def reopen(connection: Connection, shift: str, at: datetime) -> None:
    """Somebody is needed for it again, from that instant on."""
    values = {"opened_at": at, "closed_at": None, "taken_by": None}
    connection.execute(sa.update(open_shifts).where(open_shifts.c.id == shift), values)


def _from_row(row: Any) -> OpenShift:
    return OpenShift(
        id=row["id"],
        line=row["line"],
        tier=row["tier"],
        start=datetime.fromisoformat(row["start_wall"]),
        end=datetime.fromisoformat(row["end_wall"]),
        origin=row["origin"],
        from_worker=row["from_worker"],
        opened_at=row["opened_at"],
        opened_by=row["opened_by"],
        taken_by=row["taken_by"],
        closed_at=row["closed_at"],
    )
