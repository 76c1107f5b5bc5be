"""Rows of the outbox: what must happen outside, written in the transaction that decided it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.ids import new_id
from gateway.store.prepared import Prepared
from gateway.store.tables import legs, outbox


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: str
    kind: str
    contact: str | None
    leg: str | None
    details: Mapping[str, Any]
    created_at: datetime
    due_at: datetime
    attempts: int
    leased_until: datetime | None
    done_at: datetime | None
    outcome: str | None


def add(
    connection: Connection,
    kind: str,
    *,
    now: datetime,
    contact: str | None = None,
    leg: str | None = None,
    due_at: datetime | None = None,
    **details: object,
) -> None:
    connection.execute(_INSERT, _row(new_id(), kind, now, contact, leg, due_at, details))


def add_once(
    connection: Connection,
    name: str,
    kind: str,
    *,
    now: datetime,
    contact: str | None = None,
    due_at: datetime | None = None,
    **details: object,
) -> bool:
    """Write a row under its own name (80 characters at most). False when there is one of that name."""
    row = _row(name, kind, now, contact, None, due_at, details)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement: Any = dialect.insert(outbox).on_conflict_do_nothing().returning(outbox.c.id)
    return connection.execute(statement, row).first() is not None


def _row(
    row_id: str,
    kind: str,
    now: datetime,
    contact: str | None,
    leg: str | None,
    due_at: datetime | None,
    details: dict[str, object],
) -> dict[str, Any]:
    return {
        "id": row_id,
        "kind": kind,
        "contact": contact,
        "leg": leg,
        "details": details,
        "created_at": now,
        "due_at": due_at or now,
        "attempts": 0,
    }


def add_for_legs(
    connection: Connection, kind: str, *, contact: str, round_number: int, now: datetime
) -> None:
    """A row for each leg of a contact's round, due when its leg is and named as it. Once a round."""
    _INSERT_FOR_LEGS.execute(
        connection, {"kind": kind, "contact": contact, "round": round_number, "now": now}
    )


_INSERT = sa.insert(outbox)
# Copied inside the database: on the way of every call, and cheaper than to bind row by row.
_COPY_OF_LEGS = sa.select(
    legs.c.id,
    sa.bindparam("kind", type_=outbox.c.kind.type),
    legs.c.contact,
    legs.c.id,
    sa.literal_column("'{}'", outbox.c.details.type),
    sa.bindparam("now", type_=outbox.c.created_at.type),
    legs.c.due_at,
    sa.literal_column("0", outbox.c.attempts.type),
).where(legs.c.contact == sa.bindparam("contact"), legs.c.round == sa.bindparam("round"))
_INSERT_FOR_LEGS = Prepared(
    lambda _: sa.insert(outbox).from_select(
        ["id", "kind", "contact", "leg", "details", "created_at", "due_at", "attempts"], _COPY_OF_LEGS
    )
)
_FREE = sa.and_(
    outbox.c.done_at.is_(None),
    sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= sa.bindparam("now")),
)
MOST_DUE = 100
_DUE = (
    sa.select(outbox.c.id, outbox.c.contact)
    .where(_FREE, outbox.c.due_at <= sa.bindparam("now"))
    .order_by(outbox.c.kind.not_in(sa.bindparam("urgent", expanding=True)), outbox.c.due_at)
    .limit(MOST_DUE)
)
_NEXT = sa.select(sa.func.min(outbox.c.due_at)).where(
    outbox.c.done_at.is_(None), outbox.c.leased_until.is_(None)
)
_LEASE = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("row"), _FREE)
    .values(leased_until=sa.bindparam("until"), attempts=outbox.c.attempts + 1)
    .returning(outbox)
)


def due(connection: Connection, now: datetime, urgent: Sequence[str]) -> list[tuple[str, str | None]]:
    """(row, contact) of what is due and held by nobody: urgent kinds first, then the oldest; ``MOST_DUE``."""
    asked = {"now": now, "urgent": list(urgent)}
    return [(row.id, row.contact) for row in connection.execute(_DUE, asked)]


def next_due_at(connection: Connection) -> datetime | None:
    at: datetime | None = connection.execute(_NEXT).scalar()
    return at


def lease(connection: Connection, row_id: str, now: datetime, seconds: float) -> OutboxRow | None:
    """Take a row for so many seconds. None when another process has it or it is done."""
    until = now + timedelta(seconds=seconds)
    taken = connection.execute(_LEASE, {"row": row_id, "now": now, "until": until}).mappings().first()
    return None if taken is None else OutboxRow(**taken)


def done(connection: Connection, row_id: str, now: datetime, outcome: str) -> None:
    connection.execute(
        sa.update(outbox).where(outbox.c.id == row_id),
        {"done_at": now, "outcome": outcome, "leased_until": None},
    )


def postpone(connection: Connection, row_id: str, due_at: datetime) -> None:
    connection.execute(
        sa.update(outbox).where(outbox.c.id == row_id), {"due_at": due_at, "leased_until": None}
    )


def count_attempt(connection: Connection, row_id: str) -> int:
    """Count one more attempt, where it failed before it could be counted. Returns how many there were."""
    statement = sa.update(outbox).where(outbox.c.id == row_id).returning(outbox.c.attempts)
    attempts: int = connection.execute(statement.values(attempts=outbox.c.attempts + 1)).scalar() or 0
    return attempts


def drop_for_contact(connection: Connection, contact: str, kind: str, now: datetime) -> None:
    """Nothing is left to do of this kind for a contact."""
    connection.execute(
        sa.update(outbox).where(
            outbox.c.contact == contact, outbox.c.kind == kind, outbox.c.done_at.is_(None)
        ),
        {"done_at": now, "outcome": "cancelled"},
    )


def reschedule_leg(connection: Connection, leg_id: str, due_at: datetime) -> None:
    """Move the row that ``add_for_legs`` wrote for a leg to another instant, if it is not done yet."""
    connection.execute(sa.update(outbox).where(_of_the_leg(leg_id)), {"due_at": due_at})


def drop_for_leg(connection: Connection, leg_id: str, now: datetime) -> None:
    """Nothing is left to do of what ``add_for_legs`` wrote for a leg: it was cancelled before its time."""
    connection.execute(sa.update(outbox).where(_of_the_leg(leg_id)), {"done_at": now, "outcome": "cancelled"})


def _of_the_leg(leg_id: str) -> sa.ColumnElement[bool]:
    """By its name alone: a search through the rows of all calls would be on the way of every one."""
    return sa.and_(outbox.c.id == leg_id, outbox.c.done_at.is_(None))


def open_rows(connection: Connection) -> int:
    query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
    return int(connection.execute(query).scalar_one())


def forget_done(connection: Connection, before: datetime) -> int:
    """Delete what was done before an instant; returns how many rows."""
    return int(connection.execute(sa.delete(outbox).where(outbox.c.done_at < before)).rowcount)
