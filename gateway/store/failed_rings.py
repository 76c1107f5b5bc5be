"""Phones that could not be rung, as the events of contacts tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import contact_events, contacts

# Not the legs: one that failed is planned again, and then says nothing of it any more.
_KINDS = ("ring_failed", "ring_ended")


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
    states: Sequence[str],
    outcomes: Sequence[str],
    began_after: datetime,
    after: datetime,
) -> list[FailedRing]:
    """Those since ``after`` of contacts that meet ``where``, newest first.

    ``states`` and ``began_after``: which contacts are looked at: there is an index by both, and none of
    events by time. ``outcomes``: how a ring ends that could not be.
    """
    query = (
        sa.select(contact_events.c.contact, contact_events.c.details, contact_events.c.at)
        .join(contacts, contacts.c.id == contact_events.c.contact)
        .where(
            where,
            contacts.c.state.in_(states),
            contacts.c.waiting_since >= began_after,
            contact_events.c.kind.in_(_KINDS),
            contact_events.c.at >= after,
        )
        .order_by(contact_events.c.at.desc(), contact_events.c.id.desc())
    )
    return [
        FailedRing(row.contact, str(row.details["target"]), str(row.details["outcome"]), row.at)
        for row in connection.execute(query)
        if row.details.get("outcome") in outcomes
    ]
