"""What must happen outside."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from gateway.store.tables.base import metadata, where
from gateway.store.types import UtcInstant

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("contact", ForeignKey("contacts.id"), nullable=True),
    Column("leg", String(32), nullable=True),
    Column("details", JSON, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("due_at", UtcInstant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("leased_until", UtcInstant, nullable=True),
    Column("done_at", UtcInstant, nullable=True),
    Column("outcome", String(32), nullable=True),
    Index("ix_outbox_open", "due_at", **where("done_at IS NULL")),
    sqlite_with_rowid=False,
)
