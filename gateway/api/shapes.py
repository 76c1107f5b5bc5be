"""What the API shows of a contact: ids, times, the plan and its reasons. Never a citizen's number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from config.site import Site
from gateway.contacts.plans import told
from gateway.conversations.deliveries import Shown
from gateway.conversations.transcript import Message
from gateway.store.contacts import Contact, Event, Leg

Json = dict[str, Any]


def contact_json(contact: Contact, now: datetime) -> Json:
    """One contact as lists show it. ``waited_seconds``: until the answer, the end, or now."""
    waited = (contact.answered_at or contact.ended_at or now) - contact.waiting_since
    return {
        "contact": contact.id,
        "channel": contact.channel,
        "line": contact.line,
        "night_line": contact.night_line,
        "municipality": contact.municipality,
        "language": contact.language,
        "partner": contact.partner,
        "state": contact.state,
        "waiting_since": when(contact.waiting_since),
        "waited_seconds": round(max(0.0, waited.total_seconds()), 1),
        "offered_at": when(contact.offered_at),
        "answered_at": when(contact.answered_at),
        "connected_at": when(contact.connected_at),
        "first_word_at": when(contact.first_word_at),
        "ended_at": when(contact.ended_at),
        "answered_by": contact.answered_by,
        "ended_by": contact.ended_by,
        "closed_because": contact.closed_because,
        "provisional": contact.provisional,
    }


def whole_contact_json(
    contact: Contact,
    site: Site,
    events: Iterable[Event],
    legs: Iterable[Leg],
    *,
    earlier: int,
    lifted: bool,
    now: datetime,
    deliveries: Iterable[Shown] = (),
    colleagues: Iterable[str] = (),
    written_before: Iterable[Message] | None = None,
) -> Json:
    """The same with why it rang there (``plan``), what happened (``events``), each phone (``legs``), and
    how each SMS of ours fared (``deliveries``). ``colleagues``: the ids of who was added to it and is in it.
    ``written_before``: in an earlier conversation that the caller opened with its ticket and code.
    """
    before = None if written_before is None else [_message_json(each) for each in written_before]
    return {
        **contact_json(contact, now),
        "entry": contact.entry,
        "round": contact.round,
        "roster_version": contact.roster_version,
        "earlier_contacts": earlier,
        "number_lifted": lifted,
        "plan": told(site, contact.plan) if contact.plan is not None else None,
        "events": [
            {"at": when(event.at), "kind": event.kind, "details": dict(event.details)} for event in events
        ],
        "legs": [_leg_json(leg) for leg in legs],
        "deliveries": [_delivery_json(each) for each in deliveries],
        "colleagues": list(colleagues),
        "written_before": before,
    }


def when(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds")


def _message_json(each: Message) -> Json:
    return {"seq": each.seq, "from": each.sender, "text": each.text, "at": when(each.at)}


def _delivery_json(each: Shown) -> Json:
    return {"seq": each.seq, "state": each.state, "error_code": each.error_code, "at": when(each.at)}


def _leg_json(leg: Leg) -> Json:
    return {
        "leg": leg.id,
        "round": leg.round,
        "purpose": leg.purpose,
        "target": leg.target,
        "via": leg.via,
        "tier": leg.tier,
        "state": leg.state,
        "outcome": leg.outcome,
        "due_at": when(leg.due_at),
        "ring_seconds": leg.ring_seconds,
        "placed_at": when(leg.placed_at),
        "picked_up_at": when(leg.picked_up_at),
        "ended_at": when(leg.ended_at),
    }
