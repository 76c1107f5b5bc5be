"""Tonight at the offers that have rooms: who sleeps where, which night it is, and what is free."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort
from sqlalchemy.engine import Connection

from config import logs
from config.site import Line
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.pages.frame import blueprint, page
from gateway.registration.consent import show_cpr
from gateway.registration.stays import Tonight, night_of, stays_of, tonight
from gateway.store import registrations

log = logs.get("pages")


@dataclass(frozen=True, slots=True)
class PlaceTonight:
    line: Line
    tonight: Tonight


@blueprint.get("/stays")
@protected_by(SIGNED_IN)
def stays_tonight() -> Response:
    with door().gateway.store.read() as connection:
        places = _places(connection)
    return page("registration/stays.html", places=places, shown=None)


@blueprint.post("/stays/<registration>/cpr")
@protected_by(SIGNED_IN)
def show_number(registration: str) -> Response:
    """The one place where a number is shown: of somebody who sleeps there tonight. It stands in the log."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        places = _places(connection)
        here = {each.stay.registration for place in places for each in place.tonight.occupied}
        found = registrations.find(connection, registration) if registration in here else None
        if found is None:
            abort(404)
        number = show_cpr(connection, gateway, found, reach().worker, gateway.now())
    log.event("cpr_shown", worker=reach().worker, registration=registration)
    return page("registration/stays.html", places=places, shown=(registration, number))


def _places(connection: Connection) -> list[PlaceTonight]:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    now = gateway.now()
    with_rooms = [line for line in site.lines.values() if line.overnight and line.id in reach().lines]
    stays = stays_of(connection, [line.id for line in with_rooms], now, site.zone)
    night = night_of(now, site.zone)
    return [
        PlaceTonight(line, tonight([stay for stay in stays if stay.line == line.id], line.overnight, night))
        for line in with_rooms
        if line.overnight is not None
    ]
