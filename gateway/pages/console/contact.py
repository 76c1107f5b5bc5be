"""One contact on the duty phone: the conversation, and what can be done with it."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, request
from sqlalchemy.engine import Connection

from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach, signed_in
from gateway.audit.log import Action
from gateway.console import conversation as console
from gateway.conversations.handing_over import NIGHT_LINE, NOTE_CHARACTERS
from gateway.conversations.wording import TEXT_CHARACTERS
from gateway.pages import contact_rows
from gateway.pages.console.home import live
from gateway.pages.duty import worker_name
from gateway.pages.frame import blueprint, page, part, see_other
from gateway.store.contacts import Contact
from gateway.store.ids import new_id

MOST_SEQ = 10_000_000
# words: how an SMS fared, in Danish; the page says it in its language
DELIVERIES = {
    "queued": "sendes",
    "sent": "sendt",
    "delivered": "leveret",
    "undelivered": "ikke leveret",
    "failed": "ikke sendt",
}


@blueprint.get("/console/contacts/<contact>")
@protected_by(SIGNED_IN)
def conversation(contact: str) -> Response:
    gateway, now = door().gateway, door().gateway.now()
    with gateway.store.write() as connection:
        found = reached(connection, contact)
        if not console.is_in(connection, found, signed_in().worker.id):
            return see_other(f"/contacts/{contact}")
        shown = _shown(connection, found)
        gateway.audit.record(
            connection, at=now, actor=signed_in().worker.id, action=Action.CONTACT_READ, contact=found
        )
    return page("console/contact.html", **live(), **shown)


@blueprint.get("/console/contacts/<contact>/now")
@protected_by(SIGNED_IN)
def conversation_now(contact: str) -> Response:
    """How it stands and what can be done with it, for the page that is open."""
    with door().gateway.store.read() as connection:
        shown = _shown(connection, reached(connection, contact))
    return part("console/standing.html", **shown)


@blueprint.get("/console/contacts/<contact>/messages")
@protected_by(SIGNED_IN)
def messages(contact: str) -> Response:
    """What was written since, while the socket is not there: to whoever is in the conversation."""
    after = request.args.get("after", "0")
    if not after.isascii() or not after.isdigit() or int(after) > MOST_SEQ:
        abort(400)
    gateway = door().gateway
    with gateway.store.read() as connection:
        found = reached(connection, contact)
        if not console.is_in(connection, found, signed_in().worker.id):
            abort(404)
        written = console.messages_after(connection, gateway, found, int(after))
        others = console.written_by_others(connection, found, signed_in().worker.id, int(after))
        fared = console.deliveries_of(connection, found)
    site, _roster = gateway.book.current()
    return jsonify(
        {
            "state": found.state,
            "deliveries": [{"seq": seq, "state": state} for seq, state in fared.items()],
            "messages": [
                {
                    "seq": each.seq,
                    "from": each.sender,
                    "who": worker_name(site, others[each.seq]) if each.seq in others else None,
                    "text": each.text,
                    "at": each.at.isoformat(),
                }
                for each in written
            ],
        }
    )


def reached(connection: Connection, contact: str) -> Contact:
    """404 for one that is not there, or not theirs to see."""
    found = access.find_contact(connection, reach(), contact)
    if found is None:
        abort(404)
    return found


def _shown(connection: Connection, found: Contact) -> dict[str, Any]:
    gateway, worker = door().gateway, signed_in().worker
    site, _roster = gateway.book.current()
    now = gateway.now()
    shown = console.look(connection, gateway, found, worker.id, now)
    return {
        "contact": found,
        "shown": shown,
        "has_joined": worker.id in shown.joined,
        "zone": site.zone.key,
        "is_mine": found.answered_by == worker.id,
        "row": contact_rows.row_of(site, found, now),
        "worker_name": lambda worker: worker_name(site, worker),
        "to_night_line": NIGHT_LINE,
        "note_characters": NOTE_CHARACTERS,
        "text_characters": TEXT_CHARACTERS,
        # A form without a script sends its message under this name: sent twice, it is stored once.
        "message_id": new_id(),
        "fared": DELIVERIES,
    }
