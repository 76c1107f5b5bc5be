"""A colleague in a conversation in writing, over HTTP: added, and gone again. As the staff socket has it."""

from __future__ import annotations

from flask import Response, jsonify, request
from sqlalchemy.engine import Connection

from config import logs
from config.site import Channel
from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import json_object, text_up_to
from gateway.api.contacts import WORKER_CHARACTERS
from gateway.api.problems import CONFLICT, NOBODY, NOT_FOUND, NOT_YOURS, ProblemError, no_such_contact
from gateway.api.writing import tell
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import joining
from gateway.store import contacts as store
from gateway.store import joined_workers
from gateway.store.contacts import Contact

log = logs.get("api")


@blueprint.post("/contacts/<contact>/colleagues")
@protected_by(BEARER)
def add_colleague(contact: str) -> Response:
    """Who has the conversation keeps it; the colleague reads and writes along. Again: changes nothing."""
    to = json_object(request, {"to": text_up_to(WORKER_CHARACTERS)})["to"]
    with gateway().store.write() as connection:
        found = _locked(connection, contact)
        if found.channel == Channel.VOICE:
            raise ProblemError(CONFLICT, "Into a call a colleague is rung: transfer it to them.")
        if found.state != ContactState.ANSWERED:
            raise ProblemError(CONFLICT, f"It is {found.state}; a colleague is added to a conversation.")
        if found.answered_by != reach().worker:
            raise ProblemError(NOT_YOURS, "Only who has the conversation adds somebody to it.")
        added = joining.add(connection, gateway(), found, reach().worker, to, gateway().now())
        if added is None:
            raise ProblemError(
                NOBODY, "They are not on duty for it, not here, in a contact, or two are in it."
            )
        present = joined_workers.present(connection, contact)
    gateway().wake()
    tell(found)
    log.event("colleague_added", contact=found.id, worker=added)
    return jsonify({"contact": found.id, "colleagues": present})


@blueprint.delete("/contacts/<contact>/colleagues/<worker>")
@protected_by(BEARER)
def let_colleague_go(contact: str, worker: str) -> Response:
    """Oneself, or by who has the conversation."""
    by = reach().worker
    with gateway().store.write() as connection:
        found = _locked(connection, contact)
        if by not in {worker, found.answered_by}:
            raise ProblemError(NOT_YOURS, "Who was added goes by themselves, or who has it lets them go.")
        if not joining.leave(connection, gateway(), found, worker, gateway().now(), by=by):
            raise ProblemError(NOT_FOUND, "They were not added to it, or have gone already.")
        present = joined_workers.present(connection, contact)
    gateway().wake()
    tell(found)
    log.event("colleague_left", contact=found.id, worker=worker)
    return jsonify({"contact": found.id, "colleagues": present})


def _locked(connection: Connection, contact: str) -> Contact:
    """Raises ProblemError for one that they do not reach."""
    found = access.find_contact(connection, reach(), contact)
    if found is None:
        raise no_such_contact()
    return store.lock_contact(connection, contact) or found
