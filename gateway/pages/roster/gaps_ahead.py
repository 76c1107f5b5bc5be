"""When nobody is on duty in the next days, each gap with the page where it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.pages.duty import name_of
from gateway.pages.frame import language
from gateway.pages.roster.period import Period, View
from gateway.pages.roster.spoken import stretch_said
from gateway.rosters.coverage import report
from gateway.rosters.opened_gaps import NEAR, minus
from routing.roster import Roster
from routing.wall_clock import wall


@dataclass(frozen=True, slots=True)
class GapAhead:
    """``place``: the line's name; ``path``: the day's plan of the line."""

    place: str
    times: str
    path: str


def gaps_ahead(
    connection: Connection, site: Site, roster: Roster, places: Sequence[str], now: datetime
) -> list[GapAhead]:
    """Those of the next ``NEAR`` that are not meant to be, the soonest first; one under way begins now."""
    found = report(connection, site, roster, places, now, now + NEAR).gaps
    stretches = [
        (start, place, end)
        for place in places
        # Gaps of a line that meet, and differ only in the channels that are open, are one here.
        for start, end in minus([(gap.starts, gap.ends) for gap in found if gap.place == place], [])
    ]
    return [_shown(site, place, start, end) for start, place, end in sorted(stretches)]


def _shown(site: Site, place: str, starts: datetime, ends: datetime) -> GapAhead:
    start, end = wall(starts, site.zone), wall(ends, site.zone)
    return GapAhead(
        name_of(site, place),
        stretch_said(start, end, language()),
        Period(View.DAY, start.date()).address(place),
    )
