"""Which open shifts a publication fills: those over whose whole time it puts one more worker on their tier.

What counts is how many are wanted and how many are there, not who. How many are wanted at each time follows
from the openings (``routing.filling`` says how), and stays so until the shifts are filled, taken or
withdrawn. A publication closes as many as are not missed any more: first one that was one of its own shifts,
then the longest, then the one that was opened first. So

* a colleague who was on duty already when a shift was opened does not fill it, nor one who takes over from
  another, nor one who comes after another has gone;
* after two sick calls one more worker fills one open shift, and the next the other;
* two publications that each cover a part fill it with the second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.store import open_shifts, roster_history, roster_versions
from gateway.store.open_shifts import OpenShift
from gateway.store.roster_versions import Span
from routing.filling import Headcount, Opened, Stretch, fill
from routing.roster import Shift

Place = tuple[str, int]
"""A line and a tier of it."""


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

    ``now``: on the wall; of an open shift that has begun, only what is left has to be covered. ``keys``: of
    the shifts that begin. Nothing is changed.
    """
    begun, ended = _by_place(beginning), _by_place(ending)
    times = [at for shifts in begun.values() for shift in shifts for at in (shift.start, shift.end)]
    if not times:
        return Filling()
    lines = {line for line, _tier in begun}
    found = open_shifts.still_open(connection, lines, Span(max(now, min(times)), max(now, max(times))))
    found.sort(key=lambda each: (each.origin not in keys, each.start - each.end, each.opened_at, each.id))
    filled: list[OpenShift] = []
    partly: list[OpenShift] = []
    for place, shifts in begun.items():
        here = {each.id: each for each in found if (each.line, each.tier) == place}
        if here:
            come = [(shift.start, shift.end) for shift in shifts]
            gone = [(shift.start, shift.end) for shift in ended.get(place, ())]
            there = _there(connection, version, place, _hull([*here.values()]))
            opened = _opened(connection, version, place, [*here.values()])
            done = fill(opened, Headcount.of([*there, *come], gone), Headcount.of(come, gone), now=now)
            filled += [here[each.id] for each in done.wholly]
            partly += [here[each.id] for each in done.partly]
    return Filling(_in_time(filled), _in_time(partly))


def close(connection: Connection, filling: Filling, at: datetime) -> None:
    """Nobody is asked for the filled ones any more. The roster's lock must be held."""
    for each in filling.filled:
        open_shifts.close(connection, each.id, at)


def _by_place(shifts: Iterable[Shift]) -> dict[Place, list[Shift]]:
    found: dict[Place, list[Shift]] = {}
    for shift in shifts:
        found.setdefault((shift.line, shift.tier), []).append(shift)
    return found


def _opened(connection: Connection, version: int, place: Place, found: list[OpenShift]) -> list[Opened]:
    """These, which stand open, in their order; then all others that were ever opened in their time."""
    line, tier = place
    ever = open_shifts.ever(connection, line, tier, _hull(found))
    own = {each.id for each in found}
    beside = [
        other
        for other in ever
        if other.id not in own and any(each.start < other.end and other.start < each.end for each in found)
    ]
    listed = [*found, *beside]
    instants = {at for each in listed for at in (each.opened_at, each.closed_at) if at is not None}
    published = roster_history.published_then(connection, instants)
    opened = []
    for each in listed:
        then = min(version, published.get(each.opened_at, version))
        before, after = (
            Headcount.of(_there(connection, at, place, Span(each.start, each.end))) for at in (then - 1, then)
        )
        # What fills it or is its taking is published in the same instant; a withdrawal publishes nothing.
        withdrawn = each.closed_at not in {None, *published}
        opened.append(
            Opened(each.id, each.start, each.end, each.opened_at, before, after, each.closed_at, withdrawn)
        )
    return opened


def _there(connection: Connection, version: int, place: Place, span: Span) -> list[Stretch]:
    """Who is on duty there in a version."""
    line, tier = place
    rows = roster_versions.published_at(connection, version, lines=[line], overlapping=span)
    return [(row.shift.start, row.shift.end) for row in rows if row.shift.tier == tier]


def _hull(shifts: Sequence[OpenShift]) -> Span:
    return Span(min(each.start for each in shifts), max(each.end for each in shifts))


def _in_time(found: Iterable[OpenShift]) -> tuple[OpenShift, ...]:
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.id)))
