"""Swaps that wait for a coordinator's yes, as pages show them, and what came of one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import language, say
from gateway.pages.roster.spoken import hours_said, stretch_said
from gateway.rosters import swap_consent
from gateway.rosters.swap_strain import Strain, strain_of
from gateway.store import roster_history, roster_versions, swaps
from gateway.store.roster_versions import PublishedShift
from gateway.store.swaps import Swap, SwapState
from routing.wall_clock import instant


@dataclass(frozen=True, slots=True)
class Gets:
    """What one of the two gets. ``name``: the worker's; ``place``: the line's."""

    name: str
    times: str
    place: str


@dataclass(frozen=True, slots=True)
class SwapWaiting:
    """``gets``: of the taker, then of the giver where they get one. ``looks``: what to think of first.

    ``line``: of whoever looks, the one that is asked. ``also``: other lines whose yes is missing, by name.
    ``stopped``: why it can't be done any more; empty where it can.
    """

    id: str
    line: str
    title: str
    giver: str
    gets: tuple[Gets, ...]
    agreed_at: datetime
    also: str
    looks: tuple[str, ...]
    stopped: str


def swaps_waiting(
    connection: Connection, site: Site, lines: Collection[str], now: datetime
) -> list[SwapWaiting]:
    """Those that wait for the coordinator of one of the lines; the longest waiting first."""
    found = [
        (each, own)
        for each in swaps.agreed(connection, lines)
        if (own := swap_consent.open_to(connection, each, lines))
    ]
    if not found:
        return []
    version = roster_versions.newest(connection).roster.version
    return [_shown(connection, site, version, each, own, now) for each, own in found]


def day_of_swap(connection: Connection, swap: Swap, line: str) -> date:
    """The day on which the shift begins that changes hands on one of its lines."""
    return swap_consent.shifts_of(connection, swap)[line].shift.start.date()


def decided_said(connection: Connection, site: Site, swap: Swap, lines: Collection[str]) -> str:
    """What the answer of a coordinator of these lines did; empty where none was given."""
    if not swap_consent.shifts_of(connection, swap).keys() & set(lines):
        return ""
    if swap.state in swaps.UNDER_WAY and swaps.consents(connection, swap.id) & set(lines):
        missing = _places(site, swap_consent.awaited(connection, swap))
        return say("Dit ja er gemt. Byttet venter også på et ja for {places}.", places=missing)
    if swap.state is SwapState.DONE:
        gets = _gets(connection, site, swap)
        told = " ".join(say("{name} har nu {times}.", name=each.name, times=each.times) for each in gets)
        return f"{say('Byttet er godkendt og gælder nu.')} {told}"
    if swap.state is SwapState.REFUSED:
        giver, taker = worker_name(site, swap.giver), worker_name(site, swap.taker)
        return say("Byttet er afvist. {giver} og {taker} får besked.", giver=giver, taker=taker)
    return ""


def own_looks(strain: Strain) -> tuple[str, ...]:
    """What to think of first, said to whom it is hard on."""
    spoken = language()
    looks = [
        say("Du er to steder: {times}", times=stretch_said(pair.second.start, pair.second.end, spoken))
        for pair in strain.overlaps
    ]
    looks += [
        say("Du er fraværende: {times}", times=stretch_said(shift.start, shift.end, spoken))
        for shift in strain.away
    ]
    looks += [
        say(
            "Du har kun {hours} t. hvil før {times}",
            hours=hours_said(rest.rest, spoken),
            times=stretch_said(rest.after.start, rest.after.end, spoken),
        )
        for rest in strain.short_rests
    ]
    return tuple(looks)


def why_not(connection: Connection, site: Site, swap: Swap, now: datetime) -> str:
    """Why it could not be decided, by how it stands."""
    by = worker_name(site, swap.decided_by) if swap.decided_by else ""
    match swap.state:
        case SwapState.DONE:
            return say("{name} har allerede godkendt byttet.", name=by)
        case SwapState.REFUSED:
            return say("{name} har allerede afvist byttet.", name=by)
        case SwapState.DECLINED:
            return say("{name} har sagt nej til byttet.", name=by)
        case SwapState.WITHDRAWN:
            return say("{name} har trukket byttet tilbage.", name=by)
        case SwapState.VOID:
            return say("En af vagterne er ændret, siden de aftalte det. Byttet er faldet bort.")
    version = roster_versions.newest(connection).roster.version
    return _stopped(connection, site, version, swap, now) or say("Byttet kan ikke gennemføres.")


def _shown(
    connection: Connection, site: Site, version: int, swap: Swap, own: Collection[str], now: datetime
) -> SwapWaiting:
    giver, taker = worker_name(site, swap.giver), worker_name(site, swap.taker)
    title = (
        say("{giver} giver en vagt til {taker}", giver=giver, taker=taker)
        if swap.in_return is None
        else say("{giver} bytter med {taker}", giver=giver, taker=taker)
    )
    stopped = _stopped(connection, site, version, swap, now)
    looks: tuple[str, ...] = ()
    if not stopped:
        rows = roster_history.of_rows(connection, version, _rows(swap))
        back = rows.get(swap.in_return or 0)
        looks = _looks(site, strain_of(connection, site, version, swap, rows[swap.shift], back))
    return SwapWaiting(
        id=swap.id,
        line=swap.line if swap.line in own else min(own),
        title=title,
        giver=giver,
        gets=_gets(connection, site, swap),
        agreed_at=swap.answered_at or swap.offered_at,
        also=_places(site, swap_consent.awaited(connection, swap) - set(own)),
        looks=looks,
        stopped=stopped,
    )


def _gets(connection: Connection, site: Site, swap: Swap) -> tuple[Gets, ...]:
    """As the shifts were when it was offered."""
    rows = roster_history.ever(connection, _rows(swap))
    found = [_get(site, swap.taker, rows[swap.shift])]
    if swap.in_return is not None:
        found.append(_get(site, swap.giver, rows[swap.in_return]))
    return tuple(found)


def _get(site: Site, worker: str, row: PublishedShift) -> Gets:
    shift = row.shift
    times = stretch_said(shift.start, shift.end, language())
    return Gets(worker_name(site, worker), times, name_of(site, shift.line))


def _stopped(connection: Connection, site: Site, version: int, swap: Swap, now: datetime) -> str:
    wanted = _rows(swap)
    rows = roster_history.of_rows(connection, version, wanted)
    if len(rows) < len(wanted):
        return say("En af vagterne er ændret, siden de aftalte det. Byttet kan ikke gennemføres.")
    if any(instant(row.shift.end, site.zone) <= now for row in rows.values()):
        return say("En af vagterne er slut. Byttet kan ikke gennemføres.")
    return ""


def _looks(site: Site, strain: Strain) -> tuple[str, ...]:
    spoken = language()
    looks = [
        say(
            "{name} er to steder: {times}",
            name=worker_name(site, pair.first.worker),
            times=stretch_said(pair.second.start, pair.second.end, spoken),
        )
        for pair in strain.overlaps
    ]
    looks += [
        say(
            "{name} er fraværende: {times}",
            name=worker_name(site, shift.worker),
            times=stretch_said(shift.start, shift.end, spoken),
        )
        for shift in strain.away
    ]
    looks += [
        say(
            "{name} har kun {hours} t. hvil før {times}",
            name=worker_name(site, rest.after.worker),
            hours=hours_said(rest.rest, spoken),
            times=stretch_said(rest.after.start, rest.after.end, spoken),
        )
        for rest in strain.short_rests
    ]
    return tuple(looks)


def _places(site: Site, lines: Collection[str]) -> str:
    return ", ".join(sorted(name_of(site, line) for line in lines))


def _rows(swap: Swap) -> list[int]:
    return [row for row in (swap.shift, swap.in_return) if row is not None]
