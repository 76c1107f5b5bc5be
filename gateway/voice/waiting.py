"""The hold loop: what a citizen's leg hears next, from where its contact stands.

Every turn is a heartbeat. It places what is due, begins another round when nobody took the last, and moves
the citizen on to a worker who did: so no lost callback and no dead timer leaves anyone in music for ever.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.contacts import alarms, endings, ringing, rounds
from gateway.contacts.lifecycle import UNANSWERED, ContactState
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.voice import call_back, conversation, dialling, twiml
from gateway.voice.hold import hold, hold_words, speaks
from gateway.voice.ticket_asked import ask_for_ticket
from gateway.voice.twiml import Spoken
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

ENGLISH_KEY = "2"
TICKET_KEY = "4"
CALL_BACK_KEYS = frozenset({"1", "5"})


def turn(gateway: Gateway, contact_id: str, hook: CallWebhook) -> str | None:
    """One turn of the loop. None for a contact that SQL does not know. Raises StoreUnavailableError."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        if hook.is_over:
            endings.call_over(connection, contact, hook.call_sid, now)
            answer = twiml.nothing()
        else:
            contact = store.change_contact(connection, contact, last_turn_at=now, turns=contact.turns + 1)
            answer = next_step(connection, gateway, contact, now)
    gateway.wake()
    return answer


def next_step(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> str:
    """What the citizen hears next. The contact is locked; whatever follows is written with it."""
    contact = dialling.close_dials(connection, contact, now)
    if contact.state == ContactState.ANSWERED:
        return conversation.citizen_next(connection, gateway, contact, now)
    if contact.state == ContactState.CALL_BACK:
        return twiml.say_and_end([Words(gateway).citizen(contact, "callback_promised")])
    if contact.state not in UNANSWERED:
        return twiml.say_and_end([Words(gateway).citizen(contact, "worker_left")])
    legs = ringing.give_up_overdue(connection, store.legs_of(connection, contact.id), now)
    dial = dialling.dial_unplaced(connection, gateway, contact, legs, now)
    if dial is not None:
        return dial
    rounds.bring_forward(connection, contact, now)
    if contact.round_ends_at is None:
        contact = rounds.begin_round(connection, gateway, contact, now)
    elif (followed := rounds.follow_roster(connection, gateway, contact, now)) is not None:
        contact = followed
    elif rounds.is_over(contact, legs, now):
        return _nobody_took_it(connection, gateway, contact, now)
    return hold(gateway, contact, hold_words(gateway, contact, now))


def key_pressed(gateway: Gateway, contact_id: str, hook: CallWebhook) -> str | None:
    """A key in the hold loop: 2 English, 4 a ticket, 1 or 5 to be called back, anything else is no harm."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        if hook.is_over:
            endings.call_over(connection, contact, hook.call_sid, now)
            answer = twiml.nothing()
        else:
            contact = store.change_contact(connection, contact, last_turn_at=now)
            answer = _after_key(connection, gateway, contact, hook.digits, now)
    gateway.wake()
    return answer


def dialled(gateway: Gateway, contact_id: str, leg_id: str, hook: CallWebhook) -> str | None:
    """A <Dial> from the citizen's leg is over: they talked, or the next phone is tried."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact = store.lock_contact(connection, contact_id)
        if contact is None:
            return None
        if hook.is_over:
            endings.call_over(connection, contact, hook.call_sid, now)
            answer = twiml.nothing()
        else:
            contact = dialling.close_dials(connection, contact, now, over=leg_id)
            contact = store.change_contact(connection, contact, last_turn_at=now)
            answer = next_step(connection, gateway, contact, now)
    gateway.wake()
    return answer


def _after_key(connection: Connection, gateway: Gateway, contact: Contact, digits: str, now: datetime) -> str:
    site, _roster = gateway.book.current()
    if digits == ENGLISH_KEY and "en" in site.languages and contact.state in UNANSWERED:
        contact = store.change_contact(connection, contact, language="en")
        store.add_event(connection, contact.id, now, "language", language="en")
        return hold(gateway, contact, [Words(gateway).citizen(contact, "english_confirmed")])
    if digits == TICKET_KEY and contact.state in UNANSWERED:
        return ask_for_ticket(gateway, contact)
    if digits in CALL_BACK_KEYS and endings.may_be_called_back(contact):
        return call_back.offer(gateway, contact)
    return next_step(connection, gateway, contact, now)


def _nobody_took_it(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> str:
    """The round is over: say so, offer to call back, and begin another round at the next turn."""
    store.add_event(connection, contact.id, now, "nobody_took_it", round=contact.round)
    alarms.nobody_took_it(connection, gateway, contact, now)
    rang_long = contact.round_ends_at is not None and now >= contact.round_ends_at
    contact = store.change_contact(connection, contact, round_ends_at=None)
    words = hold_words(gateway, contact, now)
    if contact.turns == 1 and words:
        return hold(gateway, contact, words if _is_closed(contact) else _offer(gateway, contact))
    said = contact.round == 1 or (rang_long and bool(contact.plan and contact.plan["steps"]))
    return hold(gateway, contact, _offer(gateway, contact) if said or speaks(contact) else [])


def _offer(gateway: Gateway, contact: Contact) -> list[Spoken]:
    return [Words(gateway).nobody_took_it(contact)]


def _is_closed(contact: Contact) -> bool:
    return contact.plan is not None and not contact.plan["open"]
