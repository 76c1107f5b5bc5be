"""The first page after signing in: the duty phone for workers, "I dag" for coordinators."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response
from sqlalchemy.engine import Connection

from config import logs
from config.site import Role
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, SIGNED_IN, reach, signed_in
from gateway.contacts.lifecycle import CLAIMABLE, ContactState
from gateway.pages.contact_rows import rows_of
from gateway.pages.duty import standings
from gateway.pages.failed_phones import failed_phones
from gateway.pages.follow_ups.shown import follow_ups_shown
from gateway.pages.frame import blueprint, page, see_other
from gateway.pages.night_reports.agenda import reports_shown
from gateway.pages.roster.desk import lines
from gateway.pages.roster.gaps_ahead import gaps_ahead
from gateway.pages.roster.swaps_shown import swaps_waiting
from gateway.store import contact_pages
from gateway.store import contacts as contact_store
from gateway.store.contacts import Contact
from gateway.store.tables import contacts

MOST_SHOWN, MOST_GAPS = 50, 14
WAITING = tuple(sorted(CLAIMABLE))

log = logs.get("pages")


@blueprint.get("/")
@protected_by(SIGNED_IN)
def home() -> Response:
    """Whoever is a coordinator, or answers no calls, begins with "I dag"."""
    worker = signed_in().worker
    return see_other("/today" if Role.COORDINATOR in worker.roles else "/console")


@blueprint.get("/today")
@protected_by(COORDINATOR)
def today() -> Response:
    gateway = door().gateway
    site, roster = gateway.book.current()
    now = gateway.now()
    planned = [each.id for each in lines()]
    with gateway.store.read() as connection:
        waiting = _waiting(connection)
        missing = _page(connection, _unregistered(access.reachable(reach())), ContactState.ENDED)
        reports = reports_shown(connection, site, reach(), now)
        due = follow_ups_shown(connection, site, reach(), now, due=True)
        phones = failed_phones(connection, site, reach(), now)
        swaps = swaps_waiting(connection, site, planned, now)
        gaps = gaps_ahead(connection, site, roster, planned, now)
        away = contact_store.away_since(connection)
    return page(
        "today.html",
        standings=standings(site, roster, reach().known, now),
        away=away,
        waiting=rows_of(site, waiting, now),
        missing=rows_of(site, missing, now),
        reports=reports,
        due=due,
        phones=phones,
        swaps=swaps,
        gaps=gaps[:MOST_GAPS],
        more_gaps=len(gaps[MOST_GAPS:]),
        planned=planned,
    )


def _waiting(connection: Connection) -> list[Contact]:
    """Who waits and is theirs to take, the longest waiting first."""
    return _page(connection, access.reachable(reach()), *WAITING)[::-1]


def _page(connection: Connection, where: sa.ColumnElement[bool], *states: str) -> list[Contact]:
    """The newest first."""
    return contact_pages.page(connection, where, states=states, after=None, limit=MOST_SHOWN)


def _unregistered(where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.and_(where, contacts.c.closed_because.is_(None))
