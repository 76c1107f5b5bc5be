"""Ringing others into a call that goes on: a colleague, the back-up, the night line. Who presses 1 joins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.contacts import ringing, rounds
from gateway.contacts.lifecycle import LIVE_LEGS, TALKING_LEGS, LegPurpose, LegState
from gateway.contacts.plans import plan_now, target_of
from gateway.store import contacts as store
from gateway.store.contacts import Contact, Leg
from gateway.store.ids import new_id
from gateway.wiring import Gateway
from routing.plan import Plan, Ring

RING_SECONDS = 30


def ring_colleagues(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> int:
    """Ring every worker of the plan, tier after tier, but for who is in the call; if there is none, the
    back-up number. Returns how many."""
    rung = _ring(connection, gateway, contact, now, lambda ring: ring.worker is not None)
    return rung or ring_back_up(connection, gateway, contact, now)


def ring_back_up(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> int:
    """Ring the back-up: the second tier and above, and the back-up number. Returns how many."""
    return _ring(connection, gateway, contact, now, lambda ring: ring.tier is None or ring.tier > 1)


def ring_night_line(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> int:
    """Ring everybody on duty on the night line. Returns how many."""
    return _ring(connection, gateway, contact, now, _is_of_the_pool)


def _is_of_the_pool(ring: Ring) -> bool:
    return ring.worker is not None and ring.via.startswith("night_line:")


def ring_worker(
    connection: Connection, gateway: Gateway, contact: Contact, worker: str, now: datetime
) -> int:
    """Ring one colleague who is on duty. Returns 0 when they are not, or not to be rung."""
    return _ring(connection, gateway, contact, now, lambda ring: ring.worker == worker)


def _ring(
    connection: Connection, gateway: Gateway, contact: Contact, now: datetime, chosen: Callable[[Ring], bool]
) -> int:
    site, _roster = gateway.book.current()
    decided = plan_now(connection, gateway, contact, now)
    legs_now = ringing.give_up_overdue(connection, store.legs_of(connection, contact.id), now)
    inside = {
        leg.target
        for leg in legs_now
        if leg.state in LIVE_LEGS or leg.state in TALKING_LEGS or leg.state == LegState.PLANNED
    }
    number = contact.round + 1
    rings = [
        ring for ring in _in_order(decided, site, contact) if chosen(ring) and target_of(ring) not in inside
    ]
    legs = [
        Leg(
            id=new_id(),
            contact=contact.id,
            round=number,
            purpose=LegPurpose.HAND_OVER,
            target=target_of(ring),
            via=ring.via,
            tier=ring.tier,
            state=LegState.PLANNED,
            due_at=now + timedelta(seconds=place * rounds.STAGGER_SECONDS),
            ring_seconds=RING_SECONDS,
        )
        for place, ring in enumerate(rings)
    ]
    if legs:
        rounds.write_round(connection, legs, now)
        store.change_contact(connection, contact, round=number)
        store.add_event(connection, contact.id, now, "hand_over_asked", phones=len(legs))
    return len(legs)


def _in_order(decided: Plan, site: Site, contact: Contact) -> list[Ring]:
    """The plan's phones without its waiting times; a line's night line has its back-up number at any hour."""
    rings = [ring for step in decided.steps for ring in step.ring]
    line = site.lines.get(contact.line or "")
    night_line = site.night_lines.get(contact.night_line or (line.night_line if line else None) or "")
    has_back_up = any(ring.worker is None for ring in rings)
    if night_line is not None and night_line.backup_phone and not has_back_up:
        via = f"night_line:{night_line.id}"
        rings.append(Ring(None, night_line.backup_phone, via, None, "back-up number"))
    return rings
