"""Minimum staffing: when fewer are on duty than the coordinator asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from config.windows import Window
from routing.openings import Opening
from routing.roster import Roster
from routing.wall_clock import aware


@dataclass(frozen=True, slots=True)
class Minimum:
    """At least ``workers`` on duty while any of ``windows`` is on; in ``tier``, or in all together."""

    windows: tuple[Window, ...]
    workers: int
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """``[starts, ends)`` in UTC, during which ``on_duty`` workers are fewer than ``minimum`` asks for."""

    starts: datetime
    ends: datetime
    minimum: Minimum
    on_duty: int


def shortfalls(
    roster: Roster, place: str, minimums: Iterable[Minimum], starts: datetime, ends: datetime
) -> list[Shortfall]:
    """Of one line or night line within the instants ``[starts, ends)``: minimum by minimum, each in order.

    Only the place's own shifts count, unlike in ``routing.gaps``: who answers for it from a night line is
    not staff of the line. A worker with two shifts at once is one worker. Raises ValueError for instants
    that are naive.
    """
    found: list[Shortfall] = []
    first, last = aware(starts).astimezone(UTC), aware(ends).astimezone(UTC)
    for minimum in minimums:
        found += _of(roster, place, minimum, first, last)
    return found


def _of(roster: Roster, place: str, minimum: Minimum, at: datetime, ends: datetime) -> list[Shortfall]:
    found: list[Shortfall] = []
    opening = Opening(minimum.windows, roster.zone)
    while at < ends:
        asked = opening.at(at)
        stretch = roster.stretch(place, at)
        until = min(opening.until, stretch.until or ends, ends)
        if asked:
            tier = minimum.tier
            on = len({duty.worker for duty in stretch.on_duty if tier is None or duty.tier == tier})
            if on < minimum.workers:
                last = found[-1] if found else None
                if last is not None and last.ends == at and last.on_duty == on:
                    found[-1] = Shortfall(last.starts, until, minimum, on)
                else:
                    found.append(Shortfall(at, until, minimum, on))
        at = until
    return found
