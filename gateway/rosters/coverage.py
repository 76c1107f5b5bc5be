"""What is uncovered on many lines: against their opening hours, and against their minimum staffing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Channel, Site
from gateway.rosters.opened_gaps import intended, minus
from gateway.store import roster_lines
from routing.gaps import gaps
from routing.roster import Roster
from routing.staffing import Shortfall, shortfalls


@dataclass(frozen=True, slots=True)
class PlaceGap:
    """``[starts, ends)`` in UTC on a line or night line, and the channels that are open throughout."""

    place: str
    starts: datetime
    ends: datetime
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class PlaceShort:
    place: str
    short: Shortfall


@dataclass(frozen=True, slots=True)
class Coverage:
    gaps: tuple[PlaceGap, ...]
    short: tuple[PlaceShort, ...]


def report(
    connection: Connection,
    site: Site,
    roster: Roster,
    places: Sequence[str],
    starts: datetime,
    ends: datetime,
) -> Coverage:
    """Line by line, each in order of time. Gaps that are meant to be are not among them.

    Raises UnknownLineError, and ValueError for instants that are naive.
    """
    meant = intended(connection, site, places)
    staffing = roster_lines.staffing_of(connection, places)
    found = [
        PlaceGap(place, *rest, gap.channels)
        for place in places
        for gap in gaps(site, roster, place, starts, ends)
        for rest in minus([(gap.starts, gap.ends)], meant.get(place, ()))
    ]
    short = [
        PlaceShort(place, each)
        for place in places
        for each in shortfalls(
            roster, place, [one.as_minimum() for one in staffing.get(place, ())], starts, ends
        )
    ]
    return Coverage(tuple(found), tuple(short))
