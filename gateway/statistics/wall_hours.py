"""The hour that a site's clock showed, asked of a database that knows of UTC alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_A_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

Stretch = tuple[datetime, int]
"""From an instant on, the clock is so many seconds ahead of UTC."""


def hour_of(
    connection: Connection, at: sa.ColumnElement[datetime], first: date, last: date, zone: ZoneInfo
) -> sa.ColumnElement[int]:
    """0 to 23, of an instant in the days ``[first, last)``. An hour that autumn repeats has 120 minutes."""
    ahead = _ahead(at, _stretches(first, last, zone))
    if connection.dialect.name == "sqlite":
        seconds: sa.ColumnElement[Any] = sa.cast(sa.func.strftime("%s", at), sa.Integer)
        return (seconds + ahead) // 3600 % 24
    hours = sa.func.floor((sa.func.date_part("epoch", at) + ahead) / 3600.0)
    return sa.func.mod(sa.cast(hours, sa.Integer), 24)


def _ahead(at: sa.ColumnElement[datetime], stretches: tuple[Stretch, ...]) -> sa.ColumnElement[int]:
    """Halved again and again: twenty years have forty changes, and ten million rows ask."""
    if len(stretches) == 1:
        return sa.literal_column(str(stretches[0][1]), sa.Integer)
    middle = len(stretches) // 2
    before, since = stretches[:middle], stretches[middle:]
    return sa.case((at < since[0][0], _ahead(at, before)), else_=_ahead(at, since))


@lru_cache(maxsize=64)
def _stretches(first: date, last: date, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """The changes of the clock from a day before to a day after: no clock is further from UTC."""
    at = datetime.combine(first, time(), UTC) - _A_DAY
    end = datetime.combine(last, time(), UTC) + _A_DAY
    found = [(at, _seconds_ahead(at, zone))]
    while at < end:
        following = at + _A_DAY
        if _seconds_ahead(following, zone) != found[-1][1]:
            found.append((_change(at, following, zone), _seconds_ahead(following, zone)))
        at = following
    return tuple(found)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the later time, in ``(before, after]``."""
    old = _seconds_ahead(before, zone)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        before, after = (middle, after) if _seconds_ahead(middle, zone) == old else (before, middle)
    return after


def _seconds_ahead(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return round((offset or timedelta()).total_seconds())
