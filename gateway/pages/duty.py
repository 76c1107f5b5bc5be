"""Who is on duty where, as the pages say it: now, until when, and who comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.site import Site, Worker
from routing.roster import OnDuty, Roster

# How far ahead one's own next shift is looked for.
LOOK_AHEAD = timedelta(days=62)
MOST_CHANGES = 400


@dataclass(frozen=True, slots=True)
class Place:
    """One line or night line and a worker's own duty there: the shift under way, else the next one."""

    id: str
    name: str
    now: OnDuty | None
    next: OnDuty | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One line or night line as a coordinator sees it. From ``changes_at``, ``after`` are on duty, if any.

    ``night_line``: the name of the one that answers now because the line has nobody on duty; else empty.
    ``then_night_line``: the same from ``changes_at`` on.
    """

    id: str
    name: str
    now: tuple[tuple[str, OnDuty], ...]
    night_line: str
    changes_at: datetime | None
    after: tuple[tuple[str, OnDuty], ...]
    then_night_line: str


def name_of(site: Site, place: str) -> str:
    """The name of a line or night line; its id where the site has neither (any more)."""
    found = site.lines.get(place) or site.night_lines.get(place)
    return found.name if found is not None else place


def worker_name(site: Site, worker: str) -> str:
    found = site.workers.get(worker)
    return found.name if found is not None else worker


def places_of(site: Site, roster: Roster, worker: Worker, now: datetime) -> list[Place]:
    """The worker's own lines, then their night lines."""
    return [
        Place(
            id=place,
            name=name_of(site, place),
            now=_own(roster.on_duty(place, now), worker.id),
            next=_next(roster, place, worker.id, now),
        )
        for place in (*worker.lines, *worker.night_lines)
    ]


def standings(site: Site, roster: Roster, places: frozenset[str], now: datetime) -> list[Standing]:
    """Lines, then night lines, in the site's order."""
    return [
        _standing(site, roster, place, now) for place in (*site.lines, *site.night_lines) if place in places
    ]


def _standing(site: Site, roster: Roster, place: str, now: datetime) -> Standing:
    on_duty = roster.on_duty(place, now)
    changes_at: datetime | None = None
    after: tuple[OnDuty, ...] = ()
    for at in _changes(roster, place, now):
        after = roster.on_duty(place, at)
        if {duty.worker for duty in after} != {duty.worker for duty in on_duty}:
            changes_at = at
            break
    line = site.lines.get(place)
    night = (line.night_line or "") if line else ""

    def answering(at: datetime) -> str:
        return name_of(site, night) if night and roster.on_duty(night, at) else ""

    return Standing(
        id=place,
        name=name_of(site, place),
        night_line="" if on_duty else answering(now),
        now=tuple((worker_name(site, duty.worker), duty) for duty in on_duty),
        changes_at=changes_at,
        after=tuple((worker_name(site, duty.worker), duty) for duty in after) if changes_at else (),
        then_night_line=answering(changes_at) if changes_at and not after else "",
    )


def _changes(roster: Roster, place: str, now: datetime) -> Iterator[datetime]:
    at = now
    for _ in range(MOST_CHANGES):
        following = roster.next_change(place, at)
        if following is None or following - now > LOOK_AHEAD:
            return
        yield following
        at = following


def _own(on_duty: tuple[OnDuty, ...], worker: str) -> OnDuty | None:
    return next((duty for duty in on_duty if duty.worker == worker), None)


def _next(roster: Roster, place: str, worker: str, now: datetime) -> OnDuty | None:
    for at in _changes(roster, place, now):
        duty = _own(roster.on_duty(place, at), worker)
        if duty is not None and duty.starts > now:
            return duty
    return None
