"""How a contact ends: left before an answer, talked, or to be called back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.contacts import ringing
from gateway.contacts.lifecycle import TALKING_LEGS, UNANSWERED, ContactState, LegPurpose, move
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact

CITIZEN, WORKER, SYSTEM = "citizen", "worker", "system"

MOVE_LEG = "move_leg"
MOVE_CITIZEN = "move_citizen"
CALL_BACK_ROUND = "call_back_round"

# Long enough for whoever left a room to have said so.
SETTLE = timedelta(seconds=2)
# The citizen hears what is promised, and hangs up, before a worker who is free at once has them rung.
PROMISE = timedelta(seconds=10)


def call_over(connection: Connection, contact: Contact, call_sid: str, now: datetime) -> Contact:
    """One of the citizen's calls is over. News of one that was followed by a call back changes nothing."""
    legs = store.legs_of(connection, contact.id)
    called_back = any(leg.purpose == LegPurpose.CITIZEN for leg in legs)
    if called_back and call_sid == contact.carrier_key:
        return contact
    return citizen_gone(connection, contact, now)


def citizen_gone(connection: Connection, contact: Contact, now: datetime) -> Contact:
    """The citizen's leg is over, whatever it was in the middle of. Saying so twice changes nothing."""
    if contact.state in UNANSWERED:
        ended = store.change_contact(
            connection,
            contact,
            state=move(ContactState(contact.state), ContactState.ABANDONED),
            ended_at=now,
            ended_by=CITIZEN,
        )
        ringing.stop_all(connection, contact.id, now)
        waited = (now - contact.waiting_since).total_seconds()
        store.add_event(connection, contact.id, now, "abandoned", waited_seconds=round(waited, 1))
        return ended
    if contact.state == ContactState.ANSWERED:
        return finish(connection, store.change_contact(connection, contact, in_room=None), CITIZEN, now)
    return contact


def finish(connection: Connection, contact: Contact, by: str, now: datetime) -> Contact:
    """An answered contact ends. It stays on the worker's list until it is registered."""
    ended = store.change_contact(
        connection,
        contact,
        state=move(ContactState(contact.state), ContactState.ENDED),
        ended_at=now,
        ended_by=by,
    )
    ringing.stop_all(connection, contact.id, now)
    for leg in store.legs_of(connection, contact.id):
        if leg.state in TALKING_LEGS and leg.purpose != LegPurpose.CITIZEN:
            outbox.add(connection, MOVE_LEG, now=now, contact=contact.id, leg=leg.id)
    store.release(connection, contact.id)
    store.add_event(connection, contact.id, now, "ended", by=by)
    return ended


def may_be_called_back(contact: Contact) -> bool:
    """Nobody has it, and its citizen is on the line."""
    return contact.state in UNANSWERED or (
        contact.state == ContactState.ANSWERED and contact.holder_leg is None
    )


def ask_call_back(connection: Connection, contact: Contact, now: datetime) -> Contact:
    """The citizen asked to be called: whoever is on duty is rung for it until somebody takes it."""
    store.add_event(connection, contact.id, now, "call_back_asked")
    return _wait_for_call_back(connection, contact, now, PROMISE)


def call_back_again(connection: Connection, contact: Contact, now: datetime, after: timedelta) -> Contact:
    """A call back that came to nothing goes to whoever is on duty then."""
    return _wait_for_call_back(connection, contact, now, after)


def stop_calling_back(connection: Connection, contact: Contact, now: datetime) -> Contact:
    """A call back that came to nothing is tried no more: a coordinator decides what follows."""
    return _wait_for_call_back(connection, contact, now, None)


def _wait_for_call_back(
    connection: Connection, contact: Contact, now: datetime, after: timedelta | None
) -> Contact:
    waiting = store.change_contact(
        connection,
        contact,
        state=move(ContactState(contact.state), ContactState.CALL_BACK),
        answered_by=None,
        answered_at=None,
        connected_at=None,
        holder_leg=None,
        in_room=None,
        room=contact.room + 1,
    )
    ringing.stop_all(connection, contact.id, now)
    store.release(connection, contact.id)
    outbox.drop_for_contact(connection, contact.id, CALL_BACK_ROUND, now)
    if after is not None:
        outbox.add(connection, CALL_BACK_ROUND, now=now, contact=contact.id, due_at=now + after, attempt=1)
    return waiting
