"""Sessions of staff in their browsers, by the hash of what the cookie holds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import staff_sessions


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Columns as in ``tables.staff_sessions``, but for the hash, which nobody needs to read.

    ``method``: ``passkey``, ``link`` or ``oidc``. ``device``: a browser and a system, in words of ours.
    """

    id: str
    worker: str
    roles: str
    method: str
    device: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


_COLUMNS = [staff_sessions.c[field.name] for field in fields(StaffSession)]
_OPEN = staff_sessions.c.ended_at.is_(None)
_BY_HASH = sa.select(*_COLUMNS).where(staff_sessions.c.secret_hash == sa.bindparam("secret_hash"), _OPEN)


def insert(connection: Connection, session: StaffSession, secret_hash: str) -> None:
    values = {field.name: getattr(session, field.name) for field in fields(StaffSession)}
    connection.execute(sa.insert(staff_sessions), values | {"secret_hash": secret_hash})


def find_open(connection: Connection, secret_hash: str) -> StaffSession | None:
    row = connection.execute(_BY_HASH, {"secret_hash": secret_hash}).mappings().first()
    return StaffSession(**row) if row else None


def open_of(connection: Connection, worker: str) -> list[StaffSession]:
    """Those of a worker that nobody ended, the last used first."""
    query = sa.select(*_COLUMNS).where(staff_sessions.c.worker == worker, _OPEN)
    rows = connection.execute(query.order_by(staff_sessions.c.seen_at.desc())).mappings()
    return [StaffSession(**row) for row in rows]


def count_open(connection: Connection) -> dict[str, int]:
    """How many each worker has that nobody ended; workers without any are left out."""
    query = (
        sa.select(staff_sessions.c.worker, sa.func.count().label("open"))
        .where(_OPEN)
        .group_by(staff_sessions.c.worker)
    )
    return {row.worker: row.open for row in connection.execute(query)}


def seen(connection: Connection, session_id: str, at: datetime) -> None:
    connection.execute(
        sa.update(staff_sessions).where(staff_sessions.c.id == session_id, _OPEN), {"seen_at": at}
    )


def end(connection: Connection, worker: str, at: datetime, *, session_id: str) -> bool:
    """End one session of a worker. False when they have no such open session."""
    statement = sa.update(staff_sessions).where(
        staff_sessions.c.id == session_id, staff_sessions.c.worker == worker, _OPEN
    )
    return connection.execute(statement, {"ended_at": at}).rowcount == 1


def end_all(connection: Connection, worker: str, at: datetime, *, apart_from: str | None = None) -> int:
    """End a worker's sessions. Returns how many there were."""
    statement = sa.update(staff_sessions).where(staff_sessions.c.worker == worker, _OPEN)
    if apart_from is not None:
        statement = statement.where(staff_sessions.c.id != apart_from)
    return connection.execute(statement, {"ended_at": at}).rowcount


def forget(connection: Connection, before: datetime) -> int:
    """Delete what was ended, or last used, before an instant; returns how many rows."""
    old = sa.or_(staff_sessions.c.ended_at < before, staff_sessions.c.seen_at < before)
    return connection.execute(sa.delete(staff_sessions).where(old)).rowcount
