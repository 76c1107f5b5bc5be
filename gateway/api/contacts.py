"""Contacts over HTTP: read, hand over, close."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, request
from sqlalchemy.engine import Connection

from config import logs
from config.site import Channel
from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import json_object, one_of, text_up_to
from gateway.api.cursors import cursor_of, place_of
from gateway.api.problems import (
    CONFLICT,
    NOBODY,
    NOT_FOUND,
    NOT_YOURS,
    ProblemError,
    invalid,
    no_such_contact,
)
from gateway.api.queries import one_word, query, short_text, some_of, whole_number
from gateway.api.roster_parts import ID_CHARACTERS, read_day
from gateway.api.shapes import contact_json, whole_contact_json
from gateway.api.writing import end_conversation, give, tell
from gateway.audit.log import Action
from gateway.contacts.closing import ClosingReason, NotClosableError, close
from gateway.contacts.lifecycle import ContactState
from gateway.contacts.listed import Wanted, listed
from gateway.conversations.deliveries import Shown
from gateway.conversations.deliveries import shown as shown_deliveries
from gateway.conversations.earlier import earlier_messages
from gateway.privacy.callers import earlier_contacts
from gateway.privacy.lifting import is_lifted
from gateway.store import contacts as store
from gateway.store import joined_workers
from gateway.store.contact_pages import Place
from gateway.store.contacts import Contact
from gateway.voice import inviting
from routing.wall_clock import instant

DEFAULT_LIMIT, MOST_AT_ONCE = 50, 200
NIGHT_LINE, BACK_UP = "night_line", "backup"
WORKER_CHARACTERS = 64

log = logs.get("api")


@blueprint.get("/contacts")
@protected_by(BEARER)
def list_contacts() -> Response:
    asked = query(
        request.args,
        {
            "state": some_of(tuple(ContactState)),
            "limit": whole_number(1, MOST_AT_ONCE),
            "after": place_of,
            "line": short_text(ID_CHARACTERS),
            "channel": one_word(tuple(Channel)),
            "municipality": short_text(ID_CHARACTERS),
            "from": read_day,
            "to": read_day,
        },
    )
    if "from" in asked and "to" in asked and asked["to"] <= asked["from"]:
        raise invalid(["to: must be after from; it is the day after the last"])
    site, limit = gateway().book.current()[0], asked.get("limit", DEFAULT_LIMIT)
    among = access.listed(reach(), asked.get("line"))
    if among is None:
        raise ProblemError(NOT_FOUND, "There is no such line, or it is not one of yours.")
    since, until = (instant(asked[name], site.zone) if name in asked else None for name in ("from", "to"))
    wanted = Wanted(asked.get("state"), asked.get("channel"), asked.get("municipality"), since, until)
    now = gateway().now()
    with gateway().store.read() as connection:
        found = listed(connection, among, wanted, after=asked.get("after"), limit=limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    following = cursor_of(Place(shown[-1].waiting_since, shown[-1].id)) if more else None
    return jsonify({"items": [contact_json(contact, now) for contact in shown], "next": following})


@blueprint.get("/contacts/<contact>")
@protected_by(BEARER)
def read_contact(contact: str) -> Response:
    now = gateway().now()
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        whole = whole_contact_json(
            found,
            gateway().book.current()[0],
            store.events_of(connection, contact),
            store.legs_of(connection, contact),
            earlier=earlier_contacts(connection, found),
            lifted=is_lifted(connection, contact, now),
            deliveries=deliveries_of(connection, found),
            colleagues=joined_workers.present(connection, contact),
            written_before=earlier_messages(connection, gateway().vault, found, reach().worker),
            now=now,
        )
        gateway().audit.record(
            connection, at=now, actor=reach().worker, action=Action.CONTACT_READ, contact=found
        )
    return jsonify(whole)


@blueprint.post("/contacts/<contact>/transfer")
@protected_by(BEARER)
def transfer_contact(contact: str) -> tuple[Response, int]:
    """Ring somebody into the call: they join it with a 1, and have it when the first hangs up.

    A conversation in writing is the colleague's at once, and only who has it gives it away.
    """
    to = json_object(request, {"to": text_up_to(WORKER_CHARACTERS)})["to"]
    now = gateway().now()
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        found = store.lock_contact(connection, contact) or found
        if not access.may_hand_over(reach(), found):
            raise ProblemError(NOT_YOURS, "Only who has the conversation, or a coordinator, hands it over.")
        if found.state != ContactState.ANSWERED:
            raise ProblemError(CONFLICT, f"It is {found.state}; only a conversation can be handed over.")
        if found.channel == Channel.VOICE:
            rung = _ring(connection, found, to, now)
        else:
            to, rung = give(connection, found, to, now), 0
    gateway().wake()
    tell(found)
    log.event("transfer_asked", contact=found.id, worker=reach().worker, count=rung)
    return jsonify({"contact": found.id, "to": to, "ringing": rung}), 202 if rung else 200


def _ring(connection: Connection, contact: Contact, to: str, now: datetime) -> int:
    """How many phones. Raises ProblemError when it would be none."""
    if to == NIGHT_LINE:
        rung = inviting.ring_night_line(connection, gateway(), contact, now)
    elif to == BACK_UP:
        rung = inviting.ring_back_up(connection, gateway(), contact, now)
    else:
        rung = inviting.ring_worker(connection, gateway(), contact, to, now)
    if not rung:
        raise ProblemError(NOBODY, _why_nobody(to))
    gateway().audit.record(
        connection, at=now, actor=reach().worker, action=Action.CONTACT_TRANSFERRED, contact=contact, to=to
    )
    return rung


@blueprint.post("/contacts/<contact>/close")
@protected_by(BEARER)
def close_contact(contact: str) -> Response:
    """With a reason: a coordinator's. Without: the worker ends the conversation in writing that they have."""
    given = json_object(request, {}, {"reason": one_of(tuple(ClosingReason))})
    if "reason" not in given:
        return end_conversation(contact)
    reason = ClosingReason(given["reason"])
    now = gateway().now()
    with gateway().store.write() as connection:
        found: Contact | None = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        if not access.may_close(reach()):
            raise ProblemError(NOT_YOURS, "A coordinator closes a contact that nobody registers.")
        found = store.lock_contact(connection, contact) or found
        try:
            closed = close(connection, found, reason, reach().worker, now)
        except NotClosableError as error:
            raise ProblemError(CONFLICT, str(error)) from error
        if found.closed_because is None:  # the same again changes nothing
            gateway().audit.record(
                connection,
                at=now,
                actor=reach().worker,
                action=Action.CONTACT_CLOSED,
                contact=closed,
                because=str(reason),
            )
    gateway().wake()
    log.event("contact_closed", contact=closed.id, worker=reach().worker, reason=reason)
    return jsonify(contact_json(closed, now))


def deliveries_of(connection: Connection, contact: Contact) -> list[Shown]:
    if contact.conversation is None or contact.channel != Channel.SMS:
        return []
    return shown_deliveries(connection, [contact.conversation]).get(contact.conversation, [])


def _why_nobody(to: str) -> str:
    if to == NIGHT_LINE:
        return "Nobody on its night line is on duty and free, or they are being rung already."
    if to == BACK_UP:
        return "It has no back-up that is free, or the back-up is being rung already."
    return "No worker of that id is on duty for it and free, or they are being rung or in it already."
