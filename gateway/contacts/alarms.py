"""Telling the coordinators, by SMS to their own mobiles, what they must know tonight. No number, no name."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Role, Site, Worker
from config.texts import TextKey
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact
from gateway.wiring import Gateway

ALARM = "alarm"
NOBODY_ANSWERED: TextKey = "sms_nobody_answered"


def nobody_took_it(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> None:
    """Once a contact, however many rounds it goes through."""
    _tell(connection, gateway, contact, "sms_nobody_took_it", now)


def nobody_answered(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> None:
    """The same of what a citizen has written: once a contact, however long it waits.

    Not once a day: whoever was told finds it under "Henvendelser", the longest wait first, until somebody
    takes it, and an alarm that comes each morning is soon one that nobody reads.
    """
    _tell(connection, gateway, contact, NOBODY_ANSWERED, now)


def worker_does_not_come(
    connection: Connection, gateway: Gateway, contact: Contact, since: str, now: datetime
) -> None:
    """A citizen writes to somebody who is not there; told once for all that stands unanswered ``since``."""
    _tell(connection, gateway, contact, "sms_worker_does_not_come", now, about=since)


def ring_failed(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> None:
    """A worker's phone could not be rung at all: once a contact."""
    _tell(connection, gateway, contact, "sms_ring_failed", now)


def call_back_unreached(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> None:
    """The citizen did not pick up any of the calls back: a coordinator decides what follows."""
    _tell(connection, gateway, contact, "sms_call_back_unreached", now)


def number_lifted(
    connection: Connection, gateway: Gateway, contact: Contact, lift: str, now: datetime
) -> None:
    """A worker was shown the citizen's number: told each time, and at once."""
    _tell(connection, gateway, contact, "sms_number_lifted", now, about=lift)


def coordinators(site: Site, contact: Contact) -> list[Worker]:
    """Those of the contact's own line, and of its night line; else every coordinator of the site."""
    night = contact.night_line
    if contact.line in site.lines:
        night = night or site.lines[contact.line or ""].night_line
    everyone = [worker for worker in site.workers.values() if Role.COORDINATOR in worker.roles]
    own = [worker for worker in everyone if contact.line in worker.lines or night in worker.night_lines]
    return own or everyone


def _tell(
    connection: Connection, gateway: Gateway, contact: Contact, key: TextKey, now: datetime, about: str = ""
) -> None:
    """Once for each contact and key, and for what it is about where one contact has several of these.

    The contact is locked, and its own events say what was told: rows of the outbox are kept for a week, and a
    contact may wait for longer.
    """
    if not about and _was_told(connection, contact, key):
        return
    site, _roster = gateway.book.current()
    told = 0
    for worker in coordinators(site, contact):
        name = hashlib.sha256(f"{key}:{contact.id}:{worker.id}:{about}".encode()).hexdigest()
        told += outbox.add_once(
            connection,
            name,
            ALARM,
            now=now,
            contact=contact.id,
            worker=worker.id,
            text=key,
            at=now.isoformat(),
        )
    if told:
        store.add_event(connection, contact.id, now, "coordinator_told", about=key)


def _was_told(connection: Connection, contact: Contact, key: TextKey) -> bool:
    return any(
        event.kind == "coordinator_told" and event.details.get("about") == key
        for event in store.events_of(connection, contact.id)
    )
