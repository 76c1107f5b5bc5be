"""How a conversation in writing ends: the worker closes it, the citizen leaves, or erases it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.audit.log import Action
from gateway.contacts import endings
from gateway.contacts.lifecycle import OVER, UNANSWERED, ContactState
from gateway.privacy.purge import erase_conversation
from gateway.push import offers as phones
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import joined_workers, outbox
from gateway.store.contacts import Contact
from gateway.store.conversations import Conversation
from gateway.store.tables import contacts, conversations, engagements
from gateway.wiring import Gateway

CITIZEN = "citizen"
# What a citizen who texts is written at the end.
CLOSING_WORDS = "closing_words"
# A lost connection comes back; a place in the queue is kept for so long.
PLACE_KEPT = timedelta(minutes=5)


def close(connection: Connection, contact: Contact, worker: str, now: datetime) -> bool:
    """The worker ends it. ``contact`` is locked. False when it is not theirs, or over already."""
    if contact.state != ContactState.ANSWERED or contact.answered_by != worker:
        return False
    _end(connection, contact, endings.WORKER, now)
    if contact.channel == Channel.SMS:
        outbox.add_once(connection, f"closing:{contact.id}", CLOSING_WORDS, now=now, contact=contact.id)
    return True


def leave(
    connection: Connection, gateway: Gateway, conversation_id: str, now: datetime, *, erase: bool
) -> None:
    """The citizen ends it, and has it erased if they say so. Doing so twice changes nothing."""
    conversation = store.find(connection, conversation_id)
    contact = contact_rows.lock_contact(connection, conversation.contact) if conversation else None
    if contact is None:
        return
    if contact.state not in OVER:
        _end(connection, contact, endings.CITIZEN, now)
    if erase:
        erase_conversation(connection, conversation_id, now)
        contact_rows.add_event(connection, contact.id, now, "erased", by=CITIZEN)
        gateway.audit.record(connection, at=now, actor=CITIZEN, action=Action.CONTACT_ERASED, contact=contact)


def end_by_itself(connection: Connection, contact: Contact, now: datetime) -> None:
    """Neither side ends it, and it is over. ``contact`` is locked and answered."""
    _end(connection, contact, endings.SYSTEM, now)


def abandon_absent(connection: Connection, now: datetime) -> list[str]:
    """Contacts whose citizen waited and has been gone for minutes. Returns their conversations."""
    query = (
        sa.select(conversations)
        .join(contacts, contacts.c.id == conversations.c.contact)
        .where(
            contacts.c.state.in_(sorted(UNANSWERED)),
            contacts.c.channel == "chat",
            conversations.c.citizen_seen_at < now - PLACE_KEPT,
        )
    )
    absent = [Conversation(**row) for row in connection.execute(query).mappings()]
    left = []
    for conversation in absent:
        contact = contact_rows.lock_contact(connection, conversation.contact)
        if contact is not None and contact.state in UNANSWERED:
            _end(connection, contact, endings.CITIZEN, now)
            left.append(conversation.id)
    return left


def _end(connection: Connection, contact: Contact, by: str, now: datetime) -> None:
    joined = joined_workers.leave(connection, contact.id, now)
    if by == endings.CITIZEN:
        endings.citizen_gone(connection, contact, now)
    else:
        endings.finish(connection, contact, by, now)
    for worker in (contact.answered_by, *joined):
        if worker is not None:
            move_to_first_slot(connection, worker)
    if contact.conversation is not None:
        before = store.find(connection, contact.conversation)
        if before is not None and before.offered_to is not None:
            phones.over(connection, before.offered_to, now)
        store.change(
            connection,
            contact.conversation,
            ended_at=now,
            changed_at=now,
            offered_to=None,
            offered_until=None,
        )


def move_to_first_slot(connection: Connection, worker: str) -> None:
    """Whoever ended the first of two chats is in one: that takes the slot which a call would ask for.

    In the transaction that freed the slot, so that no call can take it in between.
    """
    first = sa.exists().where(engagements.c.worker == worker, engagements.c.slot == 1).correlate(None)
    taken = connection.execute(sa.select(first)).scalar()
    if not taken:
        connection.execute(
            sa.update(engagements).where(engagements.c.worker == worker, engagements.c.slot == 2), {"slot": 1}
        )
