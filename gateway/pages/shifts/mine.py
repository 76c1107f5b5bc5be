"""What stands on the page of somebody's own shifts. words: in Danish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.pages.duty import name_of, worker_name
from gateway.pages.roster.swaps_shown import own_looks
from gateway.rosters.swap_strain import strain_of
from gateway.store import (
    absences,
    open_shifts,
    roster_history,
    roster_versions,
    swaps,
    worker_notices,
)
from gateway.store.absences import Absence, AbsenceKind
from gateway.store.roster_versions import WALL_FORMAT, PublishedShift, Span
from gateway.store.swaps import Swap, SwapState
from routing.wall_clock import instant, wall

AHEAD = timedelta(days=62)
# What begins so soon is asked to be confirmed.
CONFIRM_AHEAD = timedelta(days=7)
ABSENCES = {
    AbsenceKind.ILL: "Syg",
    AbsenceKind.HOLIDAY: "Ferie",
    AbsenceKind.COURSE: "Kursus",
    AbsenceKind.OTHER: "Andet",
}


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """``key``: what addresses name the shift by. ``asks``: whether it is to be confirmed."""

    key: str
    place: str
    tier: int
    starts: datetime
    ends: datetime
    worker: str
    is_confirmed: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class SwapShown:
    """``shift`` goes from ``giver`` to ``taker``, for ``in_return`` where that is not None.

    ``looks``: what whoever is asked should think of before a yes; nothing for anybody else.
    """

    id: str
    shift: ShiftShown
    in_return: ShiftShown | None
    giver: str
    taker: str
    is_agreed: bool
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mine:
    shifts: list[ShiftShown]
    asked: list[SwapShown]
    offered: list[SwapShown]
    free: list[ShiftShown]
    absences: list[Absence]


def mine(connection: Connection, site: Site, worker: str, now: datetime) -> Mine:
    """All that is to come for one worker, the soonest first."""
    version = roster_versions.newest(connection).roster.version
    span = Span(wall(now, site.zone), wall(now + AHEAD, site.zone))
    rows = _rows(connection, version, [worker], span)
    confirmed = worker_notices.confirmed(connection, [row.id for row in rows])
    under_way = [each for each in swaps.seen_by(connection, worker, []) if each.state in swaps.UNDER_WAY]
    ids = [row for each in under_way for row in (each.shift, each.in_return) if row is not None]
    swapped = roster_history.of_rows(connection, version, ids)
    to_answer = {e.id for e in under_way if e.taker == worker and e.state is SwapState.OFFERED}
    shown = [
        SwapShown(
            id=each.id,
            shift=_shown(site, swapped[each.shift]),
            in_return=_shown(site, swapped[each.in_return]) if each.in_return in swapped else None,
            giver=worker_name(site, each.giver),
            taker=worker_name(site, each.taker),
            is_agreed=each.state is SwapState.ACCEPTED,
            looks=_looks(connection, site, version, each, swapped) if each.id in to_answer else (),
        )
        for each in under_way
        if each.shift in swapped
    ]
    known = site.workers[worker]
    places = [*known.lines, *known.night_lines]
    return Mine(
        shifts=[_own(site, row, row.id in confirmed, now) for row in rows],
        asked=[each for each in shown if each.id in to_answer],
        offered=[each for each in shown if each.id not in to_answer],
        free=[
            ShiftShown(
                key=each.id,
                place=name_of(site, each.line),
                tier=each.tier,
                starts=instant(each.start, site.zone),
                ends=instant(each.end, site.zone),
                worker=worker_name(site, each.from_worker) if each.from_worker else "",
            )
            for each in open_shifts.still_open(connection, places, span)
            if each.from_worker != worker or not _is_away(connection, worker, Span(each.start, each.end))
        ],
        absences=absences.of_workers(connection, [worker], span),
    )


def one(connection: Connection, site: Site, worker: str, key: int, now: datetime) -> ShiftShown | None:
    """A shift of theirs that is not over."""
    version = roster_versions.newest(connection).roster.version
    row = roster_history.find(connection, version, key)
    if row is None or row.shift.worker != worker or instant(row.shift.end, site.zone) <= now:
        return None
    return _own(site, row, row.id in worker_notices.confirmed(connection, [row.id]), now)


def colleagues(site: Site, worker: str, line: str) -> list[tuple[str, str]]:
    """(id, name) of those who could have a shift of the line."""
    found = [
        (each.id, each.name)
        for each in site.workers.values()
        if each.id != worker and line in (*each.lines, *each.night_lines)
    ]
    return sorted(found, key=lambda each: each[1].casefold())


def theirs(
    connection: Connection, site: Site, workers: list[str], line: str, now: datetime
) -> list[ShiftShown]:
    """Shifts of colleagues on the line that one could have in return."""
    version = roster_versions.newest(connection).roster.version
    span = Span(wall(now, site.zone), wall(now + AHEAD, site.zone))
    return [_shown(site, row) for row in _rows(connection, version, workers, span) if row.shift.line == line]


def _rows(connection: Connection, version: int, workers: list[str], span: Span) -> list[PublishedShift]:
    bounds = (span.end.strftime(WALL_FORMAT), span.start.strftime(WALL_FORMAT))
    return roster_history.of_workers(connection, version, workers, *bounds)


def _looks(
    connection: Connection, site: Site, version: int, swap: Swap, rows: Mapping[int, PublishedShift]
) -> tuple[str, ...]:
    strain = strain_of(connection, site, version, swap, rows[swap.shift], rows.get(swap.in_return or 0))
    return own_looks(strain.of(swap.taker))


def _is_away(connection: Connection, worker: str, span: Span) -> bool:
    return bool(absences.of_workers(connection, [worker], span))


def _own(site: Site, row: PublishedShift, is_confirmed: bool, now: datetime) -> ShiftShown:
    starts = instant(row.shift.start, site.zone)
    return _shown(
        site, row, is_confirmed=is_confirmed, asks=not is_confirmed and now < starts <= now + CONFIRM_AHEAD
    )


def _shown(site: Site, row: PublishedShift, *, is_confirmed: bool = False, asks: bool = False) -> ShiftShown:
    return ShiftShown(
        key=str(row.key),
        place=name_of(site, row.shift.line),
        tier=row.shift.tier,
        starts=instant(row.shift.start, site.zone),
        ends=instant(row.shift.end, site.zone),
        worker=worker_name(site, row.shift.worker),
        is_confirmed=is_confirmed,
        asks=asks,
    )
