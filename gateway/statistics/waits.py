"""How long was waited in contacts: whole months as they were rolled up, everything else from the contacts.

Contacts that were closed as a test, or are not over, are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.closing import ClosingReason
from gateway.contacts.lifecycle import OVER
from gateway.statistics.months import kept_and_left
from gateway.statistics.table import Asked
from gateway.statistics.wall_hours import hour_of
from gateway.store.engine import Store
from gateway.store.kept_months import FIRST_WORDS, HOURS, OF_WAITS, WAITS, Month, first_day, following
from gateway.store.tables import contacts
from routing.wall_clock import instant

_BETWEEN = "|"
_ANSWERED, _LEFT = "answered", "left"
_OVER = [str(state) for state in OVER]
_C = contacts.c


@dataclass(frozen=True, slots=True)
class Waits:
    """``channels``: by channel, whether it was answered, and whole seconds waited, rounded up; ``hours``: the
    same of those by telephone, by the hour of the day at which they began on the wall clock; ``first_words``:
    those in writing in which a worker wrote, by channel, and how long until the first word of one."""

    channels: Counter[tuple[str, bool, int]] = field(default_factory=Counter)
    hours: Counter[tuple[int, bool, int]] = field(default_factory=Counter)
    first_words: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, other: Waits) -> None:
        self.channels.update(other.channels)
        self.hours.update(other.hours)
        self.first_words.update(other.first_words)

    def total(self) -> int:
        return self.channels.total()


def waits(connection: Connection, asked: Asked, zone: ZoneInfo) -> Waits:
    """Of contacts that began in the period. Raises StoreUnavailableError where the store does."""
    kept, left = kept_and_left(connection, OF_WAITS, asked)
    channels: Counter[str] = Counter()
    hours: Counter[str] = Counter()
    first_words: Counter[str] = Counter()
    for month in kept:
        channels.update(month[WAITS])
        hours.update(month[HOURS])
        first_words.update(month[FIRST_WORDS])
    found = _read(channels, hours, first_words)
    if left:
        conditions = [sa.and_(_C.line.in_(lines), _within(days, zone)) for lines, days in left]
        days = min(first for _, (first, _) in left), max(last for _, (_, last) in left)
        found.add(waits_in(connection, sa.or_(*conditions), days, zone))
    return found


def waits_in(
    connection: Connection, here: sa.ColumnElement[bool], days: tuple[date, date], zone: ZoneInfo
) -> Waits:
    """Of the rows of ``contacts`` that meet a condition, all of them of the days ``[first, last)``."""
    until = sa.func.coalesce(_C.answered_at, _C.ended_at)
    seconds = _whole_seconds(connection, _C.waiting_since, until).label("seconds")
    answered = _C.answered_at.is_not(None).label("answered")
    # One figure more of each: of a call its hour, of what is written the wait for a worker's word.
    hour = hour_of(connection, _C.waiting_since, *days, zone)
    word = _whole_seconds(connection, _C.waiting_since, _C.first_word_at)
    more = sa.case((_C.channel == Channel.VOICE, hour), else_=word).label("more")
    query = (
        sa.select(_C.channel, answered, seconds, more, sa.func.count())
        .where(
            here,
            _C.state.in_(_OVER),
            until.is_not(None),
            sa.or_(_C.closed_because.is_(None), _C.closed_because != ClosingReason.TEST),
        )
        .group_by(_C.channel, answered, seconds, more)
    )
    found = Waits()
    for channel, was_answered, waited, either, count in connection.execute(query):
        whole = max(0, int(waited))
        found.channels[channel, bool(was_answered), whole] += count
        if channel == Channel.VOICE:
            found.hours[int(either), bool(was_answered), whole] += count
        elif either is not None:
            found.first_words[channel, max(0, int(either))] += count
    return found


def in_period(asked: Asked, zone: ZoneInfo) -> sa.ColumnElement[bool]:
    return sa.and_(_C.line.in_(asked.lines), _within((asked.first, asked.last), zone))


def roll_up(store: Store, month: Month, zone: ZoneInfo) -> bool:
    """Count a month anew and keep it. False where that was not needed any more, or a contact of it is open.

    Safe to run twice, at once too: its row is held. A contact that is open ends without marking its month,
    so no month is kept before the last of them is over; what changes in one that is over waits for the row.
    """
    days = first_day(month.month), first_day(following(month.month))
    within = _within(days, zone)
    # A line is found for some callers only while they are on the telephone.
    mine = sa.and_(sa.or_(_C.line == month.line, _C.line.is_(None)), within)
    is_open = sa.or_(_C.state.not_in(_OVER), _C.ended_at.is_(None))
    with store.write() as connection:
        if not OF_WAITS.hold(connection, month):
            return False
        if connection.execute(sa.select(_C.id).where(mine, is_open).limit(1)).first() is not None:
            return False
        found = waits_in(connection, sa.and_(_C.line == month.line, within), days, zone)
        words = {_BETWEEN.join((channel, str(n))): count for (channel, n), count in found.first_words.items()}
        counted = {WAITS: _as_words(found.channels), HOURS: _as_words(found.hours), FIRST_WORDS: words}
        OF_WAITS.keep(connection, month, counted)
    return True


def _as_words(found: Mapping[tuple[Any, bool, int], int]) -> dict[str, int]:
    return {
        _BETWEEN.join((str(what), _ANSWERED if answered else _LEFT, str(seconds))): count
        for (what, answered, seconds), count in found.items()
    }


def _read(channels: Mapping[str, int], hours: Mapping[str, int], first_words: Mapping[str, int]) -> Waits:
    found = Waits()
    for key, count in channels.items():
        channel, how, seconds = key.split(_BETWEEN)
        found.channels[channel, how == _ANSWERED, int(seconds)] = count
    for key, count in hours.items():
        hour, how, seconds = key.split(_BETWEEN)
        found.hours[int(hour), how == _ANSWERED, int(seconds)] = count
    for key, count in first_words.items():
        channel, seconds = key.split(_BETWEEN)
        found.first_words[channel, int(seconds)] = count
    return found


def _within(days: tuple[date, date], zone: ZoneInfo) -> sa.ColumnElement[bool]:
    first, last = (instant(datetime.combine(day, time()), zone) for day in days)
    return sa.and_(_C.waiting_since >= first, _C.waiting_since < last)


def _whole_seconds(
    connection: Connection, since: sa.ColumnElement[datetime], until: sa.ColumnElement[datetime]
) -> sa.ColumnElement[Any]:
    """Rounded up, so that exactly 20 s are within 20 s and a millisecond more is not."""
    if connection.dialect.name == "sqlite":
        days = sa.func.julianday(until) - sa.func.julianday(since)
        # A day's fraction is exact to some 40 microseconds; instants of ours to a millisecond.
        milliseconds = sa.cast(sa.func.round(days * 86_400_000.0), sa.Integer)
        return (milliseconds + 999) // 1000
    # Not EXTRACT, whose exact decimals take several times as long.
    exactly = sa.func.round(sa.func.date_part("epoch", until - since) * 1000.0)
    return sa.func.ceil(exactly / 1000.0)
