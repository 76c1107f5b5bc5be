"""Which contacts a list shows: of some lines, narrowed down, a page at a time.

However many contacts there are, few are looked at. What a line has of one municipality, channel and state is
one stretch of an index; of each no more than a page is read, and the newest of all of them are the page.
Only what the reader answered on lines that are no longer theirs is looked through, contact by contact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.lifecycle import ContactState
from gateway.store import joined_workers
from gateway.store.contact_pages import Place, older
from gateway.store.contacts import Contact
from gateway.store.tables import contacts

# SQLite joins 500 queries at most.
MOST_AT_ONCE = 100
_C = contacts.c
_SOME = sa.select(_C.waiting_since, _C.id)
_NEWEST_FIRST = (_C.waiting_since.desc(), _C.id.desc())


@dataclass(frozen=True, slots=True)
class Among:
    """Contacts of any of these lines or night lines, and those that ``worker`` answered or is in now."""

    lines: Collection[str] = ()
    night_lines: Collection[str] = ()
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """None stands for any. Contacts that began in ``[since, until)``."""

    states: tuple[str, ...] | None = None
    channel: str | None = None
    municipality: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked for than a period."""
        return bool(self.states or self.channel or self.municipality)

    def narrowly(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.states:
            yield _C.state.in_(self.states)
        if self.channel:
            yield _C.channel == self.channel
        if self.municipality:
            yield _C.municipality == self.municipality

    def in_period(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.since is not None:
            yield _C.waiting_since >= self.since
        if self.until is not None:
            yield _C.waiting_since < self.until


def listed(
    connection: Connection, among: Among, wanted: Wanted, *, after: Place | None, limit: int
) -> list[Contact]:
    """At most ``limit`` of them that are wanted, older than ``after``, newest first."""
    everywhere = [*wanted.in_period(), *older(after)]
    stretches = (
        sa.select(each.where(*everywhere).limit(limit).subquery())
        for each in _stretches(connection, among, wanted)
    )
    found: set[tuple[datetime, str]] = set()
    while some := list(islice(stretches, MOST_AT_ONCE)):
        found |= {(since, contact) for since, contact in connection.execute(sa.union_all(*some))}
    ids = [contact for _, contact in sorted(found, reverse=True)[:limit]]
    query = sa.select(contacts).where(_C.id.in_(ids)).order_by(*_NEWEST_FIRST)
    return [Contact(**row) for row in connection.execute(query).mappings()] if ids else []


def _stretches(connection: Connection, among: Among, wanted: Wanted) -> Iterator[sa.Select[Any]]:
    for column, places in ((_C.line, among.lines), (_C.night_line, among.night_lines)):
        for place in sorted(places):
            here = column == place
            if not wanted.is_narrow:
                yield _SOME.where(here).order_by(*_NEWEST_FIRST)
                continue
            towns = (
                [wanted.municipality] if wanted.municipality else _values(connection, _C.municipality, here)
            )
            for town, kind in product(towns, _kinds(wanted)):
                yield _of_one(_C.municipality, town).where(here, kind)
    if among.worker is not None:
        theirs = _C.answered_by == among.worker
        for line in _values(connection, _C.line, theirs):
            if line not in among.lines:
                yield _of_one(_C.line, line).where(theirs, *wanted.narrowly())
        if joined := joined_workers.in_which(connection, among.worker):
            yield _SOME.where(_C.id.in_(joined), *wanted.narrowly()).order_by(*_NEWEST_FIRST)


def _of_one(column: sa.Column[Any], value: str | None) -> sa.Select[Any]:
    """In the index's order: where a value is null, PostgreSQL does not see that it is one value."""
    return _SOME.where(column == value).order_by(column.desc(), *_NEWEST_FIRST)


def _kinds(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    channels = [wanted.channel] if wanted.channel else list(Channel)
    states = wanted.states or list(ContactState)
    return [sa.and_(_C.channel == channel, _C.state == state) for channel, state in product(channels, states)]


def _values(connection: Connection, column: sa.Column[Any], here: sa.ColumnElement[bool]) -> list[str | None]:
    """Those that there are, one look into an index for each; None is always among them."""
    found: list[str | None] = [None]
    query = sa.select(sa.func.min(column)).where(here)
    following = connection.execute(query).scalar_one()
    while following is not None:
        found.append(following)
        following = connection.execute(query.where(column > following)).scalar_one()
    return found
