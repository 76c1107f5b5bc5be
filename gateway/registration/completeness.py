"""Which contacts still miss their registration, and how many of them have one, by line and week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.contacts.lifecycle import ContactState
from gateway.store.tables import contacts, registrations
from routing.wall_clock import instant


@dataclass(frozen=True, slots=True)
class Missing:
    """An ended contact that nobody registered or closed. ``draft``: something is filled in already."""

    contact: str
    line: str | None
    night_line: str | None
    worker: str | None
    channel: str
    waiting_since: datetime
    ended_at: datetime | None
    draft: bool


def missing(
    connection: Connection, where: sa.ColumnElement[bool], *, worker: str | None = None, limit: int = 200
) -> list[Missing]:
    """Oldest first. ``where``: what the reader reaches (``access.reachable``); ``worker``: theirs alone."""
    query = (
        sa.select(
            contacts.c.id, contacts.c.line, contacts.c.night_line, contacts.c.answered_by, contacts.c.channel,
            contacts.c.waiting_since, contacts.c.ended_at, registrations.c.id.is_not(None),
        )
        .select_from(contacts.outerjoin(registrations, registrations.c.contact == contacts.c.id))
        .where(contacts.c.state == ContactState.ENDED, contacts.c.closed_because.is_(None), where)
        .order_by(contacts.c.waiting_since)
        .limit(limit)
    )  # fmt: skip
    if worker is not None:
        query = query.where(contacts.c.answered_by == worker)
    return [Missing(*row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Week:
    """``registered`` of ``due`` contacts of a line that began in the week from ``monday`` have their form."""

    line: str
    monday: date
    due: int
    registered: int


def share_registered(
    connection: Connection, lines: list[str], first: date, last: date, zone: ZoneInfo
) -> list[Week]:
    """By line and local week, from the week of ``first`` to that of the day before ``last``.

    Due is what somebody answered and nobody closed with a reason."""
    weeks: list[Week] = []
    monday = first - timedelta(days=first.weekday())
    done = sa.func.sum(sa.case((contacts.c.state == ContactState.REGISTERED, 1), else_=0))
    while monday < last:
        following = monday + timedelta(days=7)
        query = (
            sa.select(contacts.c.line, sa.func.count(), done)
            .where(
                contacts.c.line.in_(lines),
                contacts.c.waiting_since >= _midnight(monday, zone),
                contacts.c.waiting_since < _midnight(following, zone),
                contacts.c.state.in_([ContactState.ENDED, ContactState.REGISTERED]),
                contacts.c.answered_at.is_not(None),
                contacts.c.closed_because.is_(None),
            )
            .group_by(contacts.c.line)
            .order_by(contacts.c.line)
        )
        weeks += [Week(row[0], monday, row[1], int(row[2])) for row in connection.execute(query)]
        monday = following
    return weeks


@dataclass(frozen=True, slots=True)
class Draft:
    """A form by hand that somebody began and nobody handed in."""

    id: str
    function: str
    line: str
    worker: str
    changed_at: datetime


def drafts_by_hand(connection: Connection, lines: list[str], *, worker: str | None = None) -> list[Draft]:
    """Those of these lines, oldest first; ``worker``: theirs alone."""
    columns = registrations.c
    query = (
        sa.select(columns.id, columns.form, columns.line, columns.worker, columns.changed_at)
        .where(columns.contact.is_(None), columns.submitted_at.is_(None), columns.line.in_(lines))
        .order_by(columns.changed_at)
        .limit(200)
    )
    if worker is not None:
        query = query.where(columns.worker == worker)
    return [Draft(*row) for row in connection.execute(query)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time()), zone)
