"""A worker calls the citizen of a contact: their own phone rings first, and the citizen's only then.

It is a contact of its own, with a plan and events like any other. Neither the worker nor their phone ever
sees the citizen's number. Where the worker does not pick up, it is rung like any call back that was promised.
"""

from __future__ import annotations

import enum
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.audit.log import Action
from gateway.contacts import endings, rounds
from gateway.contacts.lifecycle import OVER, ContactState, LegPurpose, LegState
from gateway.contacts.plans import decide, stored
from gateway.conversations import ending
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.store.ids import new_id
from gateway.store.tables import contacts
from gateway.voice.call_back import known_number
from gateway.voice.caller import CALL_BACK_NUMBER
from gateway.voice.calling_back import CITIZEN_CALLS
from gateway.wiring import Gateway

RING_SECONDS = 30
# Then whoever is on duty is rung for it.
OTHERS_AFTER = timedelta(seconds=60)


_CALLED = "call-"  # how the keys of these contacts begin; the carrier's own begin otherwise


class NotCalled(enum.Enum):
    """Why nobody is rung."""

    NO_NUMBER = "no number"  # there never was one, or it is gone
    BUSY = "busy"  # the worker is in another contact
    UNDER_WAY = "under way"  # somebody is talking with the citizen, or being rung to
    BEING_CALLED = "being called"  # it was asked for before, and whoever is on duty is rung for it


def may_call(gateway: Gateway, contact: Contact, worker: str) -> bool:
    """Whether ``worker`` had or has the contact, nobody talks on it, and its number is still known."""
    written = contact.channel != Channel.VOICE and contact.state == ContactState.ANSWERED
    return (
        contact.answered_by == worker
        and (contact.state in OVER or written)
        and known_number(gateway, contact) is not None
    )


def call(
    connection: Connection, gateway: Gateway, contact: Contact, worker: str, now: datetime
) -> Contact | NotCalled:
    """Ring the worker, to be put through to the citizen. ``contact`` is locked; one in writing ends here.

    Asked twice while the worker's phone rings, it is the same call: nobody calls a citizen two times at once.
    """
    number = known_number(gateway, contact)
    if number is None:
        return NotCalled.NO_NUMBER
    if not may_call(gateway, contact, worker):
        return NotCalled.UNDER_WAY
    if worker in store.unavailable(connection, apart_from=contact.id):
        return NotCalled.BUSY
    before = _called_before(connection, contact)
    if before is not None:
        is_theirs = now < before.waiting_since + OTHERS_AFTER
        return before if is_theirs else NotCalled.BEING_CALLED
    if contact.state == ContactState.ANSWERED:
        ending.close(connection, contact, worker, now)
    site, roster = gateway.book.current()
    key = gateway.vault.new_key()
    name = new_id()
    new = Contact(
        id=name,
        channel=Channel.VOICE,
        carrier_key=f"{_CALLED}{name}",
        entry=contact.entry,
        language=contact.language,
        state=ContactState.CALL_BACK,
        waiting_since=now,
        last_turn_at=now,
        line=contact.line,
        night_line=contact.night_line,
        municipality=contact.municipality,
        wrapped_key=key.wrapped,
        call_back_number=key.seal(number, CALL_BACK_NUMBER),
        caller_hash=contact.caller_hash,
        round=1,
        round_ends_at=now + OTHERS_AFTER,
    )
    decided = decide(site, roster, new, now, store.unavailable(connection))
    new = replace(
        new, plan=stored(decided), plan_valid_until=decided.valid_until, roster_version=decided.roster_version
    )
    store.insert_contact(connection, new)
    store.add_event(connection, new.id, now, "worker_calls", by=worker, contact=contact.id)
    rounds.write_round(connection, [_leg(new, worker, now)], now)
    outbox.add(
        connection, endings.CALL_BACK_ROUND, now=now, contact=new.id, due_at=now + OTHERS_AFTER, attempt=1
    )
    gateway.audit.record(connection, at=now, actor=worker, action=Action.CITIZEN_CALLED, contact=new)
    return new


def _leg(contact: Contact, worker: str, now: datetime) -> Leg:
    place = f"line:{contact.line}" if contact.line is not None else f"night_line:{contact.night_line}"
    return Leg(
        id=new_id(),
        contact=contact.id,
        round=1,
        purpose=LegPurpose.ANSWER,
        target=worker,
        via=place,
        tier=None,
        state=LegState.PLANNED,
        due_at=now,
        ring_seconds=RING_SECONDS,
    )


def _called_before(connection: Connection, contact: Contact) -> Contact | None:
    """The call from this contact that is still to reach its citizen; one that was given up does not count."""
    query = sa.select(contacts.c.id).where(
        contacts.c.state.in_([ContactState.CALL_BACK, ContactState.ANSWERED]),
        contacts.c.carrier_key.startswith(_CALLED),
    )
    for name in connection.execute(query).scalars():
        events = store.events_of(connection, name)
        is_from_it = any(
            event.kind == "worker_calls" and event.details["contact"] == contact.id for event in events
        )
        unanswered = sum(event.kind == "call_back_no_answer" for event in events)
        if is_from_it and unanswered < CITIZEN_CALLS:
            return store.find_contact(connection, name)
    return None
