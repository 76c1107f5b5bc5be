"""A caller who has written with us before keys in ticket and code: then whoever answers sees it.

It happens in the hold loop, while phones ring, and delays nothing: somebody who takes the call takes it
out of the middle of this, and whoever keys in nothing is back in the loop within seconds. A ticket opens
nothing without its code, and wrong codes count as they do in the chat.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.contacts import endings
from gateway.contacts.lifecycle import UNANSWERED
from gateway.conversations import tickets
from gateway.conversations.tickets import Resumed, Right
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.store.vault import VaultError
from gateway.voice import twiml, waiting
from gateway.voice.addresses import Addresses
from gateway.voice.hold import hold
from gateway.voice.ticket_asked import KEY_SECONDS
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

MOST_TRIES_A_CALL = 3
PURPOSE = "keyed ticket"
TRIED = "ticket_tried"


def ticket_given(gateway: Gateway, contact_id: str, hook: CallWebhook) -> str | None:
    """None for a contact that SQL does not know. Raises StoreUnavailableError."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        answer = _moved_on(connection, gateway, contact, hook, now)
        if answer is None and not tickets.is_ticket(hook.digits):
            answer = hold(gateway, contact, [Words(gateway).citizen(contact, "ticket_wrong")])
    gateway.wake()
    return answer or _ask_code(gateway, contact, hook.digits)


def _ask_code(gateway: Gateway, contact: Contact, ticket: str) -> str:
    """The ticket travels on in the address, sealed: until its code is right, it is nobody's."""
    to = Addresses(gateway.settings.public_url)
    sealed = base64.urlsafe_b64encode(gateway.vault.seal(ticket.encode(), PURPOSE)).decode().rstrip("=")
    return twiml.ask_digits(
        [Words(gateway).citizen(contact, "ticket_code")],
        key_url=to.citizen(contact.id, f"earlier/{sealed}"),
        next_url=to.citizen(contact.id, "hold"),
        digits=tickets.CODE_DIGITS,
        timeout_seconds=KEY_SECONDS,
    )


def code_given(gateway: Gateway, contact_id: str, sealed: str, hook: CallWebhook) -> str | None:
    """The same promises as ``ticket_given``. The code is looked at outside of any transaction: it is slow."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        answer = _moved_on(connection, gateway, contact, hook, now)
        may_try = answer is None and _may_try(connection, contact)
        if may_try:
            store.add_event(connection, contact.id, now, "ticket_tried")
    came: Right | Resumed = Resumed.WRONG_CODE
    ticket = _opened(gateway, sealed)
    if may_try and ticket is not None and _is_code(hook.digits):
        came = tickets.try_code(gateway.store, ticket, hook.digits, now)
    if answer is None:
        answer = _after_code(gateway, contact_id, came, now)
    gateway.wake()
    return answer


def _after_code(gateway: Gateway, contact_id: str, came: Right | Resumed, now: datetime) -> str | None:
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        if isinstance(came, Right):
            contact = store.change_contact(connection, contact, earlier_conversation=came.conversation)
            store.add_event(connection, contact.id, now, "ticket_opened")
        if contact.state not in UNANSWERED:
            return waiting.next_step(connection, gateway, contact, now)
        words = Words(gateway).citizen(contact, "ticket_found" if isinstance(came, Right) else "ticket_wrong")
        return hold(gateway, contact, [words])


def _moved_on(
    connection: Connection, gateway: Gateway, contact: Contact, hook: CallWebhook, now: datetime
) -> str | None:
    """What follows when the caller has left, or somebody has taken the call; else a heartbeat, and None."""
    if hook.is_over:
        endings.call_over(connection, contact, hook.call_sid, now)
        return twiml.nothing()
    contact = store.change_contact(connection, contact, last_turn_at=now)
    if contact.state not in UNANSWERED or contact.round_ends_at is None or contact.round_ends_at <= now:
        return waiting.next_step(connection, gateway, contact, now)
    return None


def _may_try(connection: Connection, contact: Contact) -> bool:
    tried = sum(event.kind == TRIED for event in store.events_of(connection, contact.id))
    return tried < MOST_TRIES_A_CALL


def _is_code(digits: str) -> bool:
    return len(digits) == tickets.CODE_DIGITS and digits.isascii() and digits.isdigit()


def _opened(gateway: Gateway, sealed: str) -> str | None:
    """None for an address that is not ours."""
    try:
        content = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return gateway.vault.unseal(content, PURPOSE).decode()
    except (VaultError, binascii.Error, ValueError):
        return None
