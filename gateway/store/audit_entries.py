"""Rows of the audit log: appended one at a time, read in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from gateway.store.tables import audit_entries

# Any number that nothing else of ours locks on.
_LOCK = 0x414B5554
BATCH_ROWS = 5_000

_LAST = (
    sa.select(audit_entries.c.number, audit_entries.c.hash).order_by(audit_entries.c.number.desc()).limit(1)
)
_INSERT = sa.insert(audit_entries)


def lock_last(connection: Connection) -> tuple[int, str] | None:
    """The last entry's number and hash; nobody else appends until this transaction ends. None: no entry."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    return last(connection)


def last(connection: Connection) -> tuple[int, str] | None:
    row = connection.execute(_LAST).first()
    return (row.number, row.hash) if row is not None else None


def append(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(_INSERT, values)


def rows(connection: Connection) -> Iterator[Row[Any]]:
    """All of them, oldest first, a batch at a time in memory."""
    query = sa.select(audit_entries).order_by(audit_entries.c.number)
    yield from connection.execution_options(yield_per=BATCH_ROWS).execute(query)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: about these lines and night lines (``everything``: those of no line, too), and as asked.

    ``since`` and ``until``: half-open; ``before``: entries with smaller numbers only.
    """

    lines: frozenset[str]
    night_lines: frozenset[str]
    everything: bool
    since: datetime | None = None
    until: datetime | None = None
    action: str | None = None
    actor: str | None = None
    before: int | None = None


def page(connection: Connection, wanted: Wanted, *, limit: int) -> list[Row[Any]]:
    """At most so many, newest first."""
    entry = audit_entries.c
    query = sa.select(audit_entries).order_by(entry.number.desc()).limit(limit)
    if not wanted.everything:
        theirs = (entry.line.in_(sorted(wanted.lines)), entry.night_line.in_(sorted(wanted.night_lines)))
        query = query.where(sa.or_(*theirs))
    if wanted.since is not None:
        query = query.where(entry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(entry.at < wanted.until)
    if wanted.action is not None:
        query = query.where(entry.action == wanted.action)
    if wanted.actor is not None:
        query = query.where(entry.actor == wanted.actor)
    if wanted.before is not None:
        query = query.where(entry.number < wanted.before)
    return list(connection.execute(query))
