"""What is hard on a worker: two places at once, too little rest, shifts on public holidays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.holidays import is_holiday
from routing.roster import Shift
from routing.wall_clock import instant

# Arbejdsmiljøloven, section 50: eleven hours of rest in a row within each period of 24 hours.
LEAST_REST = timedelta(hours=11)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two shifts of one worker that share time, on the same line or on two."""

    first: Shift
    second: Shift


@dataclass(frozen=True, slots=True)
class ShortRest:
    """``rest``: the time that really passes between the two, whatever the clocks do meanwhile."""

    before: Shift
    after: Shift
    rest: timedelta


def overlaps(shifts: Iterable[Shift], zone: ZoneInfo) -> list[Overlap]:
    """Every pair of shifts of one worker that are on at the same instant, the earlier one first."""
    found: list[Overlap] = []
    for own in _by_worker(shifts, zone).values():
        on: list[tuple[datetime, datetime, Shift]] = []
        for starts, ends, shift in own:
            on = [other for other in on if other[1] > starts]
            found += [Overlap(other[2], shift) for other in on]
            on.append((starts, ends, shift))
    return found


def short_rests(shifts: Iterable[Shift], zone: ZoneInfo, least: timedelta = LEAST_REST) -> list[ShortRest]:
    """Where less than ``least`` lies between the end of a worker's work and its next beginning.

    Over all lines. Shifts that overlap or meet are one stretch of work: nothing lies between them, and the
    rest is counted from the last of them to end.
    """
    found: list[ShortRest] = []
    for own in _by_worker(shifts, zone).values():
        _starts, until, last = own[0]
        for starts, ends, shift in own[1:]:
            if until < starts < until + least:
                found.append(ShortRest(last, shift, starts - until))
            if ends > until:
                until, last = ends, shift
    return found


def holidays_of(shift: Shift, zone: ZoneInfo) -> tuple[date, ...]:
    """The public holidays that the shift is on, even for a minute."""
    if instant(shift.start, zone) >= instant(shift.end, zone):
        return ()
    return tuple(day for day in days_of(shift.start, shift.end) if is_holiday(day))


def days_of(start: datetime, end: datetime) -> Iterator[date]:
    """The dates that ``[start, end)`` on the wall clock touches."""
    day, last = start.date(), (end - timedelta(microseconds=1)).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _by_worker(
    shifts: Iterable[Shift], zone: ZoneInfo
) -> dict[str, Sequence[tuple[datetime, datetime, Shift]]]:
    """Each worker's shifts as instants, in the order in which they begin; those of no length left out."""
    known: dict[datetime, datetime] = {}

    def at(wall: datetime) -> datetime:
        if wall not in known:
            known[wall] = instant(wall, zone)
        return known[wall]

    found: dict[str, list[tuple[datetime, datetime, Shift]]] = {}
    for shift in shifts:
        if at(shift.start) < at(shift.end):
            found.setdefault(shift.worker, []).append((at(shift.start), at(shift.end), shift))
    return {
        worker: sorted(own, key=lambda each: (each[0], each[1], each[2].line, each[2].tier))
        for worker, own in found.items()
    }
