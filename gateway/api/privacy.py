"""What is stored about a citizen, over HTTP: shown in danger to life, and erased on request."""

from __future__ import annotations

from flask import Response, jsonify, request

from config import logs
from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_text, json_object
from gateway.api.problems import CONFLICT, NOT_YOURS, ProblemError, invalid, no_such_contact
from gateway.api.shapes import contact_json
from gateway.contacts.lifecycle import OVER
from gateway.privacy.lifting import NothingToLiftError, ReasonError, lift
from gateway.privacy.purge import StillOpenError, erase
from gateway.store import contacts as store
from gateway.store.contacts import Contact

log = logs.get("api")


@blueprint.post("/contacts/<contact>/lift")
@protected_by(BEARER)
def lift_number(contact: str) -> Response:
    reason = json_object(request, {"reason": a_text})["reason"]
    now = gateway().now()
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        found = store.lock_contact(connection, contact) or found
        if not access.may_lift(connection, reach(), found):
            raise ProblemError(NOT_YOURS, "Only who has or had the conversation, or a coordinator, sees it.")
        try:
            number = lift(connection, gateway(), found, reach().worker, reason, now)
        except ReasonError as error:
            raise invalid([f"reason: {error}"]) from error
        except NothingToLiftError as error:
            raise ProblemError(CONFLICT, str(error)) from error
    gateway().wake()
    log.event("number_lifted", contact=found.id, worker=reach().worker)
    return jsonify({"number": number})


@blueprint.post("/contacts/<contact>/erase")
@protected_by(BEARER)
def erase_contact(contact: str) -> Response:
    now = gateway().now()
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        if not access.may_erase(reach()):
            raise ProblemError(NOT_YOURS, "A coordinator erases what is stored about a citizen.")
        found = store.lock_contact(connection, contact) or found
        try:
            erased = erase(connection, gateway().audit, found, now, actor=reach().worker)
        except StillOpenError as error:
            raise ProblemError(CONFLICT, _why_still_open(found)) from error
    gateway().store.forget_old_pages()
    log.event("contact_erased", contact=erased.id, worker=reach().worker)
    return jsonify(contact_json(erased, now))


def _why_still_open(contact: Contact) -> str:
    if contact.state in OVER:
        return "The citizen came back and the conversation goes on; erase it when that is over."
    return f"It is {contact.state}; end or close it first."
