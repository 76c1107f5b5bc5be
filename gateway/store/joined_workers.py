"""Rows of colleagues who are, or were, in a written conversation beside the worker who has it.

A row says that they joined; they are in it while they have not left and somebody has the contact.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import joined_workers as table


def add(connection: Connection, contact: str, worker: str, at: datetime) -> None:
    """They are in it from now on, be it for the first time or again. The contact is locked."""
    connection.execute(sa.delete(table).where(table.c.contact == contact, table.c.worker == worker))
    connection.execute(
        sa.insert(table), {"contact": contact, "worker": worker, "joined_at": at, "left_at": None}
    )


def leave(connection: Connection, contact: str, at: datetime, worker: str | None = None) -> list[str]:
    """They are in it no more: one, or everybody. Returns who was. The contact is locked."""
    who = [each for each in present(connection, contact) if worker in {None, each}]
    if who:
        statement = sa.update(table).where(table.c.contact == contact, table.c.worker.in_(who))
        connection.execute(statement, {"left_at": at})
    return who


def present(connection: Connection, contact: str) -> list[str]:
    """Who is in it, the longest first."""
    query = sa.select(table.c.worker).where(table.c.contact == contact, table.c.left_at.is_(None))
    return list(connection.execute(query.order_by(table.c.joined_at, table.c.worker)).scalars())


def of_contacts(connection: Connection, contacts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Who is in each, by contact; contacts that nobody joined are left out."""
    names = sorted(set(contacts))
    if not names:
        return {}
    query = sa.select(table.c.contact, table.c.worker).where(
        table.c.contact.in_(names), table.c.left_at.is_(None)
    )
    found: dict[str, tuple[str, ...]] = {}
    for contact, worker in connection.execute(query.order_by(table.c.joined_at, table.c.worker)):
        found[contact] = (*found.get(contact, ()), worker)
    return found


def is_in(connection: Connection, contact: str, worker: str) -> bool:
    return _exists(connection, contact, worker, table.c.left_at.is_(None))


def was_in(connection: Connection, contact: str, worker: str) -> bool:
    """Now or before."""
    return _exists(connection, contact, worker, sa.true())


def in_now(worker: str) -> sa.ScalarSelect[str]:
    """Ids of the contacts that they are in, for a condition."""
    return _in_which(worker).scalar_subquery()


def in_which(connection: Connection, worker: str) -> list[str]:
    """Ids of the contacts that they are in."""
    return list(connection.execute(_in_which(worker)).scalars())


def _in_which(worker: str) -> sa.Select[Any]:
    return sa.select(table.c.contact).where(table.c.worker == worker, table.c.left_at.is_(None))


def _exists(connection: Connection, contact: str, worker: str, more: sa.ColumnElement[bool]) -> bool:
    query = sa.select(table.c.contact).where(table.c.contact == contact, table.c.worker == worker, more)
    return connection.execute(query).first() is not None
