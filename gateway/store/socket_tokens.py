"""Tokens with which a page opens its socket, by hash: what is stored opens nothing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import socket_tokens as table
from gateway.store.tables import staff_sessions


def insert(connection: Connection, token_hash: str, session: str, worker: str, expires_at: datetime) -> None:
    row = {"token_hash": token_hash, "session": session, "worker": worker, "expires_at": expires_at}
    connection.execute(sa.insert(table), row)


def worker_of(connection: Connection, token_hash: str, valid_at: datetime | None = None) -> str | None:
    """Whose token it is, while their session is open. ``valid_at``: the token must not have run out then."""
    query = sa.select(table.c.worker).where(
        table.c.token_hash == token_hash,
        sa.exists().where(staff_sessions.c.id == table.c.session, staff_sessions.c.ended_at.is_(None)),
    )
    if valid_at is not None:
        query = query.where(table.c.expires_at > valid_at)
    worker: str | None = connection.execute(query).scalar_one_or_none()
    return worker


def forget(connection: Connection, before: datetime) -> int:
    """Delete what ran out before an instant; returns how many rows."""
    return connection.execute(sa.delete(table).where(table.c.expires_at < before)).rowcount
