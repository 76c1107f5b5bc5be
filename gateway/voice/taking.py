"""A worker pressed 1: they take the contact, or join the conversation, or hear that somebody has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.texts import TextKey
from gateway.audit.log import Action
from gateway.contacts import ringing, rounds
from gateway.contacts.claims import Claim, claim
from gateway.contacts.endings import MOVE_CITIZEN
from gateway.contacts.legs import end_leg, worker_of
from gateway.contacts.lifecycle import (
    TALKING_LEGS,
    ContactState,
    LegOutcome,
    LegPurpose,
    LegState,
)
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.voice import calling_back, conversation, twiml
from gateway.voice.words import Words
from gateway.wiring import Gateway


def take(connection: Connection, gateway: Gateway, contact: Contact, leg: Leg, now: datetime) -> str:
    """What the worker hears. The contact is locked, and it may still be taken as far as is known."""
    if leg.purpose == LegPurpose.HAND_OVER:
        return _join(connection, gateway, contact, leg, now)
    was_call_back = contact.state == ContactState.CALL_BACK
    came = claim(connection, contact.id, leg.target, leg.id, now)
    if came is not Claim.WON:
        outcome = LegOutcome.ENGAGED if came is Claim.ENGAGED else LegOutcome.CANCELLED
        key: TextKey = "citizen_left" if came is Claim.GONE else "taken_by_another"
        return _turned_away(connection, gateway, contact, leg, outcome, key, now)
    leg = store.change_leg(connection, leg, state=LegState.CONNECTED)
    contact = store.find_contact(connection, contact.id) or contact
    _stop_others(connection, contact, leg, now)
    if was_call_back:
        answer = calling_back.begin_calling(connection, gateway, contact, leg, now)
    elif leg.purpose == LegPurpose.DIAL:
        store.change_contact(connection, contact, connected_at=now)
        store.add_event(connection, contact.id, now, "connected")
        answer = twiml.nothing()
    else:
        outbox.add(connection, MOVE_CITIZEN, now=now, contact=contact.id)
        answer = conversation.worker_joins(connection, gateway, contact, leg)
    gateway.audit.record(
        connection, at=now, actor=leg.target, action=Action.CONTACT_CLAIMED, contact=contact, via=leg.via
    )
    return answer


def _join(connection: Connection, gateway: Gateway, contact: Contact, leg: Leg, now: datetime) -> str:
    """A colleague joins a conversation: the first who presses 1, as with a new contact."""
    worker = worker_of(leg)
    others = [other for other in store.legs_of(connection, contact.id) if other.id != leg.id]
    if any(other.round == leg.round and other.state in TALKING_LEGS for other in others):
        return _turned_away(connection, gateway, contact, leg, LegOutcome.CANCELLED, "taken_by_another", now)
    if worker is not None and not store.engage(connection, worker, contact.id, now):
        return _turned_away(connection, gateway, contact, leg, LegOutcome.ENGAGED, "taken_by_another", now)
    leg = store.change_leg(connection, leg, state=LegState.CONNECTED)
    store.add_event(connection, contact.id, now, "joined", target=leg.target)
    if contact.holder_leg is None:
        talked = contact.connected_at is not None
        contact = store.change_contact(
            connection,
            contact,
            holder_leg=leg.id,
            answered_by=leg.target,
            answered_at=contact.answered_at if talked else now,
        )
    _stop_others(connection, contact, leg, now)
    outbox.add(connection, MOVE_CITIZEN, now=now, contact=contact.id)
    answer = conversation.worker_joins(connection, gateway, contact, leg)
    gateway.audit.record(
        connection, at=now, actor=leg.target, action=Action.CONTACT_TRANSFERRED, contact=contact, via=leg.via
    )
    return answer


def _turned_away(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    leg: Leg,
    outcome: LegOutcome,
    key: TextKey,
    now: datetime,
) -> str:
    end_leg(connection, leg, outcome, now)
    rounds.bring_forward(connection, contact, now)
    return twiml.say_and_end([Words(gateway).worker(contact, key)])


def _stop_others(connection: Connection, contact: Contact, leg: Leg, now: datetime) -> None:
    ringing.stop_all(connection, contact.id, now, apart_from=leg.id)
    worker = worker_of(leg)
    if worker is not None:
        ringing.stop_elsewhere(connection, worker, contact.id, now)
