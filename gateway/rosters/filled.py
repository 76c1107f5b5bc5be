"""Which open shifts a publication fills: those over whose whole time it puts one more worker on their tier.

What counts is how many it adds, not who is there: a colleague who was on duty already when the shift was
opened does not fill it, nor does one who takes over from another; and one more worker fills one open shift,
not two. Two publications that each cover a part fill it with the second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.engine import Connection

from gateway.store import open_shifts, roster_history, roster_versions
from gateway.store.open_shifts import OpenShift
from gateway.store.roster_versions import Span
from routing.roster import Shift

Step = tuple[datetime, int]
"""From this wall-clock time on, so many workers more (or fewer)."""


@dataclass(frozen=True, slots=True)
class Filling:
    """``filled`` are needed no more; ``partly``: so many hours of them are covered now, but not all."""

    filled: tuple[OpenShift, ...] = ()
    partly: tuple[OpenShift, ...] = ()


def filled_by(
    connection: Connection,
    version: int,
    ending: Iterable[Shift],
    beginning: Iterable[Shift],
    *,
    now: datetime,
    keys: Collection[int] = (),
) -> Filling:
    """Of what shifts that end and begin fill in a version, as it is before they do.

    ``now``: on the wall; of an open shift that has begun, only what is left has to be covered.

    ``keys``: of the shifts that begin. An open shift that was one of them is filled before others, then the
    longest, then the one that was opened first. Nothing is changed.
    """
    steps: dict[tuple[str, int], list[Step]] = {}
    lines: set[str] = set()
    for shift in beginning:
        lines.add(shift.line)
        steps.setdefault((shift.line, shift.tier), []).extend(_steps(shift.start, shift.end, 1))
    for shift in ending:
        if (shift.line, shift.tier) in steps:
            steps[shift.line, shift.tier].extend(_steps(shift.start, shift.end, -1))
    times = [at for each in steps.values() for at, _by in each]
    if not times:
        return Filling()
    found = open_shifts.still_open(connection, lines, Span(max(now, min(times)), max(now, max(times))))
    found.sort(key=lambda each: (each.origin not in keys, each.start - each.end, each.opened_at, each.id))
    filled: list[OpenShift] = []
    left: list[OpenShift] = []
    for each in found:
        own = steps.setdefault((each.line, each.tier), [])
        rest = Span(max(each.start, now), each.end)
        levels = _levels(own, rest)
        is_filled = min(levels) >= 1
        if not is_filled and max(levels) >= 1:
            is_filled = min(_levels([*own, *_since_opened(connection, version, each, rest)], rest)) >= 1
        if is_filled:
            own.extend(_steps(each.start, each.end, -1))
        (filled if is_filled else left).append(each)
    partly = [
        each
        for each in left
        if max(_levels(steps[each.line, each.tier], Span(max(each.start, now), each.end))) >= 1
    ]
    return Filling(_in_time(filled), _in_time(partly))


def close(connection: Connection, filling: Filling, at: datetime) -> None:
    """Nobody is asked for the filled ones any more. The roster's lock must be held."""
    for each in filling.filled:
        open_shifts.close(connection, each.id, at)


def _since_opened(connection: Connection, version: int, shift: OpenShift, rest: Span) -> list[Step]:
    """How many more are on its tier than when it was opened, less one for each open shift closed since."""
    opened = roster_history.version_at(connection, shift.opened_at)
    found: list[Step] = []
    for of_version, by in ((version, 1), (opened, -1)):
        for row in roster_versions.published_at(connection, of_version, lines=[shift.line], overlapping=rest):
            if row.shift.tier == shift.tier:
                found.extend(_steps(row.shift.start, row.shift.end, by))
    for other in open_shifts.closed_after(connection, shift.line, shift.opened_at, rest):
        if other.tier == shift.tier:
            found.extend(_steps(other.start, other.end, -1))
    return found


def _steps(start: datetime, end: datetime, by: int) -> tuple[Step, Step]:
    return (start, by), (end, -by)


def _levels(steps: Sequence[Step], span: Span) -> list[int]:
    """How many more there are: at the start, and after each change before the end."""
    levels = [sum(by for at, by in steps if at <= span.start)]
    inside = sorted(step for step in steps if span.start < step[0] < span.end)
    for _at, group in groupby(inside, key=lambda step: step[0]):
        levels.append(levels[-1] + sum(by for _, by in group))
    return levels


def _in_time(found: Iterable[OpenShift]) -> tuple[OpenShift, ...]:
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.id)))
