"""When workers can't work. Why is kept in one word."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.ids import new_id
from gateway.store.roster_versions import WALL_FORMAT, Span
from gateway.store.tables import absences


class AbsenceKind(enum.StrEnum):
    ILL = "ill"
    HOLIDAY = "holiday"
    COURSE = "course"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Absence:
    """``[start, end)``, naive, on the wall clock."""

    id: str
    worker: str
    kind: AbsenceKind
    start: datetime
    end: datetime
    reported_at: datetime
    by: str
    ended_at: datetime | None


def add(
    connection: Connection, worker: str, kind: AbsenceKind, span: Span, *, by: str, at: datetime
) -> Absence:
    row = {
        "id": new_id(),
        "worker": worker,
        "kind": str(kind),
        "start_wall": span.start.strftime(WALL_FORMAT),
        "end_wall": span.end.strftime(WALL_FORMAT),
        "reported_at": at,
        "by": by,
        "ended_at": None,
    }
    connection.execute(sa.insert(absences), row)
    return _from_row(row)


def of_workers(
    connection: Connection, workers: Collection[str], overlapping: Span | None = None
) -> list[Absence]:
    """Those in force, in the order in which they begin."""
    query = sa.select(absences).where(absences.c.worker.in_(workers), absences.c.ended_at.is_(None))
    if overlapping is not None:
        query = query.where(
            absences.c.start_wall < overlapping.end.strftime(WALL_FORMAT),
            absences.c.end_wall > overlapping.start.strftime(WALL_FORMAT),
        )
    rows = connection.execute(query.order_by(absences.c.start_wall, absences.c.id)).mappings()
    return [_from_row(row) for row in rows]


def find(connection: Connection, absence: str) -> Absence | None:
    row = connection.execute(sa.select(absences).where(absences.c.id == absence)).mappings().first()
    return None if row is None else _from_row(row)


def end(connection: Connection, absence: str, at: datetime) -> bool:
    """It holds no more. False where it had been ended already."""
    where = (absences.c.id == absence, absences.c.ended_at.is_(None))
    return connection.execute(sa.update(absences).where(*where), {"ended_at": at}).rowcount == 1


def _from_row(row: Any) -> Absence:
    return Absence(
        id=row["id"],
        worker=row["worker"],
        kind=AbsenceKind(row["kind"]),
        start=datetime.fromisoformat(row["start_wall"]),
        end=datetime.fromisoformat(row["end_wall"]),
        reported_at=row["reported_at"],
        by=row["by"],
        ended_at=row["ended_at"],
    )
