"""Keeping the promise to call back: whoever is on duty is rung until one takes it, then the citizen.

The worker is rung first and the citizen only then, so that nobody picks up to silence. What the citizen's
phone hears first names no line: somebody else may have picked it up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.contacts import alarms, endings, rounds
from gateway.contacts.legs import end_leg
from gateway.contacts.lifecycle import ContactState, LegOutcome, LegPurpose, LegState
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.store.ids import new_id
from gateway.store.outbox import OutboxRow
from gateway.voice import conversation, twiml
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

CITIZEN_RING_SECONDS = 40
# Between rounds of ringing workers for a call back, by attempt; the last goes on for as long as it takes.
PAUSES_MINUTES = (1, 2, 5, 10)
# After this many calls that the citizen did not pick up, a coordinator decides.
CITIZEN_CALLS = 3
CITIZEN_PAUSE = timedelta(minutes=5)


def begin_round(connection: Connection, gateway: Gateway, row: OutboxRow, now: datetime) -> bool:
    """Ring for a call back, and plan the next attempt. False when nobody waits for it any more."""
    contact = store.find_contact(connection, row.contact or "")
    if contact is None or contact.state != ContactState.CALL_BACK:
        return False
    attempt = int(row.details["attempt"])
    contact = rounds.begin_round(connection, gateway, contact, now)
    pause = timedelta(minutes=PAUSES_MINUTES[min(attempt, len(PAUSES_MINUTES)) - 1])
    outbox.add(
        connection,
        endings.CALL_BACK_ROUND,
        now=now,
        contact=contact.id,
        due_at=(contact.round_ends_at or now) + pause,
        attempt=attempt + 1,
    )
    return True


def begin_calling(connection: Connection, gateway: Gateway, contact: Contact, leg: Leg, now: datetime) -> str:
    """A worker took a call back: ring the citizen, and put the worker into the room to wait there."""
    number = max([contact.round, *(other.round for other in store.legs_of(connection, contact.id))]) + 1
    citizen = Leg(
        id=new_id(),
        contact=contact.id,
        round=number,
        purpose=LegPurpose.CITIZEN,
        target=LegPurpose.CITIZEN,
        via="call_back",
        tier=None,
        state=LegState.PLANNED,
        due_at=now,
        ring_seconds=CITIZEN_RING_SECONDS,
    )
    rounds.write_round(connection, [citizen], now)
    contact = store.change_contact(connection, contact, round=number)
    words = [Words(gateway).worker(contact, "callback_ringing")]
    return conversation.worker_joins(connection, gateway, contact, leg, words)


def citizen_picked_up(gateway: Gateway, leg_id: str, hook: CallWebhook) -> str:
    """The citizen's phone was picked up: the room, with the worker who waits in it."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact, leg = conversation.locked(connection, leg_id)
        if contact is None or leg is None:
            answer = twiml.hang_up()
        elif hook.is_over:
            citizen_leg_over(connection, gateway, contact, leg, now)
            answer = twiml.nothing()
        elif leg.state == LegState.ENDED or contact.state != ContactState.ANSWERED:
            end_leg(connection, leg, LegOutcome.CANCELLED, now)
            answer = twiml.say_and_end([Words(gateway).citizen(contact, "worker_left")])
        else:
            store.change_leg(connection, leg, state=LegState.CONNECTED, picked_up_at=now)
            contact = store.change_contact(connection, contact, last_turn_at=now)
            legs = store.legs_of(connection, contact.id)
            if any(other.state == LegState.CONNECTED and other.id != leg.id for other in legs):
                words = [Words(gateway).citizen(contact, "callback_greeting")]
                answer = conversation.citizen_joins(connection, gateway, contact, now, words)
            else:
                answer = conversation.citizen_next(connection, gateway, contact, now)
    gateway.wake()
    return answer


def citizen_leg_over(
    connection: Connection, gateway: Gateway, contact: Contact, leg: Leg, now: datetime
) -> None:
    """They talked and it is over; or nobody picked up, and it is tried again later."""
    if leg.state == LegState.ENDED:
        return
    talked = leg.state == LegState.CONNECTED
    end_leg(connection, leg, LegOutcome.TALKED if talked else LegOutcome.NO_ANSWER, now)
    if contact.state != ContactState.ANSWERED:
        return
    if talked:
        endings.citizen_gone(connection, contact, now)
        return
    legs = store.legs_of(connection, contact.id)
    calls = sum(other.purpose == LegPurpose.CITIZEN for other in legs)
    store.add_event(connection, contact.id, now, "call_back_no_answer", calls=calls)
    for other in legs:
        if other.id == contact.holder_leg:
            outbox.add(connection, endings.MOVE_LEG, now=now, contact=contact.id, leg=other.id)
    if calls < CITIZEN_CALLS:
        endings.call_back_again(connection, contact, now, CITIZEN_PAUSE)
    else:
        endings.stop_calling_back(connection, contact, now)
        alarms.call_back_unreached(connection, gateway, contact, now)
