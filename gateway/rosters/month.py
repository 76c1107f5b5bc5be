"""What the editor shows of a line in a stretch of time: shifts, and all about them that needs a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.rosters import planned
from gateway.rosters.edit import PlanVersion, version_of
from gateway.rosters.loading import AROUND
from gateway.rosters.opened_gaps import intended, minus
from gateway.rosters.planned import Planned
from gateway.store import (
    absences,
    open_shifts,
    roster_history,
    roster_lines,
    roster_versions,
    worker_notices,
)
from gateway.store.absences import Absence
from gateway.store.open_shifts import OpenShift
from gateway.store.roster_versions import WALL_FORMAT, Span
from routing.fairness import Load, loads
from routing.gaps import Gap, gaps
from routing.rest import Overlap, ShortRest, holidays_of, overlaps, short_rests
from routing.roster import Roster, Shift
from routing.staffing import Shortfall, shortfalls
from routing.wall_clock import instant

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """``gaps``: but for those that are meant to be. ``overlaps`` and ``short_rests`` count every line that
    the workers are on. ``confirmed``: published rows whose worker has confirmed them."""

    version: PlanVersion
    roster_version: int
    shifts: tuple[Planned, ...]
    open: tuple[OpenShift, ...]
    gaps: tuple[Gap, ...]
    shortfalls: tuple[Shortfall, ...]
    overlaps: tuple[Overlap, ...]
    short_rests: tuple[ShortRest, ...]
    on_holidays: tuple[Shift, ...]
    loads: tuple[Load, ...]
    absences: tuple[Absence, ...]
    confirmed: frozenset[int]


def month_of(
    connection: Connection,
    site: Site,
    line: str,
    span: Span,
    *,
    drafts: bool,
    as_of: datetime | None = None,
) -> Month:
    """``as_of``: the roster as it stood at that instant, without what is only known of now."""
    newest = roster_versions.newest(connection).roster.version
    version = newest if as_of is None else roster_history.version_at(connection, as_of)
    drafts = drafts and as_of is None
    wide = Span(span.start - AROUND, span.end + AROUND)
    plan = planned.plan_of(connection, version, [line], wide, drafts=drafts)
    own = [shift for each in plan if (shift := each.as_shift())]
    shown = [each for each in plan if each.start < span.end and span.start < each.end]
    starts, ends = instant(span.start, site.zone), instant(span.end, site.zone)
    roster = _roster(connection, site, version, line, own, wide)
    meant = intended(connection, site, [line]).get(line, [])
    found_gaps = [
        Gap(start, end, gap.channels)
        for gap in gaps(site, roster, line, starts, ends)
        for start, end in minus([(gap.starts, gap.ends)], meant)
    ]
    minimums = [each.as_minimum() for each in roster_lines.staffing_of(connection, [line]).get(line, ())]
    near = [shift for shift in own if shift.start < span.end + _DAY and span.start - _DAY < shift.end]
    workers = sorted({shift.worker for shift in near})
    everywhere = near + _elsewhere(connection, version, line, workers, span)
    here = {id(each) for each in near}
    serving = [each.id for each in site.workers.values() if line in (*each.lines, *each.night_lines)]
    return Month(
        version=version_of(connection, line),
        roster_version=version,
        shifts=tuple(shown),
        open=tuple(open_shifts.still_open(connection, [line], span)) if as_of is None else (),
        gaps=tuple(found_gaps),
        shortfalls=tuple(shortfalls(roster, line, minimums, starts, ends)),
        overlaps=tuple(
            each
            for each in overlaps(everywhere, site.zone)
            if id(each.first) in here or id(each.second) in here
        ),
        short_rests=tuple(
            each
            for each in short_rests(everywhere, site.zone)
            if id(each.before) in here or id(each.after) in here
        ),
        on_holidays=tuple(shift for shift in near if holidays_of(shift, site.zone)),
        loads=tuple(loads(own, site.zone, starts, ends)),
        absences=tuple(absences.of_workers(connection, serving, span)) if as_of is None else (),
        confirmed=frozenset(
            worker_notices.confirmed(connection, [each.was.id for each in shown if each.was is not None])
        ),
    )


def _roster(
    connection: Connection, site: Site, version: int, line: str, own: list[Shift], wide: Span
) -> Roster:
    asked = site.lines.get(line)
    night: list[Shift] = []
    if asked is not None and asked.night_line is not None:
        night = list(
            roster_versions.shifts_at(connection, version, lines=[asked.night_line], overlapping=wide)
        )
    return Roster.compile([*own, *night], site.zone, version)


def _elsewhere(
    connection: Connection, version: int, line: str, workers: list[str], span: Span
) -> list[Shift]:
    bounds = ((span.end + _DAY).strftime(WALL_FORMAT), (span.start - _DAY).strftime(WALL_FORMAT))
    rows = roster_history.of_workers(connection, version, workers, *bounds)
    return [row.shift for row in rows if row.shift.line != line]
