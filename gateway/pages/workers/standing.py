"""What a coordinator sees of a worker: lines, duty, whether they can be reached and get in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlalchemy.engine import Connection

from config.site import Role, Site, Worker
from gateway.accounts.access import Reach, manages
from gateway.pages.duty import Place, name_of, places_of
from gateway.store import contacts, staff_passkeys, staff_sessions
from routing.roster import Roster

ROLES = {
    Role.WORKER: "Medarbejder",
    Role.COORDINATOR: "Koordinator",
    Role.ADMINISTRATOR: "Administrator",
}
LANGUAGE_NAMES = {"da": "dansk", "en": "engelsk"}


@dataclass(frozen=True, slots=True)
class WorkerStanding:
    """``next``: their soonest shift, when they are not on duty. ``has_passkey`` and ``sessions`` say how they
    get in; somebody without either has never signed in, or not for long."""

    worker: Worker
    places: tuple[str, ...]
    roles: tuple[str, ...]
    languages: tuple[str, ...]
    now: Place | None
    next: Place | None
    unavailable: str | None
    has_passkey: bool
    sessions: int


def standings_of_workers(
    connection: Connection, site: Site, roster: Roster, reach: Reach, now: datetime
) -> list[WorkerStanding]:
    """Those whom the reader manages, by name."""
    unavailable = contacts.unavailable(connection)
    passkeys = staff_passkeys.holders(connection)
    sessions = staff_sessions.count_open(connection)
    found = [worker for worker in site.workers.values() if manages(reach, worker)]
    return [
        _standing(site, roster, worker, now, unavailable.get(worker.id), passkeys, sessions.get(worker.id, 0))
        for worker in sorted(found, key=lambda worker: worker.name.casefold())
    ]


def _standing(
    site: Site,
    roster: Roster,
    worker: Worker,
    now: datetime,
    unavailable: str | None,
    passkeys: frozenset[str],
    sessions: int,
) -> WorkerStanding:
    places = places_of(site, roster, worker, now)
    coming = [(place.next.starts, place) for place in places if place.next]
    return WorkerStanding(
        worker=worker,
        places=tuple(name_of(site, place) for place in (*worker.lines, *worker.night_lines)),
        roles=tuple(name for role, name in ROLES.items() if role in worker.roles),
        languages=tuple(LANGUAGE_NAMES.get(spoken, spoken) for spoken in worker.languages),
        now=next((place for place in places if place.now), None),
        next=min(coming, key=itemgetter(0))[1] if coming else None,
        unavailable=unavailable,
        has_passkey=worker.id in passkeys,
        sessions=sessions,
    )
