"""Phones of workers who are asked to take a contact: told while it is theirs to take, and then no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.contacts.lifecycle import CLAIMABLE
from gateway.push.telling import HOME, tell
from gateway.store import contacts as contact_rows
from gateway.store import conversations
from gateway.store.outbox import OutboxRow

# One worker is asked about one contact at a time.
OFFER = "offer"
# Whoever did not wake from the first is asked a second time, while there is time to come.
AGAIN_AFTER = timedelta(seconds=15)


def offered(connection: Connection, worker: str, contact: str, now: datetime, until: datetime) -> None:
    """They are asked now, again after a while, and told when they no longer are."""
    for due_at in (now, now + AGAIN_AFTER):
        tell(
            connection, worker, "push_offer",
            now=now, tag=OFFER, alarm=True, due_at=due_at, until=until, contact=contact,
        )  # fmt: skip
    tell(connection, worker, "push_over", now=now, tag=OFFER, due_at=until, contact=contact)


def over(connection: Connection, worker: str, now: datetime) -> None:
    """A colleague took it, or the citizen left: nobody looks for what is not there."""
    tell(connection, worker, "push_over", now=now, tag=OFFER)


def handed_over(connection: Connection, worker: str, contact: str, now: datetime) -> None:
    path = f"{HOME}/contacts/{contact}"
    tell(connection, worker, "push_handed_over", now=now, tag=contact, path=path, alarm=True)


def added(connection: Connection, worker: str, contact: str, now: datetime) -> None:
    path = f"{HOME}/contacts/{contact}"
    tell(connection, worker, "push_added", now=now, tag=contact, path=path, alarm=True)


def written_to(connection: Connection, worker: str, contact: str, now: datetime) -> None:
    path = f"{HOME}/contacts/{contact}"
    tell(connection, worker, "push_written_to", now=now, tag=contact, path=path, alarm=True)


def is_moot(connection: Connection, row: OutboxRow, now: datetime) -> bool:
    """Whether what a row tells has passed. Looked at just before it is sent."""
    until, about = row.details["until"], row.details["about"]
    if until is not None and now >= datetime.fromisoformat(str(until)):
        return True
    if about is None:
        return False
    contact = contact_rows.find_contact(connection, str(about))
    if contact is None or contact.conversation is None or contact.state not in CLAIMABLE:
        return True  # taken, or over: that was told when it came to be
    conversation = conversations.find(connection, contact.conversation)
    is_asked = conversation is not None and conversation.offered_to == row.details["worker"]
    return is_asked if row.details["text"] == "push_over" else not is_asked
