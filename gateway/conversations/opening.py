"""A citizen begins to write: where that leads, and the contact and conversation that come of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Channel, Line, Site
from gateway.contacts.lifecycle import OVER, ContactState
from gateway.contacts.plans import decide, stored
from gateway.conversations import tickets
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store.contacts import Contact
from gateway.store.conversations import Conversation
from gateway.store.ids import new_id
from gateway.store.vault import ContactKey
from gateway.wiring import Gateway
from routing.destination import own_municipality
from routing.hours import is_open, next_opening

TOKEN_BYTES = 32


class NoSuchLineError(Exception):
    """Nothing of the site is called that, or offers this channel there."""


class ClosedError(Exception):
    """``line`` is where to turn: its number is always answered. ``opens_at``: None when nobody knows."""

    def __init__(self, line: Line, opens_at: datetime | None) -> None:
        super().__init__("closed")
        self.line = line
        self.opens_at = opens_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a citizen says about where they belong: one of the three."""

    line: str | None = None
    municipality: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """``token`` is shown to the citizen's browser and kept here by hash alone."""

    conversation: str
    contact: Contact
    ticket: str
    token: str


def begin(
    connection: Connection,
    gateway: Gateway,
    wanted: Wanted,
    language: str | None,
    now: datetime,
    *,
    channel: Channel = Channel.CHAT,
) -> Opened:
    """Write the contact and its conversation. Raises NoSuchLineError, ClosedError."""
    site, _roster = gateway.book.current()
    line, municipality = place(site, wanted, channel, now)
    contact = _new_contact(gateway, site, line, municipality, language, new_id(), channel, now)
    entered = enter(connection, gateway, contact, now)
    conversation = contact.conversation or ""
    return Opened(conversation, contact, entered.ticket, new_token(connection, conversation, now))


@dataclass(frozen=True, slots=True)
class Entered:
    """``key``: the new conversation's own."""

    ticket: str
    key: ContactKey


def enter(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> Entered:
    """Write a new contact, and the conversation that it names, with its ticket."""
    contact_rows.insert_contact(connection, contact)
    key = gateway.vault.new_key()
    conversation = contact.conversation or ""
    store.insert(
        connection,
        Conversation(
            id=conversation,
            contact=contact.id,
            wrapped_key=key.wrapped,
            began_at=now,
            changed_at=now,
            citizen_seen_at=now,
        ),
    )
    contact_rows.add_event(connection, contact.id, now, "began", entry=contact.entry)
    return Entered(tickets.give(connection, conversation), key)


def begin_again(connection: Connection, gateway: Gateway, conversation_id: str, now: datetime) -> bool:
    """The citizen came back and writes: the same conversation goes on as a new contact.

    False when it goes on already, or is gone. Raises ClosedError, NoSuchLineError.
    """
    conversation = store.lock(connection, [conversation_id]).get(conversation_id)
    last = contact_rows.find_contact(connection, conversation.contact) if conversation else None
    if conversation is None or conversation.wrapped_key is None or last is None or last.state not in OVER:
        return False
    site, _roster = gateway.book.current()
    channel = Channel(last.channel)
    line, _own = place(site, Wanted(line=last.line), channel, now)
    again = _new_contact(gateway, site, line, last.municipality, last.language, conversation.id, channel, now)
    go_on(connection, again, last, conversation.id, now)
    return True


def after(last: Contact, now: datetime) -> Contact:
    """The next contact of a conversation, where the last one was; not yet planned, and without its number."""
    name = new_id()
    return Contact(
        id=name,
        channel=last.channel,
        carrier_key=f"{last.channel}-{name}",
        entry=last.entry,
        language=last.language,
        state=ContactState.WAITING,
        waiting_since=now,
        last_turn_at=now,
        line=last.line,
        night_line=last.night_line,
        municipality=last.municipality,
        partner=last.partner,
        conversation=last.conversation,
    )


def go_on(connection: Connection, again: Contact, last: Contact, conversation: str, now: datetime) -> None:
    """Write the next contact of a locked conversation, whose ``last`` one is over."""
    contact_rows.insert_contact(connection, again)
    store.change(
        connection,
        conversation,
        contact=again.id,
        ended_at=None,
        changed_at=now,
        citizen_seen_at=now,
        offered_to=None,
        offered_until=None,
        passed=[],
    )
    contact_rows.add_event(connection, again.id, now, "began_again", contact=last.id)


def place(site: Site, wanted: Wanted, channel: Channel, now: datetime) -> tuple[Line, str | None]:
    """The line, and the citizen's municipality as far as it is known. Raises NoSuchLineError, ClosedError."""
    candidates = [
        (line, municipality) for line, municipality in _candidates(site, wanted) if channel in line.hours
    ]
    if not candidates:
        raise NoSuchLineError
    for line, municipality in candidates:
        if is_open(line.hours[channel], now, site.zone):
            return line, municipality
    line = candidates[0][0]
    raise ClosedError(line, next_opening(line.hours[channel], now, site.zone))


def _candidates(site: Site, wanted: Wanted) -> Iterator[tuple[Line, str | None]]:
    if wanted.line is not None:
        line = site.lines.get(wanted.line)
        if line is not None:
            yield line, own_municipality(line)
        return
    for code, municipality in site.municipalities.items():
        if code == wanted.municipality or wanted.postcode in municipality.postcodes:
            for line in site.lines.values():
                if code in line.municipalities:
                    yield line, code


def new_token(connection: Connection, conversation: str, now: datetime) -> str:
    """256 random bits that open the conversation from the tab they are given to."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    store.add_token(connection, hashed(token), conversation, now)
    return token


def hashed(token: str) -> str:
    """As tokens are stored: nobody guesses 256 random bits, so a fast hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def _new_contact(
    gateway: Gateway,
    site: Site,
    line: Line,
    municipality: str | None,
    language: str | None,
    conversation: str,
    channel: Channel,
    now: datetime,
) -> Contact:
    """With a key of its own, under which the note of its form is sealed."""
    name = new_id()
    contact = Contact(
        id=name,
        channel=channel,
        carrier_key=f"{channel}-{name}",
        entry=f"line:{line.id}",
        language=language if language in site.languages else site.languages[0],
        state=ContactState.WAITING,
        waiting_since=now,
        last_turn_at=now,
        line=line.id,
        municipality=municipality,
        wrapped_key=gateway.vault.new_key().wrapped,
        conversation=conversation,
    )
    return planned(gateway, contact, now)


def planned(gateway: Gateway, contact: Contact, now: datetime) -> Contact:
    """With who may take it at this instant, and why."""
    site, roster = gateway.book.current()
    decided = decide(site, roster, contact, now, {})
    return replace(
        contact,
        plan=stored(decided),
        plan_valid_until=decided.valid_until,
        roster_version=decided.roster_version,
        round=1,
    )
