"""The duty phone's first page, the list that it fetches anew, and the token for its socket."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, request

from config import logs
from config.site import Channel
from gateway.accounts import sessions, socket_tokens
from gateway.accounts.derived import derived_text
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach, signed_in
from gateway.console import home as console
from gateway.pages import contact_rows, duty
from gateway.pages.duty import worker_name
from gateway.pages.follow_ups.shown import follow_ups_shown
from gateway.pages.frame import blueprint, page, part, see_other
from gateway.pages.night_reports.agenda import reports_shown
from gateway.push import keys
from gateway.store import contacts as store

SOCKET_PATH = "vendor/socket.io/socket.io.js"

log = logs.get("console")


@blueprint.get("/console")
@protected_by(SIGNED_IN)
def duty_phone() -> Response:
    return page("console/home.html", **live(), **_home())


@blueprint.get("/console/now")
@protected_by(SIGNED_IN)
def duty_phone_now() -> Response:
    """What of the first page changes, for the page that is open."""
    _keep_who_is_on_duty()
    return part("console/now.html", **_home())


@blueprint.get("/duty")
@protected_by(SIGNED_IN)
def duty_phone_before() -> Response:
    """Where the duty phone was: in somebody's bookmarks still."""
    return see_other("/console")


@blueprint.post("/console/token")
@protected_by(SIGNED_IN)
def socket_token() -> Response:
    """What the page opens its socket with: the session's cookie is out of its reach, and of the chat's."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        token = socket_tokens.issue(connection, signed_in().session, gateway.now())
    return jsonify({"token": token})


@blueprint.post("/away")
@protected_by(SIGNED_IN)
def switch_away() -> Response:
    """Not to be rung, on any line, until they say otherwise; or forget it (``forgotten_away``). A phone that
    rings already rings on.
    """
    on = request.form.get("on")
    if on not in {"yes", "no"}:
        abort(400)
    gateway, worker = door().gateway, signed_in().worker
    now = gateway.now()
    with gateway.store.write() as connection:
        store.set_away(connection, worker.id, now if on == "yes" else None)
    log.event("away_set", worker=worker.id, state="on" if on == "yes" else "off")
    return see_other("/console")


def live() -> dict[str, Any]:
    """What the scripts of these pages are told."""
    settings, secret_key = door().gateway.settings, door().secret_key
    return {
        "chat_url": settings.chat_url,
        "socket_path": SOCKET_PATH,
        # Seals what is typed, on the phone. For one worker always the same, and nowhere but with us.
        "drafts_key": derived_text(secret_key, "drafts", signed_in().worker.id),
        "push_key": keys.public_key(secret_key),
    }


def _home() -> dict[str, Any]:
    gateway, worker = door().gateway, signed_in().worker
    site, roster = gateway.book.current()
    now = gateway.now()
    with gateway.store.read() as connection:
        found = console.look(connection, gateway, reach(), now)
        reports = reports_shown(connection, site, reach(), now)
        due = follow_ups_shown(connection, site, reach(), now, due=True)
    places = duty.places_of(site, roster, worker, now)
    return {
        "home": found,
        "reports": reports,
        "due": due,
        "places": places,
        "is_on_duty": any(place.now for place in places),
        "row": lambda contact: contact_rows.row_of(site, contact, now),
        "voice": Channel.VOICE,
        "worker_name": lambda worker: worker_name(site, worker),
    }


def _keep_who_is_on_duty() -> None:
    """Who is on duty is not signed out over it: an open duty phone counts as one in use."""
    gateway, found = door().gateway, signed_in()
    site, roster = gateway.book.current()
    now = gateway.now()
    if not sessions.is_to_be_noted(found.session, now):
        return
    if any(place.now for place in duty.places_of(site, roster, found.worker, now)):
        with gateway.store.write() as connection:
            sessions.note(connection, found.session, now)
