"""Bearer tokens of staff, by hash: what is stored opens nothing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import staff_tokens

_WORKER = sa.select(staff_tokens.c.worker).where(
    staff_tokens.c.token_hash == sa.bindparam("token_hash"), staff_tokens.c.revoked_at.is_(None)
)


def insert(connection: Connection, token_hash: str, worker: str, at: datetime) -> None:
    connection.execute(
        sa.insert(staff_tokens), {"token_hash": token_hash, "worker": worker, "created_at": at}
    )


def worker_of(connection: Connection, token_hash: str) -> str | None:
    """Whose token it is; None when there is none of that hash, or it was revoked."""
    worker: str | None = connection.execute(_WORKER, {"token_hash": token_hash}).scalar_one_or_none()
    return worker


def revoke_all(connection: Connection, worker: str, at: datetime) -> int:
    """End every token of a worker. Returns how many there were."""
    statement = sa.update(staff_tokens).where(
        staff_tokens.c.worker == worker, staff_tokens.c.revoked_at.is_(None)
    )
    return connection.execute(statement, {"revoked_at": at}).rowcount
