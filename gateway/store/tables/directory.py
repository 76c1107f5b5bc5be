"""Local knowledge: whom to turn to in a municipality."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Index, String, Table

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

# Nothing about citizens: what stands in a telephone book, and what only the people of the place know.
directory_entries = Table(
    "directory_entries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("municipality", String(4), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name", String(80), nullable=False),
    Column("phone", String(20), nullable=True),
    Column("address", String(120), nullable=True),
    # Windows as the site file writes them; an empty list: not known.
    Column("hours", JSON, nullable=False),
    Column("note", String(500), nullable=True),
    Column("valid_until", Date, nullable=True),
    Column("changed_at", UtcInstant, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("removed_at", UtcInstant, nullable=True),
    Index(None, "municipality"),
)
