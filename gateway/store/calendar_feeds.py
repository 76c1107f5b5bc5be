"""Addresses of workers' own calendars: only hashes of their secrets, and until when each holds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.ids import new_id
from gateway.store.tables import calendar_feeds


def add(connection: Connection, worker: str, secret_hash: str, at: datetime) -> None:
    row = {"id": new_id(), "worker": worker, "secret_hash": secret_hash, "made_at": at}
    connection.execute(sa.insert(calendar_feeds), row)


def made_at(connection: Connection, worker: str) -> datetime | None:
    """When the worker's address that holds now was made; None where there is none."""
    query = sa.select(calendar_feeds.c.made_at).where(
        calendar_feeds.c.worker == worker, calendar_feeds.c.revoked_at.is_(None)
    )
    at: datetime | None = connection.execute(query.limit(1)).scalar_one_or_none()
    return at


def worker_of(connection: Connection, secret_hash: str) -> str | None:
    """Whose address it is; None for one that was never given or holds no more."""
    query = sa.select(calendar_feeds.c.worker).where(
        calendar_feeds.c.secret_hash == secret_hash, calendar_feeds.c.revoked_at.is_(None)
    )
    worker: str | None = connection.execute(query).scalar_one_or_none()
    return worker


def revoke(connection: Connection, worker: str, at: datetime) -> int:
    """All of a worker's addresses open nothing from now on. Returns how many."""
    where = (calendar_feeds.c.worker == worker, calendar_feeds.c.revoked_at.is_(None))
    return connection.execute(sa.update(calendar_feeds).where(*where), {"revoked_at": at}).rowcount
