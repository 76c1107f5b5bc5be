"""Applying retention: at night from the clock, by ``akutlinjen purge``, or to one contact on request."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.audit.log import Action, AuditLog
from gateway.contacts.lifecycle import OVER
from gateway.privacy.retention import kinds
from gateway.store import conversations, night_reports, persons, registrations
from gateway.store.contacts import Contact, change_contact, events_of, find_contact
from gateway.store.engine import Store
from gateway.store.tables import number_lifts


class StillOpenError(Exception):
    """The contact is not over: its number is needed until it is. Or its conversation goes on as another."""


def purge(store: Store, audit: AuditLog, now: datetime, *, actor: str) -> dict[str, int]:
    """Remove what was kept long enough; how many rows of each kind. Doing it twice removes nothing more.

    Raises StoreUnavailableError; then nothing was removed.
    """
    with store.write() as connection:
        removed = {kind.name: kind.purge(connection, now) for kind in kinds() if kind.purge}
        if any(removed.values()):
            counts = {name.replace(" ", "_").replace("'", ""): count for name, count in removed.items()}
            audit.record(connection, at=now, actor=actor, action=Action.PURGED, removed=counts)
    store.forget_old_pages()
    return removed


def erase(connection: Connection, audit: AuditLog, contact: Contact, now: datetime, *, actor: str) -> Contact:
    """Destroy one contact's key and what it sealed, at once. Raises StillOpenError."""
    if contact.state not in OVER:  # one that is to be called back is closed first: then nobody is rung for it
        raise StillOpenError
    if contact.conversation is not None and _goes_on(connection, contact.conversation):
        raise StillOpenError
    erased = change_contact(
        connection,
        contact,
        wrapped_key=None,
        caller_number=None,
        call_back_number=None,
        caller_hash=None,
    )
    if contact.conversation is not None:
        erase_conversation(connection, contact.conversation, now)
    registration = registrations.of_contact(connection, contact.id)
    if registration is not None:
        registrations.forget_texts(connection, registration.id)
        persons.withdraw(connection, registration.id, now)
    night_reports.keep_nothing(connection, contact.id)
    connection.execute(sa.update(number_lifts).where(number_lifts.c.contact == contact.id), {"reason": b""})
    audit.record(connection, at=now, actor=actor, action=Action.CONTACT_ERASED, contact=contact)
    return erased


def erase_conversation(connection: Connection, conversation_id: str, now: datetime) -> None:
    """What was written, and the notes of its contacts' forms, which are kept no longer than that.

    A chat's contacts lose their keys, too, so that no note is written afterwards. Under an SMS's own key lies
    the number, which stays for its day: somebody may be in danger.
    """
    conversation = conversations.find(connection, conversation_id)
    conversations.erase(connection, conversation_id, now)
    contact = find_contact(connection, conversation.contact) if conversation is not None else None
    while contact is not None:
        registration = registrations.of_contact(connection, contact.id)
        if registration is not None:
            registrations.forget_texts(connection, registration.id)
        if contact.channel == Channel.CHAT:
            change_contact(connection, contact, wrapped_key=None)
        contact = _before(connection, contact)


def _before(connection: Connection, contact: Contact) -> Contact | None:
    """The contact that this one went on from, as its first event says."""
    events = events_of(connection, contact.id)
    ids = (str(event.details["contact"]) for event in events if event.kind == "began_again")
    return find_contact(connection, next(ids, ""))


def _goes_on(connection: Connection, conversation_id: str) -> bool:
    """Whether the citizen came back and somebody is, or is to be, writing with them. Held until the end."""
    conversation = conversations.lock(connection, [conversation_id]).get(conversation_id)
    newest = find_contact(connection, conversation.contact) if conversation is not None else None
    return newest is not None and newest.state not in OVER
