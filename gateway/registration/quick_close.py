"""One tap instead of a form, where there was no conversation; and one tap to take it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.audit.log import Action
from gateway.contacts.closing import ClosingReason, close
from gateway.contacts.lifecycle import ContactState
from gateway.registration.desk import NotNowError
from gateway.store import contacts as contact_rows
from gateway.store.contacts import Contact
from gateway.wiring import Gateway

QUICK = (ClosingReason.SILENT, ClosingReason.WRONG_NUMBER, ClosingReason.HOAX, ClosingReason.TEST)
"""What the worker who had the contact closes without a form."""
TAKEN_BACK_FOR = timedelta(hours=1)
"""A slip of the thumb is seen at once; what was closed longer ago a coordinator opens again."""


def quick_close(
    connection: Connection, gateway: Gateway, contact: Contact, reason: ClosingReason, by: str, now: datetime
) -> Contact:
    """Silent, wrong number, hoax or test. Raises NotNowError, NotClosableError."""
    if reason not in QUICK:
        raise NotNowError("A coordinator closes it for that reason.")
    if contact.state != ContactState.ENDED:
        raise NotNowError(f"It is {contact.state}; only what is ended can be closed without a form.")
    closed = close(connection, contact, reason, by, now)
    if contact.closed_because is None:
        gateway.audit.record(
            connection,
            at=now,
            actor=by,
            action=Action.CONTACT_CLOSED,
            contact=contact,
            because=str(reason),
        )
    return closed


def reopen(
    connection: Connection, gateway: Gateway, contact: Contact, by: str, now: datetime, *, coordinator: bool
) -> Contact:
    """Take back a closing of a locked contact: it misses its registration again. Raises NotNowError."""
    if not may_reopen(connection, contact, by, now, coordinator=coordinator):
        raise NotNowError("Who closed it takes it back for an hour; after that a coordinator does.")
    before = contact.closed_because
    contact = contact_rows.change_contact(connection, contact, closed_because=None)
    contact_rows.add_event(connection, contact.id, now, "reopened", by=by)
    gateway.audit.record(
        connection, at=now, actor=by, action=Action.CONTACT_REOPENED, contact=contact, because=before
    )
    return contact


def may_reopen(
    connection: Connection, contact: Contact, by: str, now: datetime, *, coordinator: bool
) -> bool:
    """Only what ended as a conversation can miss a registration; what was abandoned stays closed."""
    if contact.closed_because is None or contact.state != ContactState.ENDED:
        return False
    if coordinator:
        return True
    closings = [each for each in contact_rows.events_of(connection, contact.id) if each.kind == "closed"]
    return bool(closings) and closings[-1].details.get("by") == by and now < closings[-1].at + TAKEN_BACK_FOR
