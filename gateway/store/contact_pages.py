"""Contacts a page at a time, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.contacts import Contact
from gateway.store.tables import contacts


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: its last contact. New contacts come before it, so nothing is seen twice."""

    waiting_since: datetime
    contact: str


def page(
    connection: Connection,
    where: sa.ColumnElement[bool],
    *,
    states: Sequence[str] | None,
    after: Place | None,
    limit: int,
) -> list[Contact]:
    """At most ``limit`` contacts that meet ``where``, in these states, older than ``after``."""
    query = sa.select(contacts).where(where, *older(after))
    if states is not None:
        query = query.where(contacts.c.state.in_(states))
    query = query.order_by(contacts.c.waiting_since.desc(), contacts.c.id.desc()).limit(limit)
    return [Contact(**row) for row in connection.execute(query).mappings()]


def older(than: Place | None) -> list[sa.ColumnElement[bool]]:
    """The conditions for what comes after a place in the list."""
    if than is None:
        return []
    since, last = contacts.c.waiting_since, contacts.c.id
    at = sa.bindparam("at", than.waiting_since, type_=since.type)
    # In two: an index is entered by the first, and would not be by an "or" alone.
    return [since <= at, sa.or_(since < at, last < than.contact)]
