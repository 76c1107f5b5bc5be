"""Applying retention: at night from the clock, by ``akutlinjen purge``, or to one contact on request."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.audit.log import Action, AuditLog
from gateway.contacts.lifecycle import OVER
from gateway.privacy.retention import kinds
from gateway.store import conversations, night_reports, persons, registrations
from gateway.store.contacts import Contact, change_contact
from gateway.store.engine import Store
from gateway.store.tables import number_lifts


class StillOpenError(Exception):
    """The contact is not over: its number is needed until it is."""


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
    erased = change_contact(
        connection,
        contact,
        wrapped_key=None,
        caller_number=None,
        call_back_number=None,
        caller_hash=None,
    )
    if contact.conversation is not None:
        conversations.erase(connection, contact.conversation, now)
    registration = registrations.of_contact(connection, contact.id)
    if registration is not None:
        registrations.forget_texts(connection, registration.id)
        persons.withdraw(connection, registration.id, now)
    night_reports.keep_nothing(connection, contact.id)
    connection.execute(sa.update(number_lifts).where(number_lifts.c.contact == contact.id), {"reason": b""})
    audit.record(connection, at=now, actor=actor, action=Action.CONTACT_ERASED, contact=contact)
    return erased
