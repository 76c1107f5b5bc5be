"""A call comes in: the contact is written, the first phones are due, and the caller is greeted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.contacts import endings, rounds
from gateway.contacts.lifecycle import ContactState
from gateway.contacts.plans import plan_now
from gateway.store import contacts as store
from gateway.store.contacts import Contact, Leg
from gateway.store.prepared import pipelined
from gateway.voice import caller, notebook, twiml, waiting
from gateway.voice.addresses import Addresses
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway
from routing.destination import called

POSTCODE_DIGITS = 4
POSTCODE_SECONDS = 6
ENGLISH_KEY = "2"


def receive(gateway: Gateway, hook: CallWebhook) -> str:
    """Answer the carrier's first webhook of a call, or the same one again. Raises StoreUnavailableError."""
    now = gateway.now()
    site, _roster = gateway.book.current()
    destination = called(site, hook.called)
    with gateway.store.write() as connection:
        contact = caller.new_contact(
            gateway, hook, destination, now, caller_hash=_hash(connection, gateway, hook, now)
        )
        begun, legs = contact, None
        if not destination.asks_postcode:
            begun, legs = _first_round(connection, gateway, contact, now)
        # The carrier's own id is the key: of a webhook that comes twice, only the first is written.
        if not store.insert_contact(connection, begun):
            known = store.find_by_carrier_key(connection, contact.carrier_key)
            return again(connection, gateway, known or contact, now)
        if legs is None:
            store.add_event(connection, contact.id, now, "called", entry=contact.entry)
            return _ask_postcode(gateway, contact)
        with pipelined(connection):
            rounds.write_round(connection, legs, now)
            store.add_event(
                connection,
                contact.id,
                now,
                "called",
                entry=contact.entry,
                round=1,
                phones=len(legs),
                roster_version=begun.roster_version,
            )
    gateway.wake()
    return welcome(gateway, begun)


def _hash(connection: Connection, gateway: Gateway, hook: CallWebhook, now: datetime) -> str | None:
    """By which the same caller is recognised for a month; a withheld number has none."""
    return None if hook.caller is None else gateway.callers.hash(connection, hook.caller, now)


def again(connection: Connection, gateway: Gateway, known: Contact, now: datetime) -> str:
    """A webhook that came before, or the fall-back address after a failure: go on from where the call is."""
    contact = store.lock_contact(connection, known.id) or known
    if contact.round == 0 and contact.state == ContactState.WAITING:
        if contact.entry.startswith("shared:"):
            return _ask_postcode(gateway, contact)
        contact = rounds.begin_round(connection, gateway, contact, now)
    if contact.turns == 0 and contact.state in {ContactState.WAITING, ContactState.OFFERED}:
        return welcome(gateway, contact)
    return waiting.next_step(connection, gateway, contact, now)


def postcode_given(gateway: Gateway, contact_id: str, hook: CallWebhook) -> str:
    """What was keyed in on a shared number, or nothing: the call goes through either way, and once.

    Whoever keys in the key for English is asked once more, in English.
    """
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return receive_unknown(gateway)
        if hook.is_over:
            endings.call_over(connection, contact, hook.call_sid, now)
            return twiml.nothing()
        if contact.round > 0 or contact.state != ContactState.WAITING:
            return waiting.next_step(connection, gateway, contact, now)
        site, _roster = gateway.book.current()
        if hook.digits == ENGLISH_KEY and "en" in site.languages and contact.language != "en":
            contact = store.change_contact(connection, contact, language="en")
            store.add_event(connection, contact.id, now, "language", language="en")
            return _ask_postcode(gateway, contact)
        destination = called(site, _shared_phone(site, contact), hook.digits or "none")
        contact = store.change_contact(
            connection,
            contact,
            line=destination.line,
            night_line=destination.night_line,
            municipality=destination.municipality,
        )
        store.add_event(
            connection,
            contact.id,
            now,
            "placed",
            line=destination.line,
            night_line=destination.night_line,
            municipality=destination.municipality,
        )
        contact = rounds.begin_round(connection, gateway, contact, now)
    gateway.wake()
    return welcome(gateway, contact)


def receive_unknown(gateway: Gateway) -> str:
    """A step of a contact that SQL does not know: its caller is on the line, so it begins as a new one."""
    return twiml.say_and_go([], Addresses(gateway.settings.public_url).incoming())


def call_over(gateway: Gateway, hook: CallWebhook) -> None:
    """The citizen's leg is over. Where that arrives before the beginning did, the beginning rings nobody."""
    now = gateway.now()
    with gateway.store.write() as connection:
        known = store.find_by_carrier_key(connection, hook.call_sid)
        if known is None and notebook.note_end(gateway, notebook.id_for(hook.call_sid)):
            return
        known = known or _over_before_it_began(connection, gateway, hook, now)
        contact = store.lock_contact(connection, known.id) if known else None
        if contact is not None:
            endings.call_over(connection, contact, hook.call_sid, now)
    gateway.wake()


def _over_before_it_began(
    connection: Connection, gateway: Gateway, hook: CallWebhook, now: datetime
) -> Contact | None:
    """None once it is written; the contact where the beginning came at this very moment."""
    site, _roster = gateway.book.current()
    contact = replace(
        caller.new_contact(gateway, hook, called(site, hook.called), now),
        state=ContactState.ABANDONED,
        ended_at=now,
        ended_by=endings.CITIZEN,
    )
    if store.insert_contact(connection, contact):
        store.add_event(connection, contact.id, now, "abandoned", waited_seconds=0)
        return None
    return store.find_by_carrier_key(connection, hook.call_sid)


def welcome(gateway: Gateway, contact: Contact) -> str:
    """The greeting, a key heard at any moment, and on to the hold loop."""
    to = Addresses(gateway.settings.public_url)
    return twiml.turn(
        Words(gateway).greeting(contact),
        tone=None,
        key_url=to.citizen(contact.id, "key"),
        next_url=to.citizen(contact.id, "hold"),
    )


def _first_round(
    connection: Connection, gateway: Gateway, contact: Contact, now: datetime
) -> tuple[Contact, list[Leg]]:
    decided = plan_now(connection, gateway, contact, now)
    return rounds.prepare_round(gateway, contact, decided, now)


def _ask_postcode(gateway: Gateway, contact: Contact) -> str:
    to = Addresses(gateway.settings.public_url)
    url = to.citizen(contact.id, "postcode")
    return twiml.ask_digits(
        Words(gateway).postcode(contact),
        key_url=url,
        next_url=url,
        digits=POSTCODE_DIGITS,
        timeout_seconds=POSTCODE_SECONDS,
    )


def _shared_phone(site: Site, contact: Contact) -> str:
    place = int(contact.entry.partition(":")[2])
    return site.shared_numbers[place].phone if place < len(site.shared_numbers) else ""
