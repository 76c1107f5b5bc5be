"""Who did what."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

# Append-only (the migration adds triggers that refuse anything else), and chained: see ``gateway.audit``.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcInstant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("line", String(64), nullable=True),
    Column("night_line", String(64), nullable=True),
    Column("contact", String(32), nullable=True),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "line", "number"),
    Index(None, "night_line", "number"),
)
