"""The conversation: both legs in a room named for the contact, whoever else joins, and how it ends.

The room ends when the worker who has the contact leaves: that is the carrier's own doing and needs no
callback, and whoever is left is sent to ``left`` and goes on from there. A citizen who leaves does not end
it.

Rooms are numbered, and a room that has ended is never entered again: so news of one that comes twice, late or
in another order says nothing about the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.texts import TextKey
from gateway.contacts import alarms, endings, ringing
from gateway.contacts.endings import MOVE_CITIZEN, SETTLE
from gateway.contacts.legs import end_leg, worker_of
from gateway.contacts.lifecycle import (
    LIVE_LEGS,
    TALKING_LEGS,
    ContactState,
    LegOutcome,
    LegPurpose,
    LegState,
)
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.voice import inviting, twiml
from gateway.voice.addresses import Addresses
from gateway.voice.hold import hold, hold_words
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

CHECK_CALLS = "check_calls"
CHECK_EVERY_SECONDS = 5

# A moment for the other leg's own news to arrive, short enough not to be noticed.
PAUSE_SECONDS = 1
# Who is gone sooner than this after the citizen came in has not talked with them.
BRIEF = timedelta(seconds=3)


def citizen_next(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> str:
    """An answered contact's citizen asks what to hear: the room, a moment's patience, or the end."""
    if contact.in_room is not None:
        contact = store.change_contact(connection, contact, in_room=None)
    everyone = ringing.give_up_overdue(connection, store.legs_of(connection, contact.id), now)
    legs = [leg for leg in everyone if leg.purpose != LegPurpose.CITIZEN]
    words = Words(gateway)
    to = Addresses(gateway.settings.public_url)
    next_url = to.citizen(contact.id, "hold")
    if any(leg.state == LegState.CONNECTED for leg in legs):
        return citizen_joins(connection, gateway, contact, now)
    if any(leg.state in TALKING_LEGS for leg in legs):
        check_calls(connection, contact, now, after=SETTLE)
        if all(leg.state != LegState.MENU for leg in legs) and contact.turns % CHECK_EVERY_SECONDS:
            return twiml.wait_and_go(PAUSE_SECONDS, next_url)
        return twiml.say_and_go([words.citizen(contact, "still_with_you")], next_url, tone=to.hold_tone())
    if contact.holder_leg is not None:
        endings.finish(connection, contact, endings.WORKER, now)
        return twiml.say_and_end([words.citizen(contact, "worker_left")])
    # Whoever had it dropped out without handing it over: colleagues are rung until one has it.
    if not any(_is_rung(leg) for leg in legs) and not inviting.ring_colleagues(
        connection, gateway, contact, now
    ):
        alarms.nobody_took_it(connection, gateway, contact, now)
    return hold(gateway, contact, hold_words(gateway, contact, now))


def citizen_joins(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    now: datetime,
    words: list[twiml.Spoken] | None = None,
) -> str:
    if contact.connected_at is None:
        contact = store.change_contact(connection, contact, connected_at=now)
        store.add_event(connection, contact.id, now, "connected")
    contact = store.change_contact(connection, contact, in_room=contact.room)
    return twiml.conference(
        contact.id,
        label="citizen",
        ends_with_me=False,
        star_leaves=False,
        left_url=Addresses(gateway.settings.public_url).citizen_left(contact.id, contact.room),
        words=words or [],
    )


def worker_joins(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    leg: Leg,
    words: list[twiml.Spoken] | None = None,
) -> str:
    """Into the room. It ends with whoever has the contact, and with one who is there in their stead."""
    store.change_leg(connection, leg, state=LegState.CONNECTED, room=contact.room)
    holds = contact.holder_leg == leg.id
    holder = store.find_leg(connection, contact.holder_leg or "")
    return twiml.conference(
        contact.id,
        label=leg.id,
        ends_with_me=holds or holder is None or holder.state not in TALKING_LEGS,
        star_leaves=holds,
        left_url=Addresses(gateway.settings.public_url).leg_left(leg.id, contact.room, by_star=holds),
        words=words or [],
    )


def citizen_left(gateway: Gateway, contact_id: str, room: int, hook: CallWebhook) -> str | None:
    """The citizen's <Dial> into a room is over: hung up, or the room ended."""
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
            if contact.in_room == room:
                contact = store.change_contact(connection, contact, in_room=None)
            _room_ended(connection, contact, room)
            hold_url = Addresses(gateway.settings.public_url).citizen(contact.id, "hold")
            answer = twiml.wait_and_go(PAUSE_SECONDS, hold_url)
    gateway.wake()
    return answer


def worker_left(gateway: Gateway, leg_id: str, room: int, hook: CallWebhook, *, by_star: bool) -> str:
    """A worker's <Dial> into a room is over: hung up, pressed star, or the room ended."""
    now = gateway.now()
    to = Addresses(gateway.settings.public_url)
    with gateway.store.write() as connection:
        contact, leg = locked(connection, leg_id)
        if contact is None or leg is None or leg.state == LegState.ENDED:
            return twiml.hang_up()
        if hook.is_over:
            leg_over(connection, contact, leg, now)
            answer = twiml.nothing()
        elif contact.state != ContactState.ANSWERED:
            answer = goodbye(connection, gateway, contact, leg, now)
        else:
            contact = _room_ended(connection, contact, room)
            if by_star and contact.holder_leg == leg.id and leg.room == room:
                store.change_leg(connection, leg, state=LegState.MENU)
                answer = twiml.say_and_go([], to.leg(leg.id, "menu"))
            else:
                answer = twiml.wait_and_go(PAUSE_SECONDS, to.leg(leg.id, "back"))
    gateway.wake()
    return answer


