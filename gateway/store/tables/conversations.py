"""Conversations in writing: what is said, tickets, and who is there."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

# What a citizen and workers write to each other: one or more contacts, of which `contact` is the last.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), nullable=False, unique=True),
    # Seals the messages. Null: erased, and nobody reads them any more.
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("began_at", UtcInstant, nullable=False),
    Column("changed_at", UtcInstant, nullable=False, index=True),
    Column("ended_at", UtcInstant, nullable=True, index=True),
    # A code was asked for: kept for 30 days after the last contact, not for one.
    Column("has_code", Boolean, nullable=False, default=False),
    Column("citizen_seen_at", UtcInstant, nullable=False),
    # Who is asked now to take it, and who was asked before. One worker is asked about one at a time.
    Column("offered_to", String(64), nullable=True, unique=True),
    Column("offered_until", UtcInstant, nullable=True),
    Column("passed", JSON, nullable=False),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    Column("conversation", ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # The sender's own id of it: the same one twice is stored once.
    Column("client_id", String(32), nullable=True),
    Column("sender", String(8), nullable=False),
    Column("worker", String(64), nullable=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", UtcInstant, nullable=False),
    UniqueConstraint("conversation", "client_id"),
    sqlite_with_rowid=False,
)

# What a worker tells the colleague who goes on. Sealed with the conversation's key, and gone with it.
hand_over_notes = Table(
    "hand_over_notes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("by", String(64), nullable=False),
    Column("to", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", UtcInstant, nullable=False),
)

# Colleagues in a conversation beside the worker who has it. In it: while `left_at` is null and the contact
# is answered.
joined_workers = Table(
    "joined_workers",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("worker", String(64), primary_key=True, index=True),
    Column("joined_at", UtcInstant, nullable=False),
    Column("left_at", UtcInstant, nullable=True),
)

# A ticket without a conversation is one that somebody tried and that was never given: it is counted and
# locked like any other, so that trying tells nothing.
tickets = Table(
    "tickets",
    metadata,
    Column("ticket", String(6), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=True, unique=True),
    Column("code_hash", String(120), nullable=True),
    Column("wrong", Integer, nullable=False, default=0),
    Column("expires_at", UtcInstant, nullable=True),
)

citizen_tokens = Table(
    "citizen_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("made_at", UtcInstant, nullable=False),
)

# How many codes were wrong on one day, whoever tried: no address is stored.
wrong_codes = Table(
    "wrong_codes",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("count", Integer, nullable=False),
)

# Workers with the console open, by the chat process that they are connected to.
staff_presence = Table(
    "staff_presence",
    metadata,
    Column("worker", String(64), primary_key=True),
    Column("process", String(32), primary_key=True),
    Column("seen_at", UtcInstant, nullable=False),
)
