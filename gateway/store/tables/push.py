"""Browsers that want to be told when their page is closed."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("worker", String(64), nullable=False, index=True),
    # Recognises an address without telling it: a browser that comes again is not written twice.
    Column("address_hash", String(64), nullable=False, unique=True),
    # Address and keys of the browser, sealed with DATA_KEY: whoever has them may make the phone ring.
    Column("sealed", LargeBinary, nullable=False),
    Column("device", String(40), nullable=False),
    Column("added_at", UtcInstant, nullable=False),
)
