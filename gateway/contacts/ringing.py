"""Stopping phones: what every way out of "somebody is being rung" has in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.contacts.legs import end_leg, is_overdue
from gateway.contacts.lifecycle import LIVE_LEGS, LegOutcome, LegState
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Leg

HANG_UP = "hang_up"
STOP_RINGING = "stop_ringing"


def stop(connection: Connection, leg: Leg, outcome: LegOutcome, now: datetime) -> Leg:
    """End one leg in the books and on the telephone."""
    if leg.state == LegState.ENDED:
        return leg
    rings = leg.state != LegState.PLANNED
    ended = end_leg(connection, leg, outcome, now)
    if rings:
        # A leg whose call id is not known yet is hung up when the carrier's answer arrives.
        outbox.add(connection, HANG_UP, now=now, contact=leg.contact, leg=leg.id)
    return ended


def stop_all(
    connection: Connection, contact_id: str, now: datetime, *, apart_from: str | None = None
) -> None:
    """No phone rings on: every leg that is planned, being placed, ringing or in the whisper is ended."""
    for leg in store.legs_of(connection, contact_id):
        if leg.id != apart_from and (leg.state == LegState.PLANNED or leg.state in LIVE_LEGS):
            stop(connection, leg, LegOutcome.CANCELLED, now)


def stop_elsewhere(connection: Connection, worker: str, contact_id: str, now: datetime) -> None:
    """A worker who took a contact is not rung for others any more.

    Not here and now: those contacts are not locked by this transaction, and two workers who take each
    other's at the same moment would wait for each other. Each is an errand of its own.
    """
    for leg in store.legs_ringing(connection, worker, LIVE_LEGS):
        if leg.contact != contact_id:
            outbox.add(connection, STOP_RINGING, now=now, contact=leg.contact, leg=leg.id)


def rings_elsewhere(connection: Connection, leg: Leg, now: datetime) -> bool:
    """Whether this phone rings for another contact: it would be busy, and the next one need not wait."""
    others = store.legs_ringing(connection, leg.target, LIVE_LEGS)
    return any(other.contact != leg.contact and not is_overdue(other, now) for other in others)


def give_up_overdue(connection: Connection, legs: Iterable[Leg], now: datetime) -> list[Leg]:
    """Close legs that have rung far longer than they were to: the news of their end was lost.

    Otherwise their workers would count as being rung for ever, and never be rung again. Returns all legs as
    they are now.
    """
    return [
        _give_up(connection, leg, now) if leg.state in LIVE_LEGS and is_overdue(leg, now) else leg
        for leg in legs
    ]


def _give_up(connection: Connection, leg: Leg, now: datetime) -> Leg:
    outcome = LegOutcome.MISSED if leg.state == LegState.LISTENING else LegOutcome.NO_ANSWER
    store.add_event(
        connection, leg.contact, now, "ring_ended", target=leg.target, outcome=outcome, news="lost"
    )
    return stop(connection, leg, outcome, now)
