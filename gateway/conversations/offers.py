"""Asking workers, one after the other, to take what waits: what the desk decided, written down."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.contacts.lifecycle import ContactState
from gateway.conversations.desk import OFFERED_FOR, Desk, Offer
from gateway.push import offers as phones
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store.engine import Store
from gateway.store.tables import contacts, conversations


def make(database: Store, desk: Desk, now: datetime) -> int:
    """Write the offers that are due. Returns how many. Any number of processes may do so at once.

    Each is written only where nobody was faster: the row still has the worker that the desk saw, and no
    worker is asked about two contacts (a unique column). Raises StoreUnavailableError.
    """
    return sum(_made(database, offer, now) for offer in desk.offers())


def _made(database: Store, offer: Offer, now: datetime) -> bool:
    try:
        with database.write() as connection:
            contact = contact_rows.lock_contact(connection, offer.contact)
            if contact is None or contact.state not in {ContactState.WAITING, ContactState.OFFERED}:
                return False
            row = conversations.c
            asked = connection.execute(
                sa.update(conversations).where(
                    row.id == offer.conversation,
                    row.offered_to.is_not_distinct_from(offer.before),
                ),
                {
                    "offered_to": offer.worker,
                    "offered_until": now + OFFERED_FOR,
                    "passed": offer.passed,
                    "changed_at": now,
                },
            )
            if asked.rowcount != 1:
                return False
            if contact.state == ContactState.WAITING:
                connection.execute(
                    sa.update(contacts).where(contacts.c.id == contact.id),
                    {"state": ContactState.OFFERED, "offered_at": now},
                )
            contact_rows.add_event(connection, contact.id, now, "offered", to=offer.worker)
            phones.offered(connection, offer.worker, contact.id, now, now + OFFERED_FOR)
            return True
    except sa.exc.IntegrityError:  # asked about another one, by another process, at this moment
        return False


def pass_on(connection: Connection, conversation_id: str, worker: str, now: datetime) -> bool:
    """The worker does not take it: the next is asked at once. False when they are not asked any more."""
    conversation = store.lock(connection, [conversation_id]).get(conversation_id)
    if conversation is None or conversation.offered_to != worker:
        return False
    store.change(
        connection,
        conversation_id,
        offered_to=None,
        offered_until=now,
        passed=[*(each for each in conversation.passed if each != worker), worker],
        changed_at=now,
    )
    contact_rows.add_event(connection, conversation.contact, now, "passed", target=worker)
    return True
