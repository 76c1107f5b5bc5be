"""What a dead process left, and what lost news left hanging: found and set going again.

Needs SQL and the carrier, not Redis. Any process may run it at any time, and several at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.lifecycle import UNANSWERED, ContactState
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact
from gateway.voice.conversation import CHECK_CALLS
from gateway.wiring import Gateway

# Three missed turns of the hold loop, and the greeting.
SILENT = timedelta(seconds=35)
# A long conversation has no heartbeat: the carrier is asked about it now and then.
TALKING_CHECK = timedelta(seconds=60)


def sweep_once(gateway: Gateway) -> int:
    """Ask the carrier about every contact that has been silent too long. Returns how many were."""
    now = gateway.now()
    with gateway.store.read() as connection:
        silent = list(_silent(connection, now))
    if silent:
        with gateway.store.write() as connection:
            for contact, every in silent:
                _check(connection, contact, now, every)
        gateway.wake()
    return len(silent)


def _silent(connection: Connection, now: datetime) -> Iterator[tuple[Contact, timedelta]]:
    """Contacts whose calls have said nothing for long, and how often the carrier is asked about such."""
    for contact in store.contacts_in(connection, UNANSWERED, channel=Channel.VOICE, quiet_since=now - SILENT):
        yield contact, SILENT
    for contact in store.contacts_in(
        connection, [ContactState.ANSWERED], channel=Channel.VOICE, quiet_since=now - TALKING_CHECK
    ):
        if contact.answered_at is not None and now - contact.answered_at > TALKING_CHECK:
            yield contact, TALKING_CHECK
    over = [ContactState.ENDED, ContactState.ABANDONED, ContactState.CALL_BACK]
    for contact in store.contacts_with_open_legs(connection, over, now - SILENT):
        yield contact, SILENT


def _check(connection: Connection, contact: Contact, now: datetime, every: timedelta) -> None:
    bucket = int(now.timestamp() // every.total_seconds())
    name = f"sweep:{contact.id}:{bucket}"
    outbox.add_once(connection, name, CHECK_CALLS, now=now, contact=contact.id)
