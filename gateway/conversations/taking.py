"""Taking a conversation in writing, and handing it to a colleague."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.audit.log import Action
from gateway.contacts import ringing
from gateway.contacts.claims import Claim, claim
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import joining
from gateway.conversations.ending import move_to_first_slot
from gateway.push import offers as phones
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store.contacts import Contact
from gateway.store.tables import contacts, engagements
from gateway.wiring import Gateway

CHATS_BY_DEFAULT, CHATS_BY_CHOICE = 1, 2


class Taking(enum.Enum):
    WON = "won"
    TAKEN = "taken"  # a colleague has it
    ENGAGED = "engaged"  # this worker is in another contact
    GONE = "gone"  # the citizen has left
    BY_PHONE = "by phone"  # a call is taken on the telephone


def take(
    connection: Connection,
    gateway: Gateway,
    contact_id: str,
    worker: str,
    now: datetime,
    *,
    second: bool = False,
) -> Taking:
    """One winner, whatever happens at the same moment. Taking what one has already is won, too.

    ``second``: the worker chooses to have two chats at once. Nobody has a chat beside a call.
    """
    contact = contact_rows.lock_contact(connection, contact_id)
    if contact is None:
        return Taking.GONE
    if contact.channel == Channel.VOICE:
        return Taking.BY_PHONE
    if contact.state == ContactState.ANSWERED and contact.answered_by != worker:
        return Taking.TAKEN  # a colleague who has joined it keeps their place beside whoever has it
    slots = CHATS_BY_CHOICE if second and _first_is_a_chat(connection, worker) else CHATS_BY_DEFAULT
    came = claim(connection, contact.id, worker, None, now, slots=slots)
    if came is not Claim.WON:
        return Taking(came.value)
    if contact.state != ContactState.ANSWERED:
        contact = contact_rows.change_contact(connection, contact, connected_at=now)
        _taken(connection, gateway, contact, worker, Action.CONTACT_CLAIMED, now)
    return Taking.WON


def hand_over(
    connection: Connection, gateway: Gateway, contact: Contact, to: str, now: datetime, *, by: str
) -> bool:
    """Give a locked, answered contact to a colleague who is free. False when they are not."""
    if not contact_rows.engage(connection, to, contact.id, now, slots=CHATS_BY_DEFAULT):
        return False
    before = contact.answered_by
    contact = contact_rows.change_contact(connection, contact, answered_by=to)
    if before is not None:
        contact_rows.release(connection, contact.id, before)
        move_to_first_slot(connection, before)
    contact_rows.add_event(connection, contact.id, now, "handed_over", by=by, to=to)
    joining.end(connection, gateway, contact, now)
    _taken(connection, gateway, contact, by, Action.CONTACT_TRANSFERRED, now, to=to)
    return True


def _taken(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    actor: str,
    action: Action,
    now: datetime,
    **details: str,
) -> None:
    if contact.conversation is not None:
        before = store.find(connection, contact.conversation)
        if before is not None and before.offered_to not in {None, actor}:
            phones.over(connection, before.offered_to or "", now)
        store.change(
            connection,
            contact.conversation,
            changed_at=now,
            offered_to=None,
            offered_until=None,
            passed=[],
        )
    ringing.stop_elsewhere(connection, details.get("to", actor), contact.id, now)
    gateway.audit.record(connection, at=now, actor=actor, action=action, contact=contact, **details)


def _first_is_a_chat(connection: Connection, worker: str) -> bool:
    """Whether the worker's first slot holds a chat. Held until the transaction ends, so that it stays so."""
    query = (
        sa.select(contacts.c.channel)
        .join(engagements, engagements.c.contact == contacts.c.id)
        .where(engagements.c.worker == worker, engagements.c.slot == 1)
        .with_for_update(of=engagements)
    )
    return connection.execute(query).scalar() in {Channel.CHAT, Channel.SMS}
