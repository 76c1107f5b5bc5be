"""All that the page of one contact shows, gathered in the transaction that writes down who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.signed_in import reach, signed_in
from gateway.audit.log import Action
from gateway.contacts.lifecycle import OVER
from gateway.conversations.earlier import earlier_messages
from gateway.night_reports.reports import is_reported
from gateway.pages.audit_rows import BACK_UP
from gateway.pages.contact_rows import row_of
from gateway.pages.contact_words import EVENTS, LEG_STATES, OUTCOMES, PEOPLE
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import language, say
from gateway.pages.reasons_said import because
from gateway.privacy.callers import earlier_contacts
from gateway.privacy.lifting import REASON_CHARACTERS, REASON_LEAST, can_be_lifted, is_lifted, lifts_of
from gateway.store import contacts as store
from gateway.store import conversations
from gateway.store.contacts import Contact
from gateway.store.ids import new_id


def contact_shown(
    connection: Connection, found: Contact, *, reason: str = "", reason_fault: str = ""
) -> dict[str, Any]:
    """What ``contact.html`` takes. ``reason``: as somebody wrote it, to be mended, with what is wrong."""
    gateway, now = door().gateway, door().gateway.now()
    site, _roster = gateway.book.current()
    shown = {
        "contact": found,
        "row": row_of(site, found, now),
        "plan": found.plan or {},
        "events": store.events_of(connection, found.id),
        "legs": store.legs_of(connection, found.id),
        "worker_name": lambda worker: worker_name(site, worker),
        "place_name": lambda via: name_of(site, via.partition(":")[2]),
        "because": lambda reason: because(reason, language()),
        "event_words": EVENTS,
        "who": lambda event: _who(site, event.details),
        "leg_words": LEG_STATES | OUTCOMES,
        "written_before": earlier_messages(connection, gateway.vault, found, signed_in().worker.id),
        "earlier": earlier_contacts(connection, found) if found.caller_hash is not None else None,
        "is_lifted": is_lifted(connection, found.id, now),
        "has_number": can_be_lifted(found),
        "is_reported": is_reported(site, found),
        "may_lift": access.may_lift(connection, reach(), found),
        "may_erase": access.may_erase(reach()) and found.state in OVER and _is_kept(connection, found),
        "lifts": lifts_of(connection, gateway, found) if access.may_read_reasons(reach()) else [],
        # A form shows the number once: sent again, it is the same lift.
        "lift_id": new_id(),
        "reason": reason,
        "reason_fault": reason_fault,
        "reason_least": REASON_LEAST,
        "reason_characters": REASON_CHARACTERS,
    }
    gateway.audit.record(
        connection, at=now, actor=signed_in().worker.id, action=Action.CONTACT_READ, contact=found
    )
    return shown


def _who(site: Site, details: Mapping[str, Any]) -> str:
    """Whom an event's words are about. Of two, whoever it came to: who takes over, not who hands over."""
    who = next((str(details[key]) for key in ("to", "worker", "target", "by") if details.get(key)), "")
    if who.startswith(BACK_UP):
        return say("Bagvagtens telefon")
    return say(PEOPLE[who]) if who in PEOPLE else worker_name(site, who)


def _is_kept(connection: Connection, contact: Contact) -> bool:
    """Whether there is anything to erase: with a code, what was written is kept for longer than the rest."""
    written = conversations.find(connection, contact.conversation) if contact.conversation else None
    return contact.wrapped_key is not None or (written is not None and written.wrapped_key is not None)
