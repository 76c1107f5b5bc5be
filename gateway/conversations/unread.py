"""A citizen writes in a conversation that a worker has, and the worker is not at the screen.

Whoever texts may go on for hours, and no phone lies open for so long: the worker is told on the phone, and
when they do not come, the coordinators are. A worker who is not on duty any more is left in peace: it goes on
with somebody who is. Looked for every few seconds in each chat process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.contacts import alarms
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import desk, left_open
from gateway.conversations.desk import PRESENT_FOR
from gateway.conversations.transcript import Sender
from gateway.conversations.waking import WAKE
from gateway.push import offers as phones
from gateway.store import contacts as contact_rows
from gateway.store import outbox, staff_presence
from gateway.store.tables import contacts, conversations, messages
from gateway.wiring import Gateway

# Longer than a locked phone counts as there.
TOLD_AFTER = PRESENT_FOR + timedelta(seconds=5)
# Somebody who writes line after line does not make the phone sound for each.
NOT_AGAIN_FOR = timedelta(minutes=2)
COORDINATORS_TOLD_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Unread:
    """``seq``: the citizen's last message, which came ``at``; ``answered``: the worker's last one, or 0."""

    contact: str
    worker: str
    seq: int
    at: datetime
    answered: int


def look(connection: Connection, now: datetime, contact: str | None = None) -> list[Unread]:
    """What citizens have written last, a while ago, to workers whose console is open nowhere.

    ``contact``: in this one alone.
    """
    here = staff_presence.present(connection, now - PRESENT_FOR)
    query = (
        sa.select(contacts.c.id, contacts.c.answered_by, messages.c.seq, messages.c.at, _last(Sender.WORKER))
        .join(conversations, conversations.c.contact == contacts.c.id)
        .join(messages, messages.c.conversation == conversations.c.id)
        .where(
            contacts.c.state == ContactState.ANSWERED,
            contacts.c.answered_by.not_in(sorted(here)),
            messages.c.seq == _last(Sender.CITIZEN),
            messages.c.seq > _last(Sender.WORKER),
            sa.and_(messages.c.at <= now - TOLD_AFTER, contacts.c.answered_at <= now - TOLD_AFTER),
        )
    )
    if contact is not None:
        query = query.where(contacts.c.id == contact)
    return [Unread(*row) for row in connection.execute(query)]


def write(gateway: Gateway, told: set[Unread], now: datetime) -> None:
    """Have those told who are to be told by now.

    ``told``: of what the caller knows that nothing more is to be told. Any number of processes may do so at
    once, and begin anew after any time. Raises StoreUnavailableError.
    """
    with gateway.store.read() as connection:
        found = look(connection, now)
    told.intersection_update(found)
    for each in found:
        if each not in told:
            with gateway.store.write() as connection:
                if _write(connection, gateway, each, now):
                    told.add(each)


def _write(connection: Connection, gateway: Gateway, unread: Unread, now: datetime) -> bool:
    """Whether nothing more of it is to be told."""
    contact = contact_rows.lock_contact(connection, unread.contact)
    if contact is None or unread not in look(connection, now, contact.id):
        return True  # they are back or have answered, or more was written, which is looked at next
    on_duty = desk.on_duty_for(gateway, contact, now)
    if left_open.passed_on(connection, gateway, contact, on_duty, unread.at, now):
        return True
    is_late = unread.at <= now - COORDINATORS_TOLD_AFTER
    if is_late:
        alarms.worker_does_not_come(connection, gateway, contact, str(unread.answered), now)
    if unread.worker not in on_duty:
        return is_late
    events = contact_rows.events_of(connection, contact.id)
    if any(event.kind == "woken" and event.at > now - NOT_AGAIN_FOR for event in events):
        return False
    name = hashlib.sha256(f"unread:{contact.id}:{unread.worker}:{unread.seq}".encode()).hexdigest()
    if outbox.add_once(connection, name, WAKE, now=now, contact=contact.id, worker=unread.worker, own=True):
        contact_rows.add_event(connection, contact.id, now, "woken", to=unread.worker)
        phones.written_to(connection, unread.worker, contact.id, now)
    return is_late


def _last(sender: Sender) -> sa.ScalarSelect[int]:
    """The number of a side's last message in the conversation of the row, or 0."""
    every = messages.alias()
    query = sa.select(sa.func.coalesce(sa.func.max(every.c.seq), 0))
    return query.where(every.c.conversation == conversations.c.id, every.c.sender == sender).scalar_subquery()
