"""Closing a contact that nobody registers, with a reason (domain page, "A contact's life")."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.contacts import ringing
from gateway.contacts.lifecycle import ContactState, move
from gateway.store import contacts as store
from gateway.store.contacts import Contact


class ClosingReason(enum.StrEnum):
    WRONG_NUMBER = "wrong_number"
    SILENT = "silent"
    HOAX = "hoax"
    TECHNICAL = "technical"
    TEST = "test"


COORDINATOR = "coordinator"
CLOSABLE = frozenset({ContactState.ENDED, ContactState.ABANDONED, ContactState.CALL_BACK})


class NotClosableError(Exception):
    """The message says why, in a sentence."""


def close(connection: Connection, contact: Contact, reason: ClosingReason, by: str, now: datetime) -> Contact:
    """Close a locked contact; ``by``: the coordinator's id. The same reason again changes nothing.

    An ended or abandoned contact stays what it was, so that statistics still tell how it went, and is no
    longer missing a registration. One that was to be called back ends, and nobody is rung for it any more.
    Raises NotClosableError.
    """
    if contact.closed_because == reason:
        return contact
    if contact.closed_because is not None:
        raise NotClosableError(f"It was closed before, as {contact.closed_because}.")
    state = ContactState(contact.state)
    if state not in CLOSABLE:
        raise NotClosableError(f"It is {state}; only what is ended, abandoned or call_back can be closed.")
    if state == ContactState.CALL_BACK:
        contact = store.change_contact(
            connection,
            contact,
            state=move(state, ContactState.ENDED),
            ended_at=now,
            ended_by=COORDINATOR,
        )
        ringing.stop_all(connection, contact.id, now)
    contact = store.change_contact(connection, contact, closed_because=reason)
    store.add_event(connection, contact.id, now, "closed", by=by, because=reason)
    return contact
