"""How many workers a published roster has on duty, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.store import roster_versions
from gateway.store.roster_versions import Span
from routing.roster import Shift

Hour = tuple[date, int]
"""A day and an hour of it, on the wall clock."""

_ONE = timedelta(hours=1)


def on_duty(
    connection: Connection, site: Site, lines: Iterable[str], first: date, last: date
) -> Mapping[Hour, int]:
    """Workers on these lines, or on the night lines behind them, at half past each hour of ``[first, last)``.

    A worker who stands on several lines is one. Hours with nobody are left out.
    """
    places = set(lines)
    places |= {night for line in places if line in site.lines and (night := site.lines[line].night_line)}
    span = Span(datetime.combine(first, time()), datetime.combine(last, time()))
    version = roster_versions.newest(connection).roster.version
    return counted(roster_versions.shifts_at(connection, version, lines=places, overlapping=span), span)


def counted(shifts: Iterable[Shift], span: Span) -> Mapping[Hour, int]:
    found: dict[datetime, set[str]] = {}
    for shift in shifts:
        begin, end = max(shift.start, span.start), min(shift.end, span.end)
        at = begin.replace(minute=30)
        if at < begin:
            at += _ONE
        while at < end:
            found.setdefault(at, set()).add(shift.worker)
            at += _ONE
    return {(at.date(), at.hour): len(workers) for at, workers in found.items()}
