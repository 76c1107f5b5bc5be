"""Figures over contacts and phones, cheap enough to be asked for every few seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import contacts, legs, outbox


def contacts_by_state(
    connection: Connection, states: Sequence[str], since: datetime | None = None
) -> Mapping[str, int]:
    """How many contacts are in each of these states; ``since``: only those that began then or later."""
    query = sa.select(contacts.c.state, sa.func.count()).where(contacts.c.state.in_(states))
    if since is not None:
        query = query.where(contacts.c.waiting_since >= since)
    return _counted(connection, query.group_by(contacts.c.state), states)


def first_words(
    connection: Connection, states: Sequence[str], channels: Sequence[str], since: datetime
) -> list[float | None]:
    """Of each contact of these states and channels that began since an instant, the seconds until a worker
    first wrote; None where nobody has."""
    query = sa.select(contacts.c.waiting_since, contacts.c.first_word_at).where(
        contacts.c.state.in_(states), contacts.c.waiting_since >= since, contacts.c.channel.in_(channels)
    )
    return [(at - began).total_seconds() if at else None for began, at in connection.execute(query)]


def waiting_longest(connection: Connection, states: Sequence[str]) -> datetime | None:
    """Since when the one has waited who has waited longest; None when nobody waits."""
    query = sa.select(sa.func.min(contacts.c.waiting_since)).where(contacts.c.state.in_(states))
    at: datetime | None = connection.execute(query).scalar()
    return at


def rings(
    connection: Connection, states: Sequence[str], outcomes: Sequence[str], since: datetime
) -> Mapping[str, int]:
    """How the phones that were rung for contacts which began since an instant ended, by outcome."""
    query = (
        sa.select(legs.c.outcome, sa.func.count())
        .join(contacts, contacts.c.id == legs.c.contact)
        .where(contacts.c.state.in_(states), contacts.c.waiting_since >= since, legs.c.outcome.in_(outcomes))
        .group_by(legs.c.outcome)
    )
    return _counted(connection, query, outcomes)


def phones_in(connection: Connection, states: Sequence[str], of: Sequence[str]) -> int:
    """How many phones are in one of these states, for contacts in the states ``of``."""
    query = (
        sa.select(sa.func.count())
        .select_from(legs.join(contacts, contacts.c.id == legs.c.contact))
        .where(contacts.c.state.in_(of), legs.c.state.in_(states))
    )
    return int(connection.execute(query).scalar_one())


def overdue(connection: Connection, before: datetime) -> tuple[int, datetime | None]:
    """Outbox rows that should have been done before an instant and are not, and when the first was due."""
    query = sa.select(sa.func.count(), sa.func.min(outbox.c.due_at)).where(
        outbox.c.done_at.is_(None), outbox.c.due_at < before
    )
    count, first = connection.execute(query).one()
    return int(count), first


def _counted(connection: Connection, query: sa.Select[Any], every: Sequence[str]) -> dict[str, int]:
    """None left out: a figure that is zero is a figure."""
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {name: found.get(name, 0) for name in every}
