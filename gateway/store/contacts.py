"""Rows of contacts, their legs, their events, and who is engaged in them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.kept_months import OF_WAITS, Month, month_of
from gateway.store.prepared import Prepared
from gateway.store.tables import away, contact_events, contacts, engagements, legs


@dataclass(frozen=True, slots=True)
class Contact:
    """One approach by a citizen on one channel. Columns as in ``tables.contacts``."""

    id: str
    channel: str
    carrier_key: str
    entry: str
    language: str
    state: str
    waiting_since: datetime
    last_turn_at: datetime
    line: str | None = None
    night_line: str | None = None
    municipality: str | None = None
    partner: bool = False
    provisional: bool = False
    wrapped_key: bytes | None = None
    caller_number: bytes | None = None
    call_back_number: bytes | None = None
    caller_hash: str | None = None
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    first_word_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str | None = None
    ended_by: str | None = None
    closed_because: str | None = None
    plan: dict[str, Any] | None = None
    round: int = 0
    round_ends_at: datetime | None = None
    plan_valid_until: datetime | None = None
    roster_version: int = 0
    holder_leg: str | None = None
    turns: int = 0
    room: int = 1
    in_room: int | None = None
    conversation: str | None = None
    earlier_conversation: str | None = None


class ContactChange(TypedDict, total=False):
    earlier_conversation: str | None
    carrier_key: str
    language: str
    state: str
    line: str | None
    night_line: str | None
    municipality: str | None
    provisional: bool
    call_back_number: bytes | None
    caller_number: bytes | None
    caller_hash: str | None
    wrapped_key: bytes | None
    offered_at: datetime
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime
    answered_by: str | None
    ended_by: str
    closed_because: str | None
    plan: dict[str, Any]
    round: int
    round_ends_at: datetime | None
    plan_valid_until: datetime | None
    roster_version: int
    holder_leg: str | None
    last_turn_at: datetime
    turns: int
    room: int
    in_room: int | None


@dataclass(frozen=True, slots=True)
class Leg:
    """A telephone leg that the gateway places for a contact. Columns as in ``tables.legs``."""

    id: str
    contact: str
    round: int
    purpose: str
    target: str
    via: str
    tier: int | None
    state: str
    due_at: datetime
    ring_seconds: int
    outcome: str | None = None
    call_sid: str | None = None
    placed_at: datetime | None = None
    picked_up_at: datetime | None = None
    ended_at: datetime | None = None
    room: int | None = None


class LegChange(TypedDict, total=False):
    state: str
    outcome: str | None
    purpose: str
    due_at: datetime
    call_sid: str
    placed_at: datetime
    picked_up_at: datetime
    ended_at: datetime
    room: int


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    kind: str
    details: Mapping[str, Any]


# What statistics of waiting are made of, and what a contact that is over changes in.
_COUNTED = frozenset({"line", "waiting_since", "answered_at", "ended_at", "closed_because"})
_A_DAY = timedelta(days=1)
_OF_A_CONTACT = tuple(field.name for field in fields(Contact))
_OF_A_PLANNED_LEG = (
    "id", "contact", "round", "purpose", "target", "via", "tier", "state", "due_at", "ring_seconds",
)  # fmt: skip
_INSERT_LEG = Prepared(lambda _: sa.insert(legs), _OF_A_PLANNED_LEG)
# Inline: nobody asks what id it got.
_INSERT_EVENT = Prepared(lambda _: sa.insert(contact_events).inline(), ("contact", "at", "kind", "details"))
_CONTACT = sa.select(contacts)
_BY_ID = _CONTACT.where(contacts.c.id == sa.bindparam("id"))
# FOR NO KEY UPDATE: rows that refer to a contact may be written (an errand, for one) while another has it.
_BY_ID_LOCKED = _BY_ID.with_for_update(key_share=True)
_BY_KEY = _CONTACT.where(contacts.c.carrier_key == sa.bindparam("key"))
# In the words of the index that finds them.
_OPEN = sa.text("legs.state NOT IN ('planned', 'ended')")
_LEGS = sa.select(legs).where(legs.c.contact == sa.bindparam("contact")).order_by(legs.c.due_at, legs.c.id)


def insert_contact(connection: Connection, contact: Contact) -> bool:
    """False, with nothing written, when the carrier's key is known already."""
    # Column by column, without the deep copy of `asdict`; a NULL that is left out costs nothing.
    values = {name: value for name in _OF_A_CONTACT if (value := getattr(contact, name)) is not None}
    is_new = _insert_new(connection, contacts, values)
    if is_new and (contact.provisional or contact.ended_at is not None):  # it may be long over
        _mark(connection, contact)
    return is_new


