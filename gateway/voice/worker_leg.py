"""A worker's phone: the whisper, the key that takes the contact, and the carrier's news of the leg."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.texts import TextKey
from gateway.carrier import CallStatus
from gateway.contacts import ringing, rounds
from gateway.contacts.legs import end_leg
from gateway.contacts.lifecycle import (
    CLAIMABLE,
    LIVE_LEGS,
    OVER,
    TALKING_LEGS,
    ContactState,
    LegOutcome,
    LegPurpose,
    LegState,
    move,
)
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.voice import calling_back, conversation, taking, twiml
from gateway.voice.addresses import Addresses
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

TAKE_KEY, PASS_KEY = "1", "2"
WHISPER_TIMES = 2
WHISPER_SECONDS = 3

_OUTCOMES = {
    CallStatus.BUSY: LegOutcome.BUSY,
    CallStatus.NO_ANSWER: LegOutcome.NO_ANSWER,
    CallStatus.FAILED: LegOutcome.FAILED,
    CallStatus.CANCELED: LegOutcome.CANCELLED,
    CallStatus.COMPLETED: LegOutcome.MISSED,
}


def whisper(gateway: Gateway, leg_id: str, hook: CallWebhook, *, dialled: bool = False) -> str:
    """The phone was picked up, perhaps by voicemail: say whose citizen it is, and wait for a 1.

    Also where a leg goes whose next step failed or was lost on the way: on from where it stands.
    ``dialled``: a phone that rings through <Dial> from the citizen's leg.
    """
    now = gateway.now()
    with gateway.store.write() as connection:
        contact, leg = conversation.locked(connection, leg_id)
        if contact is None or leg is None:
            return twiml.hang_up()
        if leg.purpose == LegPurpose.CITIZEN:
            return twiml.say_and_go([], Addresses(gateway.settings.public_url).leg(leg.id, "called-back"))
        if not _is_this_call(leg, hook, dialled=dialled):
            return _too_late(gateway, contact, leg)
        if leg.state in TALKING_LEGS and not dialled:
            return twiml.say_and_go([], Addresses(gateway.settings.public_url).leg(leg.id, "back"))
        if not _may_still_take(contact, leg):
            return _too_late(gateway, contact, leg)
        if leg.state in LIVE_LEGS:
            leg = _bind(connection, leg, hook)
            if leg.state != LegState.LISTENING:
                leg = store.change_leg(connection, leg, state=LegState.LISTENING, picked_up_at=now)
                store.add_event(connection, contact.id, now, "picked_up", target=leg.target)
        return _whisper(gateway, contact, leg)


def key_pressed(gateway: Gateway, leg_id: str, hook: CallWebhook, *, dialled: bool = False) -> str:
    """1 takes it, 2 passes it on, anything else hears the whisper again."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact, leg = conversation.locked(connection, leg_id)
        if contact is None or leg is None:
            return twiml.hang_up()
        if not _is_this_call(leg, hook, dialled=dialled):
            answer = _too_late(gateway, contact, leg)
        elif hook.is_over:
            leg_news(connection, gateway, contact, leg, hook, now)
            answer = twiml.nothing()
        elif leg.state in TALKING_LEGS:  # the same key press, told twice
            back = Addresses(gateway.settings.public_url).leg(leg.id, "back")
            answer = twiml.nothing() if dialled else twiml.say_and_go([], back)
        elif not _may_still_take(contact, leg):
            answer = _too_late(gateway, contact, leg)
        elif hook.digits == TAKE_KEY:
            answer = taking.take(connection, gateway, contact, leg, now)
        elif hook.digits == PASS_KEY:
            end_leg(connection, leg, LegOutcome.PASSED, now)
            store.add_event(connection, contact.id, now, "passed", target=leg.target)
            rounds.bring_forward(connection, contact, now)
            answer = twiml.say_and_end([Words(gateway).worker(contact, "passed_on")])
        else:
            answer = _whisper(gateway, contact, leg)
    gateway.wake()
    return answer


def status_changed(gateway: Gateway, leg_id: str, hook: CallWebhook) -> None:
    """The carrier's news of a leg: may come twice, late, or out of order. Most of it is known already."""
    now = gateway.now()
    with gateway.store.read() as connection:
        if _is_known(store.find_leg(connection, leg_id), hook):
            return
    with gateway.store.write() as connection:
        contact, leg = conversation.locked(connection, leg_id)
        if contact is not None and leg is not None:
            leg_news(connection, gateway, contact, leg, hook, now)
    gateway.wake()


