"""Conversations in writing over HTTP: take one, write in it. What the staff socket does, for programs."""

from __future__ import annotations

from datetime import datetime

from flask import Response, current_app, jsonify, request
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, a_text, json_object
from gateway.api.problems import CONFLICT, INVALID, NOBODY, NOT_YOURS, ProblemError, no_such_contact
from gateway.api.shapes import contact_json, when
from gateway.conversations import ending, handing_over, transcript, wording
from gateway.conversations.deliveries import DeliveryState
from gateway.conversations.taking import Taking, take
from gateway.conversations.transcript import Draft, Refused, Sender
from gateway.live import Live
from gateway.store import contacts as store
from gateway.store.contacts import Contact

LIVE = "live"

_NOT_TAKEN = {
    Taking.TAKEN: "A colleague has it.",
    Taking.ENGAGED: "You are in another contact; a second chat is your choice.",
    Taking.GONE: "The citizen has left.",
    Taking.BY_PHONE: "A call is taken on the telephone.",
}
_NOT_WRITTEN = {
    Refused.GONE: "The conversation is erased.",
    Refused.OVER: "The conversation is over.",
    Refused.NOT_THEIRS: "You do not have this conversation.",
    Refused.ID_TAKEN: "Another message has this id.",
}


@blueprint.post("/contacts/<contact>/accept")
@protected_by(BEARER)
def accept_contact(contact: str) -> Response:
    second = json_object(request, {}, {"second": a_bool}).get("second", False)
    now = gateway().now()
    with gateway().store.write() as connection:
        if access.find_contact(connection, reach(), contact) is None:
            raise no_such_contact()
        if store.is_away(connection, reach().worker):
            raise ProblemError(CONFLICT, "You are away; come back first.")
        came = take(connection, gateway(), contact, reach().worker, now, second=second)
        found = store.find_contact(connection, contact)
    if came is not Taking.WON or found is None:
        raise ProblemError(CONFLICT, _NOT_TAKEN.get(came, "The citizen has left."))
    tell(found)
    return jsonify(contact_json(found, now))


@blueprint.post("/contacts/<contact>/message")
@protected_by(BEARER)
def write_message(contact: str) -> Response:
    body = json_object(request, {"id": a_text, "text": a_text})
    try:
        name, text = wording.message_id(body["id"]), wording.cleaned(body["text"])
    except wording.WordingError as error:
        raise ProblemError(INVALID, str(error)) from error
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        if found.conversation is None:
            raise ProblemError(CONFLICT, "A call is not written in.")
        draft = Draft(found.conversation, Sender.WORKER, text, name, reach().worker)
        (written,) = transcript.write(connection, gateway().vault, [draft], gateway().now())
    if isinstance(written, Refused):
        raise ProblemError(CONFLICT, _NOT_WRITTEN[written])
    tell(found)
    gateway().wake()
    return jsonify(
        {
            "seq": written.message.seq,
            "at": when(written.message.at),
            "delivery": DeliveryState.QUEUED if found.channel == Channel.SMS else None,
        }
    )


def end_conversation(contact: str) -> Response:
    """The worker who has it ends it: what closing without a reason is."""
    now = gateway().now()
    with gateway().store.write() as connection:
        if access.find_contact(connection, reach(), contact) is None:
            raise no_such_contact()
        found = store.lock_contact(connection, contact)
        if found is None or found.channel == Channel.VOICE:
            raise ProblemError(CONFLICT, "A call ends when its phones hang up; give a reason to close it.")
        if not ending.close(connection, found, reach().worker, now):
            raise ProblemError(CONFLICT, "You do not have this conversation; give a reason to close it.")
        ended = store.find_contact(connection, contact) or found
    gateway().wake()
    tell(ended)
    return jsonify(contact_json(ended, now))


def give(connection: Connection, contact: Contact, to: str, now: datetime) -> str:
    """The worker who has a locked conversation in writing gives it to a colleague: who has it then.

    Raises ProblemError where it is another's, or nobody of these is there and free.
    """
    if contact.answered_by != reach().worker:
        raise ProblemError(NOT_YOURS, "Only who has a conversation in writing gives it to somebody.")
    has_it = handing_over.give(connection, gateway(), contact, reach().worker, to, "", now)
    if has_it is None:
        raise ProblemError(NOBODY, "They are not on duty for it, not here, or in another contact.")
    return has_it


def tell(contact: Contact) -> None:
    live: Live = current_app.extensions.setdefault(LIVE, Live(gateway().settings.redis_url))
    live.changed(contact.conversation)
