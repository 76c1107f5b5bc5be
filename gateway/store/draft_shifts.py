"""What coordinators prepare: draft shifts of a line, each change of them, and how often they changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.roster_versions import WALL_FORMAT, Span, Walls
from gateway.store.tables import draft_edits, draft_shifts, roster_lines

WHAT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class DraftShift:
    """A new shift; or what becomes of a published row (``replaces``), which may be nothing (``removes``).

    ``worker`` None: an open shift. ``start`` and ``end``: naive, on the wall clock.
    """

    id: str
    line: str
    tier: int
    worker: str | None
    start: datetime
    end: datetime
    replaces: int | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True)
class DraftEdit:
    """One change: the rows that it touched, as they were before and after."""

    id: int
    line: str
    revision: int
    at: datetime
    by: str
    what: str
    before: tuple[DraftShift, ...]
    after: tuple[DraftShift, ...]
    undone: bool


def of_line(
    connection: Connection, lines: Collection[str], overlapping: Span | None = None
) -> list[DraftShift]:
    """In the order in which they begin."""
    query = sa.select(draft_shifts).where(draft_shifts.c.line.in_(lines))
    if overlapping is not None:
        query = query.where(
            draft_shifts.c.start_wall < overlapping.end.strftime(WALL_FORMAT),
            draft_shifts.c.end_wall > overlapping.start.strftime(WALL_FORMAT),
        )
    rows = connection.execute(query.order_by(draft_shifts.c.start_wall, draft_shifts.c.id)).mappings()
    walls = Walls()
    return [_from_row(row, walls) for row in rows]


def replacing(connection: Connection, rows: Collection[int]) -> list[DraftShift]:
    """The drafts that say what becomes of these published rows, wherever they moved to."""
    query = sa.select(draft_shifts).where(draft_shifts.c.replaces.in_(rows))
    walls = Walls()
    return [_from_row(row, walls) for row in connection.execute(query).mappings()]


def find(connection: Connection, draft: str) -> DraftShift | None:
    row = connection.execute(sa.select(draft_shifts).where(draft_shifts.c.id == draft)).mappings().first()
    return None if row is None else _from_row(row, Walls())


def put(connection: Connection, *, gone: Iterable[DraftShift], new: Iterable[DraftShift]) -> None:
    """Rows with the ids of ``gone`` go, ``new`` come."""
    ids = [draft.id for draft in gone]
    for start in range(0, len(ids), 500):  # SQLite binds a bounded number of values
        connection.execute(sa.delete(draft_shifts).where(draft_shifts.c.id.in_(ids[start : start + 500])))
    rows = [as_row(draft) for draft in new]
    if rows:
        connection.execute(sa.insert(draft_shifts), rows)


def revision(connection: Connection, line: str) -> int:
    query = sa.select(roster_lines.c.draft_revision).where(roster_lines.c.line == line)
    return connection.execute(query).scalar_one_or_none() or 0


def raise_revision(connection: Connection, line: str) -> int:
    """Count one more change. The roster's lock must be held."""
    now = revision(connection, line) + 1
    changed = connection.execute(
        sa.update(roster_lines).where(roster_lines.c.line == line), {"draft_revision": now}
    )
    if not changed.rowcount:
        connection.execute(sa.insert(roster_lines), {"line": line, "draft_revision": now})
    return now


def note_edit(
    connection: Connection,
    line: str,
    *,
    revision: int,
    at: datetime,
    by: str,
    what: str,
    before: Iterable[DraftShift],
    after: Iterable[DraftShift],
) -> None:
    row = {
        "line": line,
        "revision": revision,
        "at": at,
        "by": by,
        "what": what[:WHAT_CHARACTERS],
        "before": [as_row(draft) for draft in before],
        "after": [as_row(draft) for draft in after],
        "undone": False,
    }
    connection.execute(sa.insert(draft_edits), row)


def edits_after(connection: Connection, line: str, revision: int) -> list[DraftEdit]:
    """The changes of a line's drafts after that revision, oldest first."""
    query = sa.select(draft_edits).where(draft_edits.c.line == line, draft_edits.c.revision > revision)
    return [_edit(row) for row in connection.execute(query.order_by(draft_edits.c.id)).mappings()]


def last_edit(connection: Connection, line: str, by: str) -> DraftEdit | None:
    """The newest change of somebody's own that is not undone."""
    query = sa.select(draft_edits).where(
        draft_edits.c.line == line, draft_edits.c.by == by, draft_edits.c.undone.is_(False)
    )
    row = connection.execute(query.order_by(draft_edits.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else _edit(row)


def mark_undone(connection: Connection, edit: int) -> None:
    connection.execute(sa.update(draft_edits).where(draft_edits.c.id == edit), {"undone": True})


def forget_edits(connection: Connection, line: str) -> None:
    """There is nothing left to undo: the drafts were published or thrown away."""
    statement = sa.update(draft_edits).where(draft_edits.c.line == line, draft_edits.c.undone.is_(False))
    connection.execute(statement, {"undone": True, "before": [], "after": []})


def as_row(draft: DraftShift) -> dict[str, Any]:
    return {
        "id": draft.id,
        "line": draft.line,
        "tier": draft.tier,
        "worker": draft.worker,
        "start_wall": draft.start.strftime(WALL_FORMAT),
        "end_wall": draft.end.strftime(WALL_FORMAT),
        "replaces": draft.replaces,
        "removes": draft.removes,
    }


def _from_row(row: Any, walls: Walls) -> DraftShift:
    return DraftShift(
        id=row["id"],
        line=row["line"],
        tier=row["tier"],
        worker=row["worker"],
        start=walls[row["start_wall"]],
        end=walls[row["end_wall"]],
        replaces=row["replaces"],
        removes=row["removes"],
    )


def _edit(row: Any) -> DraftEdit:
    walls = Walls()
    return DraftEdit(
        id=row["id"],
        line=row["line"],
        revision=row["revision"],
        at=row["at"],
        by=row["by"],
        what=row["what"],
        before=tuple(_from_row(each, walls) for each in row["before"]),
        after=tuple(_from_row(each, walls) for each in row["after"]),
        undone=row["undone"],
    )
