"""Workers, for their coordinators and for administrators: a list, one of them, and a phone that is lost."""

from __future__ import annotations

from flask import Response, abort, request

from config import logs
from config.site import Worker
from gateway.accounts import access, link_errand, lost_phone, passkeys, sessions
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import MANAGES, reach, signed_in
from gateway.audit.log import Action
from gateway.pages.frame import blueprint, page, see_other
from gateway.pages.workers.standing import standings_of_workers
from gateway.store import contacts, staff_passkeys

log = logs.get("pages")


@blueprint.get("/workers")
@protected_by(MANAGES)
def list_workers() -> Response:
    gateway = door().gateway
    site, roster = gateway.book.current()
    with gateway.store.read() as connection:
        found = standings_of_workers(connection, site, roster, reach(), gateway.now())
    return page("workers/workers.html", standings=found)


@blueprint.get("/workers/<worker>")
@protected_by(MANAGES)
def read_worker(worker: str) -> Response:
    """404 alike for nobody and for somebody else's worker."""
    found = _theirs(worker)
    gateway = door().gateway
    site, roster = gateway.book.current()
    with gateway.store.read() as connection:
        standings = standings_of_workers(connection, site, roster, reach(), gateway.now())
        keys = staff_passkeys.of_worker(connection, found.id)
        own = sessions.of_worker(connection, site, found.id, gateway.now())
    return page(
        "workers/worker.html",
        standing=next(standing for standing in standings if standing.worker.id == found.id),
        sessions=own,
        passkeys=[(key, passkeys.name_of(gateway.vault, key)) for key in keys],
        is_me=found.id == signed_in().worker.id,
        link_sent="link" in request.args,
    )


@blueprint.post("/workers/<worker>/link")
@protected_by(MANAGES)
def send_link(worker: str) -> Response:
    """A link by SMS to the mobile that the site has for them; nobody else sees it."""
    found = _theirs(worker)
    gateway = door().gateway
    with gateway.store.write() as connection:
        link_errand.ask_for(connection, found.id, gateway.now())
    return see_other(f"/workers/{found.id}?link=sent")


@blueprint.post("/workers/<worker>/away")
@protected_by(MANAGES)
def set_worker_away(worker: str) -> Response:
    """For a worker whose phone is dead, or who forgot: their phone is not rung, or is rung again."""
    found = _theirs(worker)
    on = request.form.get("on")
    if on not in {"yes", "no"}:
        abort(400)
    gateway = door().gateway
    now = gateway.now()
    with gateway.store.write() as connection:
        contacts.set_away(connection, found.id, now if on == "yes" else None)
        gateway.audit.record(
            connection,
            at=now,
            actor=signed_in().worker.id,
            action=Action.AWAY_SET,
            worker=found.id,
            state="on" if on == "yes" else "off",
        )
    log.event("away_set", worker=found.id, state="on" if on == "yes" else "off")
    return see_other(f"/workers/{found.id}")


@blueprint.get("/workers/<worker>/lost-phone")
@protected_by(MANAGES)
def ask_about_lost_phone(worker: str) -> Response:
    return page("workers/lost_phone.html", worker=_theirs(worker))


@blueprint.post("/workers/<worker>/lost-phone")
@protected_by(MANAGES)
def phone_is_lost(worker: str) -> Response:
    """Signed out everywhere and without passkeys; tokens that programs have go, too."""
    found = _theirs(worker)
    gateway = door().gateway
    with gateway.store.write() as connection:
        lost_phone.shut_out(connection, gateway.audit, found.id, gateway.now(), by=signed_in().worker.id)
    log.event("worker_shut_out", worker=found.id)
    return see_other(f"/workers/{found.id}")


def _theirs(worker: str) -> Worker:
    site, _roster = door().gateway.book.current()
    found = site.workers.get(worker)
    if found is None or not access.manages(reach(), found):
        abort(404)
    return found