def leg_news(
    connection: Connection, gateway: Gateway, contact: Contact, leg: Leg, hook: CallWebhook, now: datetime
) -> None:
    if hook.status is None:
        return
    is_stray = leg.purpose == LegPurpose.DIAL and hook.call_sid != leg.call_sid
    if is_stray or not _is_this_call(leg, hook, dialled=leg.purpose == LegPurpose.DIAL):
        _silence(connection, contact, leg, hook, now)
        return
    if leg.state == LegState.ENDED:
        if leg.call_sid != hook.call_sid:  # its own call was hung up when it ended
            _silence(connection, contact, leg, hook, now)
        return
    leg = _bind(connection, leg, hook)
    if not hook.is_over:
        if leg.state == LegState.PLACING:
            leg = store.change_leg(connection, leg, state=LegState.RINGING)
            offered(connection, contact, now)
        if hook.status == CallStatus.IN_PROGRESS and leg.picked_up_at is None:
            store.change_leg(connection, leg, picked_up_at=now)
        return
    if leg.purpose == LegPurpose.CITIZEN:
        calling_back.citizen_leg_over(connection, gateway, contact, leg, now)
    elif leg.state in TALKING_LEGS:
        conversation.leg_over(connection, contact, leg, now)
    else:
        outcome = _OUTCOMES[hook.status]
        end_leg(connection, leg, outcome, now)
        store.add_event(connection, contact.id, now, "ring_ended", target=leg.target, outcome=outcome)
        rounds.bring_forward(connection, contact, now)


def _is_known(leg: Leg | None, hook: CallWebhook) -> bool:
    """Whether the books say already what the news says: then nobody has to be kept waiting to write it."""
    if leg is None or hook.status is None:
        return True
    if leg.call_sid != hook.call_sid or leg.state in {LegState.PLANNED, LegState.PLACING}:
        return False
    if leg.state == LegState.ENDED:
        return True
    if hook.is_over:
        return False
    return hook.status != CallStatus.IN_PROGRESS or leg.picked_up_at is not None


def offered(connection: Connection, contact: Contact, now: datetime) -> None:
    """The first phone rings for it."""
    if contact.state == ContactState.WAITING:
        state = move(ContactState.WAITING, ContactState.OFFERED)
        store.change_contact(connection, contact, state=state, offered_at=now)


def _silence(connection: Connection, contact: Contact, leg: Leg, hook: CallWebhook, now: datetime) -> None:
    """A phone that must not ring any more, or one that was rung twice after a process died."""
    if not hook.is_over and hook.call_sid:
        name = f"silence:{hook.call_sid}:{hook.status}"  # told twice, it is silenced once
        outbox.add_once(
            connection, name, ringing.HANG_UP, now=now, contact=contact.id, leg=leg.id, sid=hook.call_sid
        )


def _too_late(gateway: Gateway, contact: Contact, leg: Leg) -> str:
    """Why there is nothing to take any more, in a sentence."""
    key: TextKey = "citizen_left" if contact.state in OVER else "taken_by_another"
    if leg.outcome == LegOutcome.PASSED:
        key = "passed_on"
    return twiml.say_and_end([Words(gateway).worker(contact, key)])


def _whisper(gateway: Gateway, contact: Contact, leg: Leg) -> str:
    step = "dial-key" if leg.purpose == LegPurpose.DIAL else "key"
    return twiml.whisper(
        Words(gateway).whisper(contact, leg),
        key_url=Addresses(gateway.settings.public_url).leg(leg.id, step),
        times=WHISPER_TIMES,
        timeout_seconds=WHISPER_SECONDS,
    )


def _may_still_take(contact: Contact, leg: Leg) -> bool:
    if leg.state == LegState.ENDED:
        return False
    if leg.purpose == LegPurpose.HAND_OVER:
        return contact.state == ContactState.ANSWERED
    return contact.state in CLAIMABLE


def _is_this_call(leg: Leg, hook: CallWebhook, *, dialled: bool) -> bool:
    """Whether it is the call that counts for this leg: an earlier or second one is told to go."""
    if dialled != (leg.purpose == LegPurpose.DIAL):
        return False
    return leg.call_sid is None or not hook.call_sid or leg.call_sid == hook.call_sid


def _bind(connection: Connection, leg: Leg, hook: CallWebhook) -> Leg:
    if leg.call_sid is None and hook.call_sid:
        return store.change_leg(connection, leg, call_sid=hook.call_sid)
    return leg
