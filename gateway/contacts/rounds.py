"""A round of ringing: the plan for this instant, made into legs that are due one after the other.

A contact that nobody takes gets another round, planned afresh. A round also begins anew, keeping what
rings already, when a shift ended or the roster was edited while the citizen waits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.contacts import ringing
from gateway.contacts.legs import RING, end_leg
from gateway.contacts.lifecycle import LIVE_LEGS, LegOutcome, LegPurpose, LegState
from gateway.contacts.plans import (
    ends_after_seconds,
    is_stale,
    length_of_round,
    plan_now,
    same_people,
    stored,
    target_of,
)
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.store.ids import new_id
from gateway.store.prepared import pipelined
from gateway.wiring import Gateway
from routing.plan import Plan, Ring

# Carriers take about one new call a second from one account; a tier rings nearest first, one a second.
STAGGER_SECONDS = 1
SHORTEST_RING_SECONDS = 15
LONGEST_RING_SECONDS = 60


def prepare_round(
    gateway: Gateway,
    contact: Contact,
    decided: Plan,
    now: datetime,
    live: frozenset[str] = frozenset(),
    elapsed: timedelta = timedelta(0),
) -> tuple[Contact, list[Leg]]:
    """The contact with its next round, and that round's legs, as values: nothing is written.

    ``live``: targets whose phones ring already. They are not rung twice. ``elapsed``: how long this contact
    is being rung for; steps that would have begun by now begin at once.
    """
    site, _roster = gateway.book.current()
    number = contact.round + 1
    ends_after = ends_after_seconds(site, decided.steps)
    least = ends_after - decided.steps[-1].after_seconds if decided.steps else 0
    ends_at = now + max(timedelta(seconds=ends_after) - elapsed, timedelta(seconds=least))
    legs: list[Leg] = []
    free_at = now
    for step in decided.steps:
        due_at = max(now + timedelta(seconds=step.after_seconds) - elapsed, free_at)
        for ring in step.ring:
            if target_of(ring) in live:
                continue
            legs.append(_leg(contact, number, ring, due_at, ends_at))
            free_at = due_at = due_at + timedelta(seconds=STAGGER_SECONDS)
    begun = replace(
        contact,
        plan=stored(decided),
        round=number,
        round_ends_at=ends_at,
        plan_valid_until=decided.valid_until,
        roster_version=decided.roster_version,
    )
    return begun, legs


def _leg(contact: Contact, number: int, ring: Ring, due_at: datetime, ends_at: datetime) -> Leg:
    return Leg(
        id=new_id(),
        contact=contact.id,
        round=number,
        purpose=LegPurpose.ANSWER,
        target=target_of(ring),
        via=ring.via,
        tier=ring.tier,
        state=LegState.PLANNED,
        due_at=due_at,
        ring_seconds=_between(
            SHORTEST_RING_SECONDS, int((ends_at - due_at).total_seconds()), LONGEST_RING_SECONDS
        ),
    )


def begin_round(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> Contact:
    """Plan again and write the legs that are not ringing already, with their outbox rows."""
    return _begin(connection, gateway, contact, plan_now(connection, gateway, contact, now), now)


def follow_roster(
    connection: Connection, gateway: Gateway, contact: Contact, now: datetime
) -> Contact | None:
    """A shift ended or a roster was edited: ring whoever is on duty now. None when that is who was before."""
    if not is_stale(gateway, contact, now):
        return None
    decided = plan_now(connection, gateway, contact, now)
    if same_people(contact.plan, decided):
        store.change_contact(
            connection,
            contact,
            plan_valid_until=decided.valid_until,
            roster_version=decided.roster_version,
        )
        return None
    return _begin(connection, gateway, contact, decided, now, _elapsed(gateway, contact, now))


def _elapsed(gateway: Gateway, contact: Contact, now: datetime) -> timedelta:
    """How long the round that is under way has been going on."""
    if contact.round_ends_at is None or contact.plan is None:
        return timedelta(0)
    site, _roster = gateway.book.current()
    length = timedelta(seconds=length_of_round(site, contact.plan))
    return max(now - (contact.round_ends_at - length), timedelta(0))


def _begin(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    decided: Plan,
    now: datetime,
    elapsed: timedelta = timedelta(0),
) -> Contact:
    earlier = ringing.give_up_overdue(connection, store.legs_of(connection, contact.id), now)
    for leg in earlier:
        if leg.state == LegState.PLANNED:
            end_leg(connection, leg, LegOutcome.CANCELLED, now)
    live = frozenset(leg.target for leg in earlier if leg.state in LIVE_LEGS)
    begun, legs = prepare_round(gateway, contact, decided, now, live, elapsed)
    with pipelined(connection):
        write_round(connection, legs, now)
        store.add_event(
            connection,
            contact.id,
            now,
            "round_began",
            round=begun.round,
            roster_version=begun.roster_version,
            phones=len(legs),
            still_ringing=len(live),
        )
    return store.change_contact(
        connection,
        contact,
        plan=begun.plan or {},
        round=begun.round,
        round_ends_at=begun.round_ends_at or now,
        plan_valid_until=begun.plan_valid_until,
        roster_version=begun.roster_version,
    )


def write_round(connection: Connection, legs: list[Leg], now: datetime) -> None:
    """Write the legs of one round, and for each its row in the outbox. The round has no other legs yet."""
    store.insert_legs(connection, legs)
    if legs:
        outbox.add_for_legs(connection, RING, contact=legs[0].contact, round_number=legs[0].round, now=now)


def is_over(contact: Contact, legs: list[Leg], now: datetime) -> bool:
    """Nobody is ringing and nobody is to be rung, or the round's time is up."""
    if contact.round_ends_at is not None and now >= contact.round_ends_at:
        return True
    return not any(leg.state == LegState.PLANNED or leg.state in LIVE_LEGS for leg in legs)


def bring_forward(connection: Connection, contact: Contact, now: datetime) -> None:
    """When no phone rings any more, the next ones due are due now: nobody waits for silence to pass."""
    if contact.round_ends_at is None:
        return
    legs = store.legs_of(connection, contact.id)
    if any(leg.state in LIVE_LEGS for leg in legs):
        return
    planned = [leg for leg in legs if leg.state == LegState.PLANNED]
    if not planned:
        return
    ahead = min(leg.due_at for leg in planned) - now
    if ahead <= timedelta(0):
        return
    for leg in planned:
        store.change_leg(connection, leg, due_at=leg.due_at - ahead)
        outbox.reschedule_leg(connection, leg.id, leg.due_at - ahead)
    store.change_contact(connection, contact, round_ends_at=contact.round_ends_at - ahead)


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))
