"""Phones that could not be rung, as the events of contacts tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.store.tables import contact_events, contacts

# Not the legs: one that failed is planned again, and then says nothing of it any more.
_KINDS = ("ring_failed", "ring_ended", "picked_up", "taken")


@dataclass(frozen=True, slots=True)
class FailedRing:
    """``target``: a worker's id, or ``backup:NIGHT_LINE``. ``outcome``: why, as a leg's outcome."""

    contact: str
    target: str
    outcome: str
    at: datetime


def failed_rings(
    connection: Connection,
    where: sa.ColumnElement[bool],
    *,
    failed: Collection[str],
    rang: Collection[str],
    states: Sequence[str],
    began_after: datetime,
    after: datetime,
) -> list[FailedRing]:
    """Those since ``after`` of contacts that meet ``where``, newest first, of phones that have not rung
    since.

    ``failed`` and ``rang``: outcomes of a ring that could not be, and of one that somebody could hear. A
    phone has rung also where it was picked up, and whoever's contact it was for: it is the same phone.
    ``states`` and ``began_after``: which contacts are looked at: there is an index by both, and none of
    events by time.
    """
    query = (
        sa.select(
            contact_events.c.contact,
            contact_events.c.kind,
            contact_events.c.details,
            contact_events.c.at,
            contacts.c.channel,
            sa.case((where, 1), else_=0).label("is_asked_for"),
        )
        .join(contacts, contacts.c.id == contact_events.c.contact)
        .where(
            contacts.c.state.in_(states),
            contacts.c.waiting_since >= began_after,
            contact_events.c.kind.in_(_KINDS),
            contact_events.c.at >= after,
        )
        .order_by(contact_events.c.at.desc(), contact_events.c.id.desc())
    )
    found: list[FailedRing] = []
    have_rung: set[str] = set()
    for row in connection.execute(query):
        target = str(row.details.get("target") or row.details.get("by"))
        outcome = str(row.details.get("outcome"))
        if target in have_rung:
            continue
        if _has_rung(row.kind, row.channel, row.details, rang):
            have_rung.add(target)
        elif outcome in failed and row.is_asked_for:
            found.append(FailedRing(row.contact, target, outcome, row.at))
    return found


def _has_rung(kind: str, channel: str, details: Mapping[str, Any], rang: Collection[str]) -> bool:
    if kind == "taken":  # the others are taken at a screen
        return channel == Channel.VOICE
    # News that is lost, or that a <Dial> does not give, says nothing of the phone.
    return kind == "picked_up" or (details.get("outcome") in rang and "news" not in details)
