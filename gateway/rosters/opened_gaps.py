"""What a change of the roster leaves uncovered that was covered before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.rosters.loading import AROUND
from gateway.store import roster_lines, roster_versions
from gateway.store.roster_versions import PublishedShift, Span
from routing.gaps import gaps
from routing.roster import Roster, Shift
from routing.wall_clock import instant, wall

# A change that opens a gap this near asks for a confirmation (domain page, "Rosters").
NEAR = timedelta(days=7)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OpenedGap:
    """``[starts, ends)`` in UTC on a line or night line."""

    place: str
    starts: datetime
    ends: datetime


def opened_by(
    connection: Connection,
    site: Site,
    version: int,
    *,
    ending: Collection[int],
    beginning: Sequence[Shift],
    lines: Iterable[str],
    now: datetime,
) -> list[OpenedGap]:
    """The gaps within ``NEAR`` that there would be if these rows ended and these shifts began.

    ``lines``: those of the rows and shifts. A gap that was there before is not among them, nor one that is
    meant to be.
    """
    touched = set(lines)
    asked = concerned(site, touched)
    covering = asked | {night for line in asked & site.lines.keys() if (night := site.lines[line].night_line)}
    until = now + NEAR
    span = Span(wall(now, site.zone) - AROUND, wall(until, site.zone) + AROUND)
    rows = list(roster_versions.published_at(connection, version, lines=covering, overlapping=span))
    before = _compiled(rows, (), site, version)
    kept = [row for row in rows if row.id not in ending]
    after = _compiled(kept, beginning, site, version)
    meant = intended(connection, site, asked)
    found: list[OpenedGap] = []
    for place in sorted(asked):
        old = [(gap.starts, gap.ends) for gap in gaps(site, before, place, now, until)]
        new = [(gap.starts, gap.ends) for gap in gaps(site, after, place, now, until)]
        found += [OpenedGap(place, *rest) for rest in minus(new, [*old, *meant.get(place, ())])]
    return found


def concerned(site: Site, lines: Iterable[str]) -> set[str]:
    """The lines and night lines themselves, and the lines that a night line of them answers for."""
    own = set(lines)
    return own | {line.id for line in site.lines.values() if line.night_line in own}


def intended(connection: Connection, site: Site, lines: Collection[str]) -> dict[str, list[Stretch]]:
    """Stretches, by line, in which nobody is meant to be on duty."""
    found: dict[str, list[Stretch]] = {}
    for gap in roster_lines.intended(connection, lines):
        span = (instant(gap.span.start, site.zone), instant(gap.span.end, site.zone))
        found.setdefault(gap.line, []).append(span)
    return found


def minus(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """What lies in one of ``stretches`` and in none of ``others``; what meets is made one."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    left = merged
    for start, end in others:
        left = [
            piece
            for one in left
            for piece in ((one[0], min(one[1], start)), (max(one[0], end), one[1]))
            if piece[0] < piece[1]
        ]
    return left


def _compiled(rows: Iterable[PublishedShift], more: Iterable[Shift], site: Site, version: int) -> Roster:
    return Roster.compile([*(row.shift for row in rows), *more], site.zone, version)
