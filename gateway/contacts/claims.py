"""Taking a contact: one winner, whatever happens at the same moment on any process and channel."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.contacts.lifecycle import CLAIMABLE, ContactState
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.store.tables import contacts


class Claim(enum.Enum):
    WON = "won"
    TAKEN = "taken"  # a colleague has it
    ENGAGED = "engaged"  # this worker is in another contact
    GONE = "gone"  # the citizen has left


def claim(
    connection: Connection, contact_id: str, by: str, leg_id: str | None, now: datetime, *, slots: int = 1
) -> Claim:
    """Take the contact for ``by`` (a worker's id, or ``backup:NIGHT_LINE``).

    Two statements decide, each atomic in the database itself: the worker's slot is a primary key, and the
    contact's row is updated only from a state in which nobody has it. Who loses keeps no slot.
    Claiming again what one has already is WON too: a webhook may come twice.
    """
    worker = None if by.startswith("backup:") else by
    if worker is not None and not store.engage(connection, worker, contact_id, now, slots=slots):
        return Claim.ENGAGED
    won = connection.execute(
        sa.update(contacts).where(
            contacts.c.id == contact_id,
            contacts.c.state.in_([str(state) for state in CLAIMABLE]),
        ),
        {"state": ContactState.ANSWERED, "answered_by": by, "answered_at": now, "holder_leg": leg_id},
    )
    if won.rowcount == 1:
        store.add_event(connection, contact_id, now, "taken", by=by)
        return Claim.WON
    contact = store.find_contact(connection, contact_id)
    if contact is not None and contact.state == ContactState.ANSWERED and contact.answered_by == by:
        return Claim.WON if contact.holder_leg == leg_id else Claim.TAKEN
    if worker is not None:
        store.release(connection, contact_id, worker)
    return Claim.TAKEN if contact is not None and contact.state == ContactState.ANSWERED else Claim.GONE


def held_by(contact: Contact, leg_id: str) -> bool:
    return contact.state == ContactState.ANSWERED and contact.holder_leg == leg_id
