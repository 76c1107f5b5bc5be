"""What goes on after a contact: crisis plans of five days, and what was agreed to be done at a time."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from gateway.store.tables.base import metadata, where
from gateway.store.types import UtcInstant

crisis_plans = Table(
    "crisis_plans",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("line", String(64), nullable=False),
    Column("contact", ForeignKey("contacts.id"), nullable=True, index=True),
    Column("worker", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    # The citizen agreed that the plan is kept: without it there is no row.
    Column("consent_by", String(64), nullable=False),
    Column("consent_at", UtcInstant, nullable=False),
    Column("withdrawn_at", UtcInstant, nullable=True),
    Column("fifth_day_at", UtcInstant, nullable=False),
    # Domain -> 1 (very bad) to 5 (very good), as the citizen says: what statistics compare.
    Column("scales_before", JSON, nullable=False),
    Column("scales_after", JSON, nullable=False),
    # What was written in the eight steps, sealed with the plan's own key.
    Column("texts", LargeBinary, nullable=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("changed_at", UtcInstant, nullable=False),
    Column("followed_up_at", UtcInstant, nullable=True),
    Index(None, "line", "consent_at"),
)

# What somebody promised a citizen, with the time it is due at; open until it is done.
follow_ups = Table(
    "follow_ups",
    metadata,
    # Named for what it follows from, so that the same promise is one row.
    Column("id", String(80), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("line", String(64), nullable=False),
    Column("contact", ForeignKey("contacts.id"), nullable=True, index=True),
    Column("registration", ForeignKey("registrations.id"), nullable=True, index=True),
    Column("crisis_plan", ForeignKey("crisis_plans.id"), nullable=True, index=True),
    Column("due_at", UtcInstant, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Column("taken_by", String(64), nullable=True),
    Column("taken_at", UtcInstant, nullable=True),
    Column("done_by", String(64), nullable=True),
    Column("done_at", UtcInstant, nullable=True),
    Index("ix_follow_ups_open", "line", "due_at", **where("done_at IS NULL")),
)
