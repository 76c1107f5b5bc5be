"""Passkeys of staff. The public halves only; what a worker calls one is sealed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.tables import staff_passkeys

PURPOSE = "passkey name"
"""What ``Vault.seal`` is told for the name."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """Columns as in ``tables.staff_passkeys``; what the authenticator said is in base64url."""

    id: str
    worker: str
    credential: str
    public_key: str
    user_handle: str
    sign_count: int
    name: bytes
    added_at: datetime
    used_at: datetime | None = None


def insert(connection: Connection, passkey: Passkey) -> bool:
    """False, with nothing written, when the credential is known already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {field.name: getattr(passkey, field.name) for field in fields(Passkey)}
    statement = dialect.insert(staff_passkeys).on_conflict_do_nothing().returning(staff_passkeys.c.id)
    return connection.execute(statement, values).first() is not None


def find_by_credential(connection: Connection, credential: str) -> Passkey | None:
    query = sa.select(staff_passkeys).where(staff_passkeys.c.credential == credential)
    row = connection.execute(query).mappings().first()
    return Passkey(**row) if row else None


def of_worker(connection: Connection, worker: str) -> list[Passkey]:
    """The first added first."""
    query = sa.select(staff_passkeys).where(staff_passkeys.c.worker == worker)
    rows = connection.execute(query.order_by(staff_passkeys.c.added_at, staff_passkeys.c.id)).mappings()
    return [Passkey(**row) for row in rows]


def holders(connection: Connection) -> frozenset[str]:
    """Workers who have one at least."""
    return frozenset(connection.execute(sa.select(staff_passkeys.c.worker).distinct()).scalars())


def used(connection: Connection, passkey_id: str, sign_count: int, at: datetime) -> None:
    connection.execute(
        sa.update(staff_passkeys).where(staff_passkeys.c.id == passkey_id),
        {"sign_count": sign_count, "used_at": at},
    )


def rename(connection: Connection, worker: str, passkey_id: str, name: bytes) -> bool:
    return (
        connection.execute(
            sa.update(staff_passkeys).where(*_own(worker, passkey_id)), {"name": name}
        ).rowcount
        == 1
    )


def remove(connection: Connection, worker: str, passkey_id: str) -> bool:
    return connection.execute(sa.delete(staff_passkeys).where(*_own(worker, passkey_id))).rowcount == 1


def remove_all(connection: Connection, worker: str) -> int:
    """Returns how many there were."""
    return connection.execute(sa.delete(staff_passkeys).where(staff_passkeys.c.worker == worker)).rowcount


def _own(worker: str, passkey_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return staff_passkeys.c.id == passkey_id, staff_passkeys.c.worker == worker
