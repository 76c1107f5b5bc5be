"""What is stored about a citizen: the number, shown in danger to life; and all of it, erased on request."""

from __future__ import annotations

import re

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from config import logs
from config.phone_numbers import as_people_write_it
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, SIGNED_IN, reach, signed_in
from gateway.contacts import alarms
from gateway.pages.contact_rows import row_of
from gateway.pages.contact_shown import contact_shown
from gateway.pages.frame import blueprint, page, refusal, say, see_other
from gateway.privacy.lifting import (
    LIFTED_FOR,
    REASON_CHARACTERS,
    REASON_LEAST,
    NothingToLiftError,
    ReasonError,
    ShownBeforeError,
    lift,
)
from gateway.privacy.purge import StillOpenError, erase
from gateway.store import contacts as store
from gateway.store.contacts import Contact

LIFT_ID = re.compile(r"[0-9a-f]{32}")

log = logs.get("pages")


@blueprint.post("/contacts/<contact>/lift")
@protected_by(SIGNED_IN)
def lift_number(contact: str) -> Response:
    """The number is in this answer alone: in no address, no session, no other answer to the same form."""
    gateway, worker = door().gateway, signed_in().worker.id
    site, _roster = gateway.book.current()
    reason, lift_id = request.form.get("reason", ""), request.form.get("lift", "")
    if LIFT_ID.fullmatch(lift_id) is None:
        abort(400)
    now = gateway.now()
    with gateway.store.write() as connection:
        found = _locked(connection, contact)
        if not access.may_lift(connection, reach(), found):
            return _not_theirs()
        try:
            number = lift(connection, gateway, found, worker, reason, now, lift_id=lift_id)
        except ReasonError as error:
            fault = _too_long() if error.is_too_long else _too_short()
            shown = contact_shown(connection, found, reason=reason, reason_fault=fault)
            return page("contact.html", 400, **shown)
        except NothingToLiftError:
            return page("not_lifted.html", 409, contact=found, why="nothing")
        except ShownBeforeError:
            return page("not_lifted.html", 409, contact=found, why="shown")
        told = [each.name for each in alarms.coordinators(site, found) if each.id != worker]
    gateway.wake()
    log.event("number_lifted", contact=found.id, worker=worker)
    return page(
        "lifted.html",
        contact=found,
        number=as_people_write_it(number),
        told=told,
        ends_at=now + LIFTED_FOR,
    )


@blueprint.get("/contacts/<contact>/erase")
@protected_by(COORDINATOR)
def ask_before_erasing(contact: str) -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    with gateway.store.read() as connection:
        found = access.find_contact(connection, reach(), contact)
    if found is None:
        abort(404)
    return page("erase.html", contact=found, row=row_of(site, found, gateway.now()))


@blueprint.post("/contacts/<contact>/erase")
@protected_by(COORDINATOR)
def erase_citizen(contact: str) -> Response:
    gateway, worker = door().gateway, signed_in().worker.id
    with gateway.store.write() as connection:
        found = _locked(connection, contact)
        if not access.may_erase(reach()):
            return _not_theirs()
        try:
            erase(connection, gateway.audit, found, gateway.now(), actor=worker)
        except StillOpenError:
            return refusal(
                409,
                say("Henvendelsen er ikke slut"),
                say("Nummeret bruges endnu. Slet, når samtalen er slut, og ingen skal ringes op."),
            )
    gateway.store.forget_old_pages()
    log.event("contact_erased", contact=found.id, worker=worker)
    return see_other(f"/contacts/{found.id}")


def _locked(connection: Connection, contact: str) -> Contact:
    """404 alike for one that does not exist and one that is not theirs."""
    found = access.find_contact(connection, reach(), contact)
    if found is None:
        abort(404)
    return store.lock_contact(connection, contact) or found


def _not_theirs() -> Response:
    what = say("Den, der har eller havde samtalen, og koordinatoren kan få nummeret vist.")
    return refusal(403, say("Samtalen er ikke din"), what)


def _too_short() -> str:
    return say("Skriv mindst {count} tegn om, hvad faren er.", count=REASON_LEAST)


def _too_long() -> str:
    return say("Skriv højst {count} tegn.", count=REASON_CHARACTERS)
