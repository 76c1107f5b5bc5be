"""Rows of presence: which workers have a console open somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import staff_presence


def beat(connection: Connection, process: str, workers: Iterable[str], at: datetime) -> None:
    """These, and nobody else, are connected to this process now."""
    connection.execute(sa.delete(staff_presence).where(staff_presence.c.process == process))
    rows = [{"worker": worker, "process": process, "seen_at": at} for worker in sorted(set(workers))]
    if rows:
        connection.execute(sa.insert(staff_presence), rows)


def present(connection: Connection, since: datetime) -> set[str]:
    """Workers whose console said so after an instant."""
    query = sa.select(staff_presence.c.worker).where(staff_presence.c.seen_at > since)
    return {row.worker for row in connection.execute(query)}


def forget_old(connection: Connection, before: datetime) -> int:
    """What a process that died left behind."""
    return connection.execute(sa.delete(staff_presence).where(staff_presence.c.seen_at < before)).rowcount
