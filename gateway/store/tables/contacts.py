"""Contacts, their legs and events, and who is busy or away."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from gateway.store.tables.base import metadata, where
from gateway.store.types import UtcInstant

_KIND = ("municipality", "channel", "state")
_NIGHT, _TAKEN = "night_line IS NOT NULL", "answered_by IS NOT NULL"
contacts = Table(
    "contacts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(8), nullable=False),
    # The carrier's id for the approach (a call's sid): a webhook that comes twice finds the same row.
    Column("carrier_key", String(64), nullable=False, unique=True),
    Column("entry", String(80), nullable=False),
    Column("line", String(64), nullable=True),
    Column("night_line", String(64), nullable=True),
    Column("municipality", String(4), nullable=True),
    Column("partner", Boolean, nullable=False, default=False),
    Column("language", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    # Routed from memory while SQL was gone, and written down afterwards.
    Column("provisional", Boolean, nullable=False, default=False),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("caller_number", LargeBinary, nullable=True),
    Column("call_back_number", LargeBinary, nullable=True),
    # The same caller within a month, and no more: the hash's key is replaced every 30 days.
    Column("caller_hash", String(64), nullable=True),
    Column("waiting_since", UtcInstant, nullable=False),
    Column("offered_at", UtcInstant, nullable=True),
    Column("answered_at", UtcInstant, nullable=True),
    # When the citizen's own leg first went to the worker: answered says that somebody took it.
    Column("connected_at", UtcInstant, nullable=True),
    # When a worker first wrote in it: who took it may have needed a while to read.
    Column("first_word_at", UtcInstant, nullable=True),
    Column("ended_at", UtcInstant, nullable=True),
    Column("answered_by", String(64), nullable=True),
    Column("ended_by", String(16), nullable=True),
    Column("closed_because", String(16), nullable=True),
    Column("plan", JSON, nullable=True),
    Column("round", Integer, nullable=False, default=0),
    Column("round_ends_at", UtcInstant, nullable=True),
    Column("plan_valid_until", UtcInstant, nullable=True),
    Column("roster_version", Integer, nullable=False, default=0),
    Column("holder_leg", String(32), nullable=True),
    Column("last_turn_at", UtcInstant, nullable=False),
    Column("turns", Integer, nullable=False, default=0),
    # Rooms of a contact are numbered: one that has ended is never entered again. `room` is the one to go to
    # now, `in_room` the one that the citizen is in.
    Column("room", Integer, nullable=False, default=1),
    Column("in_room", Integer, nullable=True),
    # What is written in it, where it is a chat or an SMS.
    Column("conversation", String(32), nullable=True),
    # A conversation in writing that a caller opened with its ticket and code, for whoever answers to read.
    Column("earlier_conversation", String(32), nullable=True),
    Index(None, "state", "waiting_since"),
    Index(None, "line", "waiting_since"),
    # For lists that are narrowed down (gateway/contacts/listed.py). A night line has those without a line.
    Index("ix_contacts_narrowed", "line", *_KIND, "waiting_since"),
    Index(None, "night_line", "waiting_since", **where(_NIGHT)),
    Index("ix_contacts_night_narrowed", "night_line", *_KIND, "waiting_since", **where(_NIGHT)),
    Index(None, "answered_by", "line", "waiting_since", **where(_TAKEN)),
    sqlite_with_rowid=False,
)

legs = Table(
    "legs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    # A worker's id, or "backup:NIGHT_LINE", or "citizen".
    Column("target", String(80), nullable=False),
    Column("via", String(80), nullable=False),
    Column("tier", Integer, nullable=True),
    Column("state", String(16), nullable=False),
    Column("outcome", String(16), nullable=True),
    Column("due_at", UtcInstant, nullable=False),
    Column("ring_seconds", Integer, nullable=False),
    Column("call_sid", String(64), nullable=True),
    Column("placed_at", UtcInstant, nullable=True),
    Column("picked_up_at", UtcInstant, nullable=True),
    Column("ended_at", UtcInstant, nullable=True),
    Column("room", Integer, nullable=True),
    UniqueConstraint("contact", "round", "target"),
    Index("uq_legs_call_sid", "call_sid", unique=True, **where("call_sid IS NOT NULL")),
    # Which phones ring or talk now, among all that ever did.
    Index("ix_legs_open", "target", **where("state NOT IN ('planned', 'ended')")),
    sqlite_with_rowid=False,
)

contact_events = Table(
    "contact_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("contact", ForeignKey("contacts.id"), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "contact", "id"),
)

# One row a worker and slot: the primary key is what makes "one contact at a time" true on any channel.
engagements = Table(
    "engagements",
    metadata,
    Column("worker", String(64), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("contact", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("since", UtcInstant, nullable=False),
)

away = Table(
    "away",
    metadata,
    Column("worker", String(64), primary_key=True),
    Column("since", UtcInstant, nullable=False),
)

# The number of a citizen in danger, shown to a worker for 112. The reason is sealed with the contact's key.
number_lifts = Table(
    "number_lifts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("worker", String(64), nullable=False),
    Column("reason", LargeBinary, nullable=False),
    Column("lifted_at", UtcInstant, nullable=False),
    Column("hidden_at", UtcInstant, nullable=True),
)

# Keys of the callers' hashes, sealed; one that is replaced is destroyed.
caller_keys = Table(
    "caller_keys",
    metadata,
    Column("since", UtcInstant, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
