"""Text messages: which conversation a citizen's phone is in, and how each SMS of ours fares."""

from __future__ import annotations

from sqlalchemy import (
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

# The key of the hashes below, sealed. One row: it stays, so that a STOP stays.
sms_keys = Table(
    "sms_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
)

# The conversation of one citizen's phone with one of our numbers. `peer` is a keyed hash of both numbers.
sms_threads = Table(
    "sms_threads",
    metadata,
    Column("peer", String(64), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False, unique=True),
    # Our number that was texted, sealed with the conversation's key: answers come from it.
    Column("own_number", LargeBinary, nullable=False),
    Column("asks_postcode", Boolean, nullable=False, default=False),
    Column("made_at", UtcInstant, nullable=False),
)

# The carrier's ids of what came in: a webhook that comes twice is stored once.
sms_received = Table(
    "sms_received",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("at", UtcInstant, nullable=False, index=True),
)

# Phones that said STOP to one of our numbers: nothing is sent to them until they say START.
sms_stops = Table(
    "sms_stops",
    metadata,
    Column("peer", String(64), primary_key=True),
    Column("at", UtcInstant, nullable=False),
)

# An SMS of ours: one row for each part of a message. What became of it is never taken back.
sms_deliveries = Table(
    "sms_deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("contact", ForeignKey("contacts.id"), nullable=False),
    Column("state", String(12), nullable=False),
    # How often the carrier was asked; news of an earlier asking than the last is known by its number.
    Column("tries", Integer, nullable=False, default=0),
    Column("error_code", Integer, nullable=True),
    Column("changed_at", UtcInstant, nullable=False, index=True),
    UniqueConstraint("conversation", "seq", "part"),
    # What is on its way in one conversation, among all that ever was.
    Index("ix_sms_deliveries_queued", "conversation", **where("state = 'queued'")),
)
