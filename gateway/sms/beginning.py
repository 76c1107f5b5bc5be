"""An SMS begins a contact: the first of a conversation, or the next after one has ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import opening
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import sms
from gateway.store.contacts import Contact
from gateway.store.conversations import Conversation
from gateway.store.ids import new_id
from gateway.store.sms import Thread
from gateway.voice.caller import NUMBER, entry
from gateway.wiring import Gateway
from routing.destination import Destination

OWN_NUMBER = "own number"
"""What the conversation's key is told for our number that was texted."""


@dataclass(frozen=True, slots=True, repr=False)
class Writer:
    """``number`` and ``called`` in E.164; ``peer``: the hash of both. ``language``: one they asked for."""

    number: str
    called: str
    peer: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    conversation: str
    contact: Contact
    ticket: str


def begin(
    connection: Connection, gateway: Gateway, writer: Writer, destination: Destination, now: datetime
) -> Begun | None:
    """Contact, conversation and ticket. None when the same phone has begun one at this very moment."""
    site, _roster = gateway.book.current()
    conversation = new_id()
    contact = _contact(
        connection,
        gateway,
        writer.number,
        now,
        Contact(
            id=new_id(),
            channel=Channel.SMS,
            carrier_key="",
            entry=entry(site, writer.called, destination),
            language=writer.language or site.languages[0],
            state=ContactState.WAITING,
            waiting_since=now,
            last_turn_at=now,
            line=destination.line,
            night_line=destination.night_line,
            municipality=destination.municipality,
            partner=destination.partner,
            conversation=conversation,
        ),
    )
    entered = opening.enter(connection, gateway, contact, now)
    thread = Thread(
        peer=writer.peer,
        conversation=conversation,
        own_number=entered.key.seal(writer.called, OWN_NUMBER),
        asks_postcode=destination.asks_postcode,
        made_at=now,
    )
    return Begun(conversation, contact, entered.ticket) if sms.add_thread(connection, thread) else None


def begin_again(
    connection: Connection,
    gateway: Gateway,
    last: Contact,
    conversation: Conversation,
    number: str,
    now: datetime,
) -> Contact:
    """The next contact of a locked conversation, whose last one is over."""
    again = _contact(connection, gateway, number, now, opening.after(last, now))
    opening.go_on(connection, again, last, conversation.id, now)
    return again


def place(
    connection: Connection, gateway: Gateway, contact: Contact, destination: Destination, now: datetime
) -> Contact:
    """A locked contact that nobody has goes to another line: who was asked before is not asked any more."""
    planned = opening.planned(gateway, _at(contact, destination), now)
    placed = contact_rows.change_contact(
        connection,
        contact,
        line=planned.line,
        night_line=planned.night_line,
        municipality=planned.municipality,
        plan=planned.plan or {},
        plan_valid_until=planned.plan_valid_until,
        roster_version=planned.roster_version,
    )
    if contact.conversation is not None:
        store.change(
            connection,
            contact.conversation,
            changed_at=now,
            offered_to=None,
            offered_until=None,
            passed=[],
        )
    contact_rows.add_event(
        connection,
        contact.id,
        now,
        "placed",
        line=placed.line,
        night_line=placed.night_line,
        municipality=placed.municipality,
    )
    return placed


def _at(contact: Contact, destination: Destination) -> Contact:
    return replace(
        contact,
        line=destination.line,
        night_line=destination.night_line,
        municipality=destination.municipality,
    )


def _contact(connection: Connection, gateway: Gateway, number: str, now: datetime, bare: Contact) -> Contact:
    """With its plan, and the citizen's number under a key of its own, as a call has it."""
    key = gateway.vault.new_key()
    whole = replace(
        bare,
        carrier_key=f"{bare.channel}-{bare.id}",
        wrapped_key=key.wrapped,
        caller_number=key.seal(number, NUMBER),
        caller_hash=gateway.callers.hash(connection, number, now),
    )
    return opening.planned(gateway, whole, now)
