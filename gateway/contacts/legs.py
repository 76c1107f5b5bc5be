"""One telephone leg of a contact: whom it rings, whether it may, and how it ends in the books."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.contacts.lifecycle import LegOutcome, LegPurpose, LegState
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Leg
from gateway.wiring import Gateway

RING = "ring"

# The carrier lets a phone ring a little longer than it was asked to, and its news takes a moment.
RING_MARGIN = timedelta(seconds=15)
# The whisper twice, and a few keys that only repeat it.
LONGEST_WHISPER = timedelta(seconds=60)


def end_leg(connection: Connection, leg: Leg, outcome: LegOutcome, now: datetime) -> Leg:
    """Close a leg in the books. A phone that may be ringing is silenced by ``ringing.stop``, not here."""
    if leg.state == LegState.PLANNED:
        outbox.drop_for_leg(connection, leg.id, now)
    return store.change_leg(connection, leg, state=LegState.ENDED, outcome=outcome, ended_at=now)


def worker_of(leg: Leg) -> str | None:
    """The worker a leg rings; None for a back-up number or the citizen."""
    return None if leg.target == LegPurpose.CITIZEN or leg.target.startswith("backup:") else leg.target


def phone_of(site: Site, leg: Leg) -> str | None:
    """The number to ring for a worker's or a back-up's leg; None when the site no longer knows it."""
    worker = worker_of(leg)
    if worker is not None:
        known = site.workers.get(worker)
        return known.mobile if known else None
    night_line = site.night_lines.get(leg.target.removeprefix("backup:"))
    return night_line.backup_phone if night_line else None


def is_still_due(gateway: Gateway, leg: Leg, now: datetime) -> bool:
    """Whether the roster of this instant still has the worker on duty there. A back-up number always is."""
    worker = worker_of(leg)
    if worker is None:
        return True
    _site, roster = gateway.book.current()
    return any(duty.worker == worker for duty in roster.on_duty(leg.via.partition(":")[2], now))


def is_overdue(leg: Leg, now: datetime) -> bool:
    """Whether a leg that is ringing or in the whisper can't be any more: its news was lost."""
    if leg.state in {LegState.PLACING, LegState.RINGING}:
        return now > (leg.placed_at or leg.due_at) + timedelta(seconds=leg.ring_seconds) + RING_MARGIN
    return leg.state == LegState.LISTENING and now > (leg.picked_up_at or leg.due_at) + LONGEST_WHISPER