def back(gateway: Gateway, leg_id: str, hook: CallWebhook) -> str:
    """A worker goes on from where the contact stands: into the room, or to the end."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact, leg = locked(connection, leg_id)
        if contact is None or leg is None or leg.state == LegState.ENDED:
            return twiml.hang_up()
        if hook.is_over:
            leg_over(connection, contact, leg, now)
            answer = twiml.nothing()
        elif contact.state != ContactState.ANSWERED:
            answer = goodbye(connection, gateway, contact, leg, now)
        else:
            answer = back_to_room(connection, gateway, contact, leg, now, after=SETTLE)
    gateway.wake()
    return answer


def back_to_room(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    leg: Leg,
    now: datetime,
    words: list[twiml.Spoken] | None = None,
    after: timedelta = timedelta(0),
) -> str:
    """Words for the worker alone, then the room; the citizen is called in unless they come by themselves."""
    outbox.add(connection, MOVE_CITIZEN, now=now, contact=contact.id, due_at=now + after)
    return worker_joins(connection, gateway, contact, leg, words)


def goodbye(connection: Connection, gateway: Gateway, contact: Contact, leg: Leg, now: datetime) -> str:
    """What a worker hears when the contact is over before their leg is."""
    end_leg(connection, leg, LegOutcome.TALKED, now)
    key: TextKey = "callback_no_answer" if contact.state == ContactState.CALL_BACK else "citizen_left"
    return twiml.say_and_end([Words(gateway).worker(contact, key)])


def leg_over(connection: Connection, contact: Contact, leg: Leg, now: datetime) -> None:
    """A leg that was in the conversation is gone. A colleague who is there has the contact from now on."""
    end_leg(connection, leg, LegOutcome.TALKED, now)
    worker = worker_of(leg)
    if worker is not None:
        store.release(connection, contact.id, worker)
    if contact.state != ContactState.ANSWERED:
        return
    if contact.holder_leg != leg.id:
        check_calls(connection, contact, now, after=SETTLE)
        return
    legs = store.legs_of(connection, contact.id)
    heir = next((other for other in legs if other.state in TALKING_LEGS and worker_of(other)), None) or next(
        (other for other in legs if other.state in TALKING_LEGS and other.purpose != LegPurpose.CITIZEN), None
    )
    if heir is not None:
        store.change_contact(connection, contact, holder_leg=heir.id, answered_by=heir.target)
        store.add_event(connection, contact.id, now, "handed_over", by=leg.target, to=heir.target)
        return
    if any(other.purpose == LegPurpose.CITIZEN and _is_rung(other) for other in legs):
        store.add_event(connection, contact.id, now, "dropped", by=leg.target)
        endings.call_back_again(connection, contact, now, SETTLE)
        return
    contact = _room_ended(connection, contact, leg.room or contact.room)
    talked = contact.connected_at is not None and now - contact.connected_at >= BRIEF
    if not talked or any(other.purpose == LegPurpose.HAND_OVER and _is_rung(other) for other in legs):
        contact = store.change_contact(
            connection, contact, holder_leg=None, connected_at=contact.connected_at if talked else None
        )
        store.add_event(connection, contact.id, now, "dropped", by=leg.target)
    else:
        contact = endings.finish(connection, contact, endings.WORKER, now)
    if contact.in_room is not None:
        # Alone in there, should the room not have ended with the worker.
        outbox.add(connection, MOVE_CITIZEN, now=now, contact=contact.id, due_at=now + SETTLE)


def check_calls(
    connection: Connection, contact: Contact, now: datetime, *, after: timedelta = timedelta(0)
) -> None:
    """Ask the carrier how the contact's legs really are: their own news may have been lost."""
    bucket = int(now.timestamp()) // CHECK_EVERY_SECONDS
    name = f"check:{contact.id}:{bucket}"
    outbox.add_once(connection, name, CHECK_CALLS, now=now, contact=contact.id, due_at=now + after)


def locked(connection: Connection, leg_id: str) -> tuple[Contact | None, Leg | None]:
    """The leg and its contact, the contact locked first."""
    leg = store.find_leg(connection, leg_id)
    if leg is None:
        return None, None
    contact = store.lock_contact(connection, leg.contact)
    return contact, store.find_leg(connection, leg_id)


def _room_ended(connection: Connection, contact: Contact, room: int) -> Contact:
    """Whoever was in it is on their way out, or gone: they say so themselves. Known before: nothing."""
    for leg in store.legs_of(connection, contact.id):
        if leg.state == LegState.CONNECTED and (leg.room or 0) <= room and leg.purpose in _IN_ROOMS:
            store.change_leg(connection, leg, state=LegState.UNSURE)
    if room < contact.room:
        return contact
    return store.change_contact(connection, contact, room=room + 1)


_IN_ROOMS = frozenset({LegPurpose.ANSWER, LegPurpose.HAND_OVER})


def _is_rung(leg: Leg) -> bool:
    return leg.state in LIVE_LEGS or leg.state == LegState.PLANNED