def _insert_new(connection: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    return _unless_known(table, tuple(values)).execute(connection, values).fetchone() is not None


@functools.cache
def _unless_known(table: sa.Table, columns: tuple[str, ...]) -> Prepared:
    """Insert unless a key of the row is taken; RETURNING tells which, as a row count does not everywhere."""
    first_key = next(iter(table.primary_key.columns))

    def made(dialect: str) -> sa.UpdateBase:
        insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
        return insert.on_conflict_do_nothing().returning(first_key)

    return Prepared(made, columns)


def find_contact(connection: Connection, contact_id: str) -> Contact | None:
    row = connection.execute(_BY_ID, {"id": contact_id}).mappings().first()
    return Contact(**row) if row else None


def lock_contact(connection: Connection, contact_id: str) -> Contact | None:
    """The contact, held by this transaction until it ends: take it before anything that hangs on it."""
    row = connection.execute(_BY_ID_LOCKED, {"id": contact_id}).mappings().first()
    return Contact(**row) if row else None


def find_by_carrier_key(connection: Connection, carrier_key: str) -> Contact | None:
    row = connection.execute(_BY_KEY, {"key": carrier_key}).mappings().first()
    return Contact(**row) if row else None


def change_contact(connection: Connection, contact: Contact, **values: Unpack[ContactChange]) -> Contact:
    connection.execute(sa.update(contacts).where(contacts.c.id == contact.id), dict(values))
    changed = replace(contact, **values)
    if contact.ended_at is not None and not _COUNTED.isdisjoint(values):
        _mark(connection, contact)
        _mark(connection, changed)
    elif contact.line not in (None, changed.line):  # whoever counts that line now may not have seen it there
        _mark(connection, changed)
    return changed


def _mark(connection: Connection, contact: Contact) -> None:
    """How long was waited is to be counted anew for its month. In what zone is not known here: months differ
    by less than a day. A contact that ends does not come here, and costs nothing: no month is kept while one
    of it is open."""
    if contact.line is not None:
        days = (contact.waiting_since - _A_DAY, contact.waiting_since + _A_DAY)
        OF_WAITS.mark(connection, (Month(contact.line, month_of(day)) for day in days))


def contacts_in(
    connection: Connection,
    states: Iterable[str],
    *,
    channel: str | None = None,
    quiet_since: datetime | None = None,
    limit: int = 500,
) -> list[Contact]:
    """Contacts in these states, oldest first; ``quiet_since``: only those with no turn after that instant."""
    query = _CONTACT.where(contacts.c.state.in_(list(states))).order_by(contacts.c.waiting_since).limit(limit)
    if quiet_since is not None:
        query = query.where(contacts.c.last_turn_at < quiet_since)
    if channel is not None:
        query = query.where(contacts.c.channel == channel)
    return [Contact(**row) for row in connection.execute(query).mappings()]


def contacts_with_open_legs(
    connection: Connection, states: Iterable[str], due_before: datetime
) -> list[Contact]:
    """Contacts in these states that still have a leg which was due before an instant and has not ended."""
    open_legs = sa.select(legs.c.contact).where(_OPEN, legs.c.due_at < due_before)
    query = _CONTACT.where(contacts.c.state.in_(list(states)), contacts.c.id.in_(open_legs)).limit(500)
    return [Contact(**row) for row in connection.execute(query).mappings()]


def insert_legs(connection: Connection, new: Iterable[Leg]) -> None:
    """Legs that are newly planned: what happens to them later is not written."""
    rows = [{name: getattr(leg, name) for name in _OF_A_PLANNED_LEG} for leg in new]
    if rows:
        _INSERT_LEG.execute_each(connection, rows)


def legs_of(connection: Connection, contact_id: str) -> list[Leg]:
    """Every leg ever planned for the contact, in the order they were due."""
    return [Leg(**row) for row in connection.execute(_LEGS, {"contact": contact_id}).mappings()]


def find_leg(connection: Connection, leg_id: str) -> Leg | None:
    row = connection.execute(sa.select(legs).where(legs.c.id == leg_id)).mappings().first()
    return Leg(**row) if row else None


def change_leg(connection: Connection, leg: Leg, **values: Unpack[LegChange]) -> Leg:
    connection.execute(sa.update(legs).where(legs.c.id == leg.id), dict(values))
    return replace(leg, **values)


def legs_ringing(connection: Connection, target: str, states: Iterable[str]) -> list[Leg]:
    """Legs of one worker over all contacts, in some states of those between planned and ended."""
    query = sa.select(legs).where(legs.c.target == target, _OPEN, legs.c.state.in_(list(states)))
    return [Leg(**row) for row in connection.execute(query).mappings()]


def add_event(connection: Connection, contact_id: str, at: datetime, kind: str, **details: object) -> None:
    """What happened, in ids only: no number, name or text ever stands in an event."""
    _INSERT_EVENT.execute(connection, {"contact": contact_id, "at": at, "kind": kind, "details": details})


def events_of(connection: Connection, contact_id: str) -> list[Event]:
    query = sa.select(contact_events).where(contact_events.c.contact == contact_id)
    rows = connection.execute(query.order_by(contact_events.c.id))
    return [Event(row.at, row.kind, row.details) for row in rows]


def engage(connection: Connection, worker: str, contact_id: str, at: datetime, *, slots: int = 1) -> bool:
    """Take one of the worker's slots for a contact. False when all of them are taken by other contacts."""
    held = connection.execute(
        sa.select(engagements.c.slot).where(
            engagements.c.worker == worker, engagements.c.contact == contact_id
        )
    ).first()
    if held:
        return True
    return any(
        _insert_new(
            connection, engagements, {"worker": worker, "slot": slot, "contact": contact_id, "since": at}
        )
        for slot in range(1, slots + 1)
    )


def release(connection: Connection, contact_id: str, worker: str | None = None) -> None:
    """Free the slots a contact holds: one worker's, or everybody's."""
    statement = sa.delete(engagements).where(engagements.c.contact == contact_id)
    if worker is not None:
        statement = statement.where(engagements.c.worker == worker)
    connection.execute(statement)


_UNAVAILABLE = Prepared(
    lambda _: sa.union_all(
        sa.select(away.c.worker, sa.null().label("contact")),
        sa.select(engagements.c.worker, engagements.c.contact),
    )
)


def unavailable(connection: Connection, *, apart_from: str | None = None) -> dict[str, str]:
    """Workers that must not be rung now, and why. ``apart_from``: a contact whose own workers don't count."""
    reasons = {}
    for worker, contact in _UNAVAILABLE.execute(connection, {}):
        if contact is None:
            reasons[worker] = "away"
        elif contact != apart_from:
            reasons.setdefault(worker, "in another contact")  # who is away is away in a conversation, too
    return reasons


def is_away(connection: Connection, worker: str) -> bool:
    """Whether they said so; they may be in a contact all the same."""
    return connection.execute(sa.select(away.c.worker).where(away.c.worker == worker)).first() is not None


def away_since(connection: Connection) -> dict[str, datetime]:
    """Everybody who said so, and when, by worker."""
    return {row.worker: row.since for row in connection.execute(sa.select(away))}


def end_away(connection: Connection, worker: str, since: datetime) -> bool:
    """They are back, unless they said it again meanwhile, or are back already."""
    said = sa.and_(away.c.worker == worker, away.c.since == since)
    return connection.execute(sa.delete(away).where(said)).rowcount > 0


def set_away(connection: Connection, worker: str, since: datetime | None) -> None:
    connection.execute(sa.delete(away).where(away.c.worker == worker))
    if since is not None:
        _insert_new(connection, away, {"worker": worker, "since": since})
