"""How staff sign in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

staff_tokens = Table(
    "staff_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("worker", String(64), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("revoked_at", UtcInstant, nullable=True),
)

# A page opens its socket with one of these: good for two minutes to come in with, and until its session ends
# to stay.
socket_tokens = Table(
    "socket_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("session", String(32), nullable=False, index=True),
    Column("worker", String(64), nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)

# What a cookie holds is stored by hash only: neither these rows nor those below open anything.
staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("worker", String(64), nullable=False),
    # The roles at sign-in, with blanks between: who loses one of them is signed out.
    Column("roles", String(64), nullable=False),
    Column("method", String(8), nullable=False),
    Column("device", String(40), nullable=False),
    Column("began_at", UtcInstant, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
    Column("ended_at", UtcInstant, nullable=True),
    Index(None, "worker", "began_at"),
)

# A link's secret follows from its id and SECRET_KEY, so that it stands nowhere. A number that is nobody's
# gets a row too, under a made-up worker, for the same work to be done.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("worker", String(64), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant, nullable=True),
    Column("wrong", Integer, nullable=False, default=0),
    Index(None, "worker", "created_at"),
)

# One try to sign in with a passkey or elsewhere: challenge, state and nonce follow from the cookie's secret.
sign_in_steps = Table(
    "sign_in_steps",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("worker", String(64), nullable=True),
    Column("expires_at", UtcInstant, nullable=False),
)

staff_passkeys = Table(
    "staff_passkeys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("worker", String(64), nullable=False, index=True),
    # The authenticator's own words, as base64url: none of them is a secret.
    Column("credential", String(1400), nullable=False, unique=True),
    Column("public_key", String(2000), nullable=False),
    Column("user_handle", String(88), nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    # What the worker calls it ("Annas telefon"), sealed with DATA_KEY.
    Column("name", LargeBinary, nullable=False),
    Column("added_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant, nullable=True),
)
