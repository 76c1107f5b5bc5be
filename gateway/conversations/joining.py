"""A second worker in a written conversation: a colleague reads and writes along, and goes again.

The worker who has the contact keeps it: they alone close it and hand it over. The citizen is told each time,
in the conversation itself: a person must know that two read along.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Channel
from config.texts import TextKey
from gateway.audit.log import Action
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import desk, transcript
from gateway.conversations.ending import move_to_first_slot
from gateway.conversations.transcript import Draft, Sender
from gateway.push import offers as phones
from gateway.store import contacts as contact_rows
from gateway.store import joined_workers as store
from gateway.store.contacts import Contact
from gateway.wiring import Gateway

# Somebody in distress has two to read, not a crowd.
MOST_COLLEAGUES = 1


def add(
    connection: Connection, gateway: Gateway, contact: Contact, by: str, to: str, now: datetime
) -> str | None:
    """Who is in it now, too: the worker ``to``, or for ``desk.NIGHT_LINE`` the first of the pool who is free.

    ``contact`` is locked. Whoever could be handed it can be added; who is in it already: changes nothing.
    None when it is not ``by``'s, when a colleague is in it already, or nobody of these is there and free.
    """
    theirs = contact.state == ContactState.ANSWERED and contact.answered_by == by
    if contact.channel == Channel.VOICE or contact.conversation is None or not theirs:
        return None
    present = store.present(connection, contact.id)
    if to in present:
        return to
    if len(present) >= MOST_COLLEAGUES:
        return None
    for colleague in desk.colleagues(connection, gateway, contact, now):
        who = colleague.worker
        if not colleague.is_meant_by(to) or not contact_rows.engage(connection, who, contact.id, now):
            continue
        store.add(connection, contact.id, who, now)
        contact_rows.add_event(connection, contact.id, now, "colleague_added", by=by, worker=who)
        gateway.audit.record(
            connection, at=now, actor=by, action=Action.COLLEAGUE_ADDED, contact=contact, to=who
        )
        say(connection, gateway, contact, "colleague_joined", now)
        phones.added(connection, who, contact.id, now)
        return who
    return None


def leave(
    connection: Connection, gateway: Gateway, contact: Contact, worker: str, now: datetime, *, by: str
) -> bool:
    """The colleague goes, or whoever has the conversation lets them go: a phone may have died in a pocket.

    ``contact`` is locked. False when they are not in it, or when it is not for ``by`` to say.
    """
    if by not in {worker, contact.answered_by} or not store.leave(connection, contact.id, now, worker):
        return False
    contact_rows.release(connection, contact.id, worker)
    move_to_first_slot(connection, worker)
    contact_rows.add_event(connection, contact.id, now, "colleague_left", worker=worker)
    gateway.audit.record(
        connection, at=now, actor=by, action=Action.COLLEAGUE_LEFT, contact=contact, worker=worker
    )
    if contact.state == ContactState.ANSWERED:
        say(connection, gateway, contact, "colleague_left", now)
    return True


def end(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> None:
    """It was handed over: whoever had joined the one before is in it no more. ``contact``: as it is now."""
    gone = store.leave(connection, contact.id, now)
    for worker in gone:
        if worker != contact.answered_by:
            contact_rows.release(connection, contact.id, worker)
            move_to_first_slot(connection, worker)
        contact_rows.add_event(connection, contact.id, now, "colleague_left", worker=worker)
    if gone:
        say(connection, gateway, contact, "colleague_left", now)


def say(connection: Connection, gateway: Gateway, contact: Contact, key: TextKey, now: datetime) -> None:
    """To the citizen, as a message of the system, with a number like any other."""
    site, _roster = gateway.book.current()
    text = gateway.texts(site).say(key, contact.language, line_id=contact.line)
    draft = Draft(contact.conversation or "", Sender.SYSTEM, text)
    transcript.write(connection, gateway.vault, [draft], now)
