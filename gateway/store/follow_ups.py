"""Rows of follow-ups: what was promised a citizen, when it is due, who took it, when it was done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import follow_ups


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Columns as in ``tables.follow_ups``; open while ``done_at`` is None."""

    id: str
    kind: str
    line: str
    due_at: datetime
    made_by: str
    made_at: datetime
    contact: str | None = None
    registration: str | None = None
    crisis_plan: str | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    done_by: str | None = None
    done_at: datetime | None = None


def promise(connection: Connection, follow_up: FollowUp) -> None:
    """Write it down; one of the same id that is open gets the new kind and time, one that is done stays."""
    mine = follow_ups.c.id == follow_up.id
    if connection.execute(sa.select(follow_ups.c.id).where(mine)).first() is None:
        values = {name: getattr(follow_up, name) for name in FollowUp.__slots__}
        connection.execute(sa.insert(follow_ups), values)
        return
    connection.execute(
        sa.update(follow_ups).where(mine, follow_ups.c.done_at.is_(None)),
        {"kind": follow_up.kind, "due_at": follow_up.due_at},
    )


def take_back(connection: Connection, follow_up: str) -> bool:
    """It was not agreed after all. What is done already stays. Returns whether there was one."""
    open_one = sa.and_(follow_ups.c.id == follow_up, follow_ups.c.done_at.is_(None))
    return connection.execute(sa.delete(follow_ups).where(open_one)).rowcount == 1


def take_back_of_contact(connection: Connection, contact: str, kind: str, *, but: str) -> None:
    """What another one stands for now."""
    same = sa.and_(
        follow_ups.c.contact == contact,
        follow_ups.c.kind == kind,
        follow_ups.c.id != but,
        follow_ups.c.done_at.is_(None),
    )
    connection.execute(sa.delete(follow_ups).where(same))


def open_of(
    connection: Connection, lines: Collection[str], *, due_before: datetime | None = None, limit: int = 200
) -> list[FollowUp]:
    """What is not done yet on these lines, the earliest due first."""
    query = sa.select(follow_ups).where(follow_ups.c.done_at.is_(None), follow_ups.c.line.in_(sorted(lines)))
    if due_before is not None:
        query = query.where(follow_ups.c.due_at < due_before)
    rows = connection.execute(query.order_by(follow_ups.c.due_at, follow_ups.c.id).limit(limit)).mappings()
    return [FollowUp(**row) for row in rows]


def find(connection: Connection, follow_up: str) -> FollowUp | None:
    row = connection.execute(sa.select(follow_ups).where(follow_ups.c.id == follow_up)).mappings().first()
    return FollowUp(**row) if row else None


def take(connection: Connection, follow_up: str, by: str, at: datetime) -> bool:
    """One winner, whatever happens at the same moment. False when somebody has it, or it is done."""
    free = sa.and_(
        follow_ups.c.id == follow_up, follow_ups.c.taken_by.is_(None), follow_ups.c.done_at.is_(None)
    )
    return (
        connection.execute(sa.update(follow_ups).where(free), {"taken_by": by, "taken_at": at}).rowcount == 1
    )


def done(connection: Connection, follow_up: str, by: str, at: datetime) -> bool:
    """False when it was done before."""
    open_one = sa.and_(follow_ups.c.id == follow_up, follow_ups.c.done_at.is_(None))
    return (
        connection.execute(sa.update(follow_ups).where(open_one), {"done_by": by, "done_at": at}).rowcount
        == 1
    )
