"""Who sleeps at the offer tonight: made from the registrations of overnight stays, drafts and all.

A night belongs to the day it began on: at three in the night it is still yesterday's. A stay is decided from
day to day (Viborg), so its form is a draft, or is corrected, with one night more; nothing else is kept of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.forms import Function
from config.site import Overnight
from gateway.registration.answers import TIME
from gateway.store.tables import consents, registrations
from routing.wall_clock import wall

# The form's own limit of nights, and a margin for a form that was filled in late.
LONGEST = timedelta(days=62)
NOON = time(12)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """``first``: the night it began on. ``person``: a keyed hash, where a number was given."""

    registration: str
    line: str
    room: str
    first: date
    nights: int
    person: str | None
    is_draft: bool

    @property
    def last(self) -> date:
        return self.first + (self.nights - 1) * ONE_DAY

    def covers(self, night: date) -> bool:
        return self.first <= night <= self.last


@dataclass(frozen=True, slots=True)
class Occupied:
    """A stay tonight. ``night``: which one in a row of this person's it is; ``most``: of how many."""

    stay: Stay
    night: int
    most: int

    @property
    def is_over_the_most(self) -> bool:
        return self.night > self.most


@dataclass(frozen=True, slots=True)
class Tonight:
    """``free``: rooms that nobody sleeps in; ``twice``: rooms that two stays name."""

    occupied: tuple[Occupied, ...]
    free: tuple[str, ...]
    twice: frozenset[str]


def night_of(moment: datetime, zone: ZoneInfo) -> date:
    """The night that it is, or that comes next: until noon still the one that began yesterday."""
    clock = wall(moment, zone)
    return clock.date() - ONE_DAY if clock.time() < NOON else clock.date()


def stays_of(connection: Connection, lines: Iterable[str], now: datetime, zone: ZoneInfo) -> list[Stay]:
    """Those of the last two months, the latest first."""
    columns = registrations.c
    query = (
        sa.select(
            columns.id, columns.line, columns.answers, columns.began_at, columns.submitted_at,
            consents.c.person,
        )
        .select_from(registrations.outerjoin(consents, consents.c.registration == columns.id))
        .where(
            columns.form == str(Function.OVERNIGHT),
            columns.line.in_(sorted(lines)),
            columns.changed_at > now - LONGEST,
        )
    )  # fmt: skip
    found = [_stay(row, zone) for row in connection.execute(query)]
    return sorted(found, key=lambda stay: (stay.first, stay.registration), reverse=True)


def tonight(stays: Iterable[Stay], place: Overnight, night: date) -> Tonight:
    """Pure: what the stays of one line mean for one night."""
    every = list(stays)
    here = [stay for stay in every if stay.covers(night)]
    occupied = tuple(
        Occupied(stay, nights_in_a_row(stay, every, night), place.most_nights)
        for stay in sorted(here, key=lambda stay: (stay.room, stay.registration))
    )
    rooms = [stay.room for stay in here if stay.room]
    return Tonight(
        occupied=occupied,
        free=tuple(room for room in place.rooms if room not in rooms),
        twice=frozenset(room for room in rooms if rooms.count(room) > 1),
    )


def nights_in_a_row(stay: Stay, stays: Iterable[Stay], night: date) -> int:
    """Up to and with ``night``, over all stays of the same person that meet; without a number, this one."""
    own = {stay.registration: stay}
    if stay.person is not None:
        own |= {other.registration: other for other in stays if other.person == stay.person}
    count, at = 0, night
    while any(each.covers(at) for each in own.values()):
        count, at = count + 1, at - ONE_DAY
    return count


def _stay(row: Any, zone: ZoneInfo) -> Stay:
    answers: Mapping[str, Any] = row.answers
    first = night_of(row.began_at, zone)
    if "began_at" in answers:
        first = _night_of_wall(datetime.strptime(answers["began_at"], TIME))  # noqa: DTZ007
    return Stay(
        registration=row.id,
        line=row.line,
        room=str(answers.get("room", "")).strip(),
        first=first,
        nights=int(answers.get("nights", 1)),
        person=row.person,
        is_draft=row.submitted_at is None,
    )


def _night_of_wall(clock: datetime) -> date:
    return clock.date() - ONE_DAY if clock.time() < NOON else clock.date()
