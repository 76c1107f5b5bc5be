"""Which browsers of which workers want to be told when their page is closed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.tables import push_subscriptions as table

PURPOSE = "push subscription"
"""What ``Vault.seal`` is told for address and keys."""


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """Columns as in ``tables.push_subscriptions``."""

    id: str
    worker: str
    address_hash: str
    sealed: bytes
    device: str
    added_at: datetime


def save(connection: Connection, new: PushSubscription) -> None:
    """A browser that is known already belongs to this worker from now on, under the id it has."""
    values = {field.name: getattr(new, field.name) for field in fields(PushSubscription)}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement: Any = dialect.insert(table).values(**values)
    changed = {name: values[name] for name in ("worker", "sealed", "device", "added_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["address_hash"], set_=changed))


def find(connection: Connection, subscription_id: str) -> PushSubscription | None:
    row = connection.execute(sa.select(table).where(table.c.id == subscription_id)).mappings().first()
    return PushSubscription(**row) if row else None


def of_worker(connection: Connection, worker: str) -> list[PushSubscription]:
    """The first added first."""
    query = sa.select(table).where(table.c.worker == worker).order_by(table.c.added_at, table.c.id)
    return [PushSubscription(**row) for row in connection.execute(query).mappings()]


def workers(connection: Connection) -> set[str]:
    """Everybody who can be told."""
    return set(connection.execute(sa.select(table.c.worker).distinct()).scalars())


def remove(connection: Connection, subscription_id: str, worker: str | None = None) -> bool:
    """``worker``: only one of theirs."""
    statement = sa.delete(table).where(table.c.id == subscription_id)
    if worker is not None:
        statement = statement.where(table.c.worker == worker)
    return connection.execute(statement).rowcount == 1


def remove_all(connection: Connection, worker: str) -> int:
    """Returns how many there were."""
    return connection.execute(sa.delete(table).where(table.c.worker == worker)).rowcount
