"""What a worker wants to be told by SMS, when to be left alone, and which shifts they have confirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.tables import shift_confirmations, worker_notices

QUIET_FROM, QUIET_UNTIL = time(22), time(7)


@dataclass(frozen=True, slots=True)
class Notices:
    """``changes`` of their shifts; ``reminder_minutes`` before a shift begins, None: never.

    Between ``quiet_from`` and ``quiet_until`` on the wall clock no SMS comes; both the same: at any time.
    """

    changes: bool = True
    reminder_minutes: int | None = None
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL


def of_worker(connection: Connection, worker: str) -> Notices:
    row = connection.execute(sa.select(worker_notices).where(worker_notices.c.worker == worker)).first()
    return Notices() if row is None else _from_row(row)


def with_reminders(connection: Connection) -> dict[str, Notices]:
    """Those who want to be reminded."""
    query = sa.select(worker_notices).where(worker_notices.c.reminder_minutes.is_not(None))
    return {row.worker: _from_row(row) for row in connection.execute(query)}


def save(connection: Connection, worker: str, notices: Notices) -> None:
    values = {
        "changes": notices.changes,
        "reminder_minutes": notices.reminder_minutes,
        "quiet_from": f"{notices.quiet_from:%H:%M}",
        "quiet_until": f"{notices.quiet_until:%H:%M}",
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement: Any = dialect.insert(worker_notices).values(worker=worker, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["worker"], set_=values))


def confirm(connection: Connection, shift: int, worker: str, at: datetime) -> None:
    """``shift``: a row. The first confirmation stays."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement: Any = dialect.insert(shift_confirmations).on_conflict_do_nothing()
    connection.execute(statement, {"shift": shift, "worker": worker, "confirmed_at": at})


def confirmed(connection: Connection, rows: Collection[int]) -> set[int]:
    """Those of these rows of ``shifts`` that were confirmed."""
    query = sa.select(shift_confirmations.c.shift).where(shift_confirmations.c.shift.in_(rows))
    return set(connection.execute(query).scalars())


def _from_row(row: Any) -> Notices:
    return Notices(
        changes=row.changes,
        reminder_minutes=row.reminder_minutes,
        quiet_from=time.fromisoformat(row.quiet_from),
        quiet_until=time.fromisoformat(row.quiet_until),
    )
