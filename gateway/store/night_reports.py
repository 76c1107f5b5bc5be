"""Rows of night reports, and which contacts one is still waiting of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.contacts import Contact
from gateway.store.tables import contacts
from gateway.store.tables import night_reports as table

PURPOSE = "night report"
"""What the report's key is told for the note."""


@dataclass(frozen=True, slots=True)
class NightReport:
    """Columns as in ``tables.night_reports``."""

    contact: str
    note: bytes | None = None
    wrapped_key: bytes | None = None
    written_by: str | None = None
    written_at: datetime | None = None
    read_by: str | None = None
    read_at: datetime | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact whose report nobody has taken."""

    contact: Contact
    report: NightReport


def find(connection: Connection, contact: str) -> NightReport:
    """An empty one where nothing is known of it yet."""
    row = connection.execute(sa.select(table).where(table.c.contact == contact)).mappings().first()
    return NightReport(**row) if row else NightReport(contact)


def keep(connection: Connection, contact: str, **values: object) -> None:
    """Write some columns, whether or not there is a row. The contact is locked by the caller."""
    changed = connection.execute(sa.update(table).where(table.c.contact == contact), values).rowcount
    if not changed:
        connection.execute(sa.insert(table), {"contact": contact, **values})


def keep_nothing(connection: Connection, contact: str) -> None:
    """Erase the note, whoever has read it."""
    statement = sa.update(table).where(table.c.contact == contact)
    connection.execute(statement, {"note": None, "wrapped_key": None})


def take(connection: Connection, contact: str, by: str, at: datetime) -> bool:
    """One winner. False when a colleague has it; there must be a row."""
    free = sa.and_(table.c.contact == contact, table.c.taken_by.is_(None))
    return connection.execute(sa.update(table).where(free), {"taken_by": by, "taken_at": at}).rowcount == 1


def waiting(
    connection: Connection,
    own_workers: Mapping[str, Sequence[str]],
    states: Sequence[str],
    since: datetime,
    limit: int,
) -> list[Waiting]:
    """``own_workers``: line -> its own people, whose conversations need no report. The oldest first.

    Of contacts in these states that ended since then, and that nobody closed as nothing to register.
    """
    if not own_workers:
        return []
    others = sa.or_(
        *(
            sa.and_(contacts.c.line == line, contacts.c.answered_by.not_in(sorted(workers)))
            for line, workers in sorted(own_workers.items())
        )
    )
    query = (
        sa.select(contacts, table.c.contact.label("reported"), *(table.c[name] for name in _REPORT[1:]))
        .outerjoin(table, table.c.contact == contacts.c.id)
        .where(
            others,
            contacts.c.answered_by.is_not(None),
            contacts.c.state.in_(states),
            contacts.c.closed_because.is_(None),
            contacts.c.ended_at >= since,
            table.c.taken_by.is_(None),
        )
        .order_by(contacts.c.ended_at, contacts.c.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).mappings():
        report = NightReport(row["id"], **{name: row[name] for name in _REPORT[1:]})
        found.append(Waiting(Contact(**{name: row[name] for name in _CONTACT}), report))
    return found


_REPORT = tuple(NightReport.__dataclass_fields__)
_CONTACT = tuple(Contact.__dataclass_fields__)


def forget(connection: Connection, taken_before: datetime, ended_before: datetime) -> int:
    """Notes of reports that were taken so long ago, and of any whose contact ended so long ago."""
    old = sa.select(contacts.c.id).where(contacts.c.ended_at < ended_before)
    gone = sa.or_(table.c.taken_at < taken_before, table.c.contact.in_(old))
    statement = sa.update(table).where(table.c.wrapped_key.is_not(None), gone)
    return connection.execute(statement, {"note": None, "wrapped_key": None}).rowcount
