"""Ringing workers through <Dial> from the citizen's own leg: the way that is left when the API fails.

One phone at a time, with the same whisper and the same 1. The two are joined by the carrier itself, in no
room: when either leaves, the citizen's leg goes on to ``dialled``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.contacts import rounds
from gateway.contacts.legs import RING, end_leg, is_still_due, phone_of
from gateway.contacts.lifecycle import LIVE_LEGS, ContactState, LegOutcome, LegPurpose, LegState
from gateway.contacts.plans import in_order
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.voice import conversation, twiml
from gateway.voice.addresses import Addresses
from gateway.voice.caller import own_number
from gateway.wiring import Gateway

# One phone rings at a time, and the next should not have to wait for long.
RING_SECONDS = 20
# The same webhook twice comes within moments; nothing else is asked for while a <Dial> is under way.
TWICE = timedelta(seconds=2)


def dial_unplaced(
    connection: Connection, gateway: Gateway, contact: Contact, legs: list[Leg], now: datetime
) -> str | None:
    """Dial the next phone of this round that the API did not place; None when there is none.

    While another phone rings, the API is asked again instead: a citizen in a <Dial> could not be called away
    from it by an API that fails.
    """
    unplaced = [leg for leg in legs if leg.round == contact.round and leg.outcome == LegOutcome.UNPLACED]
    if not unplaced:
        return None
    if any(leg.state in LIVE_LEGS for leg in legs):
        for leg in unplaced:
            store.change_leg(connection, leg, state=LegState.PLANNED, outcome=None, due_at=now)
            outbox.add(connection, RING, now=now, contact=contact.id, leg=leg.id)
        return None
    site, _roster = gateway.book.current()
    busy = store.unavailable(connection, apart_from=contact.id)
    for leg in in_order(contact.plan, unplaced):
        number = phone_of(site, leg)
        if number is None or leg.target in busy or not is_still_due(gateway, leg, now):
            continue
        store.change_leg(
            connection,
            leg,
            purpose=LegPurpose.DIAL,
            state=LegState.RINGING,
            outcome=None,
            placed_at=now,
        )
        store.add_event(connection, contact.id, now, "dialled", target=leg.target)
        to = Addresses(gateway.settings.public_url)
        return twiml.dial(
            number,
            caller_id=own_number(site, contact),
            whisper_url=to.leg(leg.id, "dial-whisper"),
            done_url=to.dialled(contact.id, leg.id),
            ring_seconds=RING_SECONDS,
            words=[],
        )
    return None


def close_dials(
    connection: Connection, contact: Contact, now: datetime, *, over: str | None = None
) -> Contact:
    """A citizen who asks what comes next is in no <Dial> any more, whether or not its end was told.

    ``over``: the leg whose <Dial> is known to have ended.
    """
    for leg in store.legs_of(connection, contact.id):
        if leg.purpose != LegPurpose.DIAL or leg.state == LegState.ENDED:
            continue
        if leg.id == over or leg.placed_at is None or now - leg.placed_at > TWICE:
            _close(connection, contact, leg, now)
            contact = store.find_contact(connection, contact.id) or contact
    return contact


def _close(connection: Connection, contact: Contact, leg: Leg, now: datetime) -> None:
    if contact.state == ContactState.ANSWERED and contact.holder_leg == leg.id:
        conversation.leg_over(connection, contact, leg, now)
        return
    end_leg(connection, leg, LegOutcome.NO_ANSWER, now)
    # The citizen's leg alone told that it is over: whether the phone rang at all, nobody knows.
    store.add_event(
        connection,
        contact.id,
        now,
        "ring_ended",
        target=leg.target,
        outcome=LegOutcome.NO_ANSWER,
        news="dialled",
    )
    rounds.bring_forward(connection, contact, now)
