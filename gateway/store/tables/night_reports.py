"""What whoever answered for a line tells its own people."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

# A report is there as soon as somebody else's worker has had the conversation: a row comes with the first
# thing that is known of it besides.
night_reports = Table(
    "night_reports",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    # What the home line should know, sealed with the report's own key.
    Column("note", LargeBinary, nullable=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("written_by", String(64), nullable=True),
    Column("written_at", UtcInstant, nullable=True),
    Column("read_by", String(64), nullable=True),
    Column("read_at", UtcInstant, nullable=True),
    Column("taken_by", String(64), nullable=True),
    Column("taken_at", UtcInstant, nullable=True),
)
