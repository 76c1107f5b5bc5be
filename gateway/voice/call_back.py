"""Offering to call back, in the hold loop: the number read back, another keyed in, or staying on the line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.texts import spoken_number
from gateway.contacts import alarms, endings
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.voice import twiml
from gateway.voice.addresses import Addresses
from gateway.voice.caller import CALL_BACK_NUMBER, NUMBER
from gateway.voice.numbers import keyed_in
from gateway.voice.twiml import Spoken
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

YES_KEY = "1"
KEY_IN_SECONDS = 6


def offer(gateway: Gateway, contact: Contact) -> str:
    """Read the known number back, or ask for one. Going silent leads back to the hold loop."""
    known = known_number(gateway, contact)
    if known is None:
        return _ask(gateway, contact, [Words(gateway).citizen(contact, "callback_ask_number")])
    return _read_back(gateway, contact, known)


def number_given(gateway: Gateway, contact_id: str, hook: CallWebhook) -> str | None:
    """1 for yes to the number that was read, or another one, which is read back in turn."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        if hook.is_over:
            endings.call_over(connection, contact, hook.call_sid, now)
            answer = twiml.nothing()
        elif not endings.may_be_called_back(contact) or not hook.digits:
            hold_url = Addresses(gateway.settings.public_url).citizen(contact.id, "hold")
            answer = twiml.say_and_go([], hold_url)
        else:
            contact = store.change_contact(connection, contact, last_turn_at=now)
            answer = _given(connection, gateway, contact, hook.digits, now)
    gateway.wake()
    return answer


def known_number(gateway: Gateway, contact: Contact) -> str | None:
    """The number to ring, in the clear: only for the carrier. None where there is none any more."""
    if contact.wrapped_key is None:
        return None
    key = gateway.vault.contact_key(contact.wrapped_key)
    if contact.call_back_number is not None:
        return key.unseal(contact.call_back_number, CALL_BACK_NUMBER)
    return key.unseal(contact.caller_number, NUMBER) if contact.caller_number is not None else None


def _given(connection: Connection, gateway: Gateway, contact: Contact, digits: str, now: datetime) -> str:
    words = Words(gateway)
    if digits == YES_KEY:
        known = known_number(gateway, contact)
        if known is None:
            return _ask(gateway, contact, [words.citizen(contact, "callback_ask_number")])
        contact = _keep_number(connection, gateway, contact, known)
        endings.ask_call_back(connection, contact, now)
        alarms.nobody_took_it(connection, gateway, contact, now)
        return twiml.say_and_end([words.citizen(contact, "callback_promised")])
    given = keyed_in(digits, gateway.book.current()[0])
    if given is None:
        return _ask(gateway, contact, [words.citizen(contact, "callback_not_a_number")])
    return _read_back(gateway, _keep_number(connection, gateway, contact, given), given)


def _keep_number(connection: Connection, gateway: Gateway, contact: Contact, number: str) -> Contact:
    """Sealed under the contact's own key; one that has none yet gets it."""
    wrapped = contact.wrapped_key
    key = gateway.vault.contact_key(wrapped) if wrapped is not None else gateway.vault.new_key()
    sealed = key.seal(number, CALL_BACK_NUMBER)
    return store.change_contact(connection, contact, wrapped_key=key.wrapped, call_back_number=sealed)


def _read_back(gateway: Gateway, contact: Contact, number: str) -> str:
    said = spoken_number(number, contact.language)
    return _ask(gateway, contact, [Words(gateway).citizen(contact, "callback_confirm", number=said)])


def _ask(gateway: Gateway, contact: Contact, words: list[Spoken]) -> str:
    to = Addresses(gateway.settings.public_url)
    return twiml.ask_digits(
        words,
        key_url=to.citizen(contact.id, "number"),
        next_url=to.citizen(contact.id, "hold"),
        digits=None,
        timeout_seconds=KEY_IN_SECONDS,
    )
