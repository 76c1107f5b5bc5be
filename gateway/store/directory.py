"""Rows of the directory. One that is removed is kept, so that removing can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import directory_entries as table


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """Columns as in ``tables.directory_entries``."""

    id: str
    municipality: str
    kind: str
    name: str
    phone: str | None
    address: str | None
    hours: Sequence[str]
    note: str | None
    valid_until: date | None
    changed_at: datetime
    changed_by: str
    removed_at: datetime | None = None


def insert(connection: Connection, row: DirectoryRow) -> None:
    connection.execute(sa.insert(table), {each.name: getattr(row, each.name) for each in fields(row)})


def change(connection: Connection, row_id: str, **values: object) -> None:
    connection.execute(sa.update(table).where(table.c.id == row_id), values)


def find(connection: Connection, row_id: str) -> DirectoryRow | None:
    """Also one that was removed."""
    row = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
    return DirectoryRow(**row) if row else None


def of_municipality(connection: Connection, municipality: str) -> list[DirectoryRow]:
    """What is not removed, by name."""
    query = sa.select(table).where(table.c.municipality == municipality, table.c.removed_at.is_(None))
    found = [DirectoryRow(**row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda row: (row.name.casefold(), row.id))


def is_empty(connection: Connection) -> bool:
    return connection.execute(sa.select(table.c.id).limit(1)).first() is None
