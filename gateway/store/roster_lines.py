"""What coordinators set for a line or night line: swaps, checks before a shift, staffing, intended gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.windows import parse_windows
from gateway.store.ids import new_id
from gateway.store.roster_versions import WALL_FORMAT, Span
from gateway.store.tables import intended_gaps, minimum_staffing, roster_lines
from routing.staffing import Minimum


@dataclass(frozen=True, slots=True)
class LineSettings:
    """``check_minutes``: ask the worker for a confirmation by SMS so long before a shift; None: never."""

    swaps_need_consent: bool = False
    check_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """A minimum as it was written: ``windows`` as in the site file."""

    tier: int | None
    windows: tuple[str, ...]
    workers: int

    def as_minimum(self) -> Minimum:
        return Minimum(parse_windows(self.windows), self.workers, self.tier)


@dataclass(frozen=True, slots=True)
class IntendedGap:
    id: str
    line: str
    span: Span


def settings_of(connection: Connection, line: str) -> LineSettings:
    query = sa.select(roster_lines.c.swaps_need_consent, roster_lines.c.check_minutes)
    row = connection.execute(query.where(roster_lines.c.line == line)).first()
    return LineSettings() if row is None else LineSettings(row.swaps_need_consent, row.check_minutes)


def lines_with_checks(connection: Connection) -> dict[str, int]:
    """Line -> minutes before a shift."""
    query = sa.select(roster_lines.c.line, roster_lines.c.check_minutes)
    rows = connection.execute(query.where(roster_lines.c.check_minutes.is_not(None)))
    return {row.line: row.check_minutes for row in rows}


def set_settings(connection: Connection, line: str, settings: LineSettings) -> None:
    """The roster's lock must be held."""
    values = {
        "swaps_need_consent": settings.swaps_need_consent,
        "check_minutes": settings.check_minutes,
    }
    changed = connection.execute(sa.update(roster_lines).where(roster_lines.c.line == line), values)
    if not changed.rowcount:
        connection.execute(sa.insert(roster_lines), {"line": line, "draft_revision": 0, **values})


def staffing_of(connection: Connection, lines: Collection[str] | None = None) -> dict[str, list[Staffing]]:
    """By line; of all lines unless some are named."""
    query = sa.select(minimum_staffing).order_by(minimum_staffing.c.id)
    if lines is not None:
        query = query.where(minimum_staffing.c.line.in_(lines))
    found: dict[str, list[Staffing]] = {}
    for row in connection.execute(query):
        found.setdefault(row.line, []).append(Staffing(row.tier, tuple(row.windows), row.workers))
    return found


def set_staffing(connection: Connection, line: str, staffing: Iterable[Staffing]) -> None:
    connection.execute(sa.delete(minimum_staffing).where(minimum_staffing.c.line == line))
    rows = [
        {"line": line, "tier": each.tier, "windows": list(each.windows), "workers": each.workers}
        for each in staffing
    ]
    if rows:
        connection.execute(sa.insert(minimum_staffing), rows)


def intended(connection: Connection, lines: Collection[str] | None = None) -> list[IntendedGap]:
    query = sa.select(intended_gaps).order_by(intended_gaps.c.start_wall)
    if lines is not None:
        query = query.where(intended_gaps.c.line.in_(lines))
    return [
        IntendedGap(
            row.id,
            row.line,
            Span(datetime.fromisoformat(row.start_wall), datetime.fromisoformat(row.end_wall)),
        )
        for row in connection.execute(query)
    ]


def intend(connection: Connection, line: str, span: Span, *, by: str, at: datetime) -> str:
    """Nobody is to be alarmed about a gap on this line within the span. Returns its id."""
    row = {
        "id": new_id(),
        "line": line,
        "start_wall": span.start.strftime(WALL_FORMAT),
        "end_wall": span.end.strftime(WALL_FORMAT),
        "by": by,
        "at": at,
    }
    connection.execute(sa.insert(intended_gaps), row)
    return str(row["id"])


def forget_intended(connection: Connection, line: str, gap: str) -> bool:
    """Whether there was one."""
    where = (intended_gaps.c.id == gap, intended_gaps.c.line == line)
    return connection.execute(sa.delete(intended_gaps).where(*where)).rowcount == 1
