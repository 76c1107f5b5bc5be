"""Bearer tokens, for programs that speak for a worker: 256 random bits, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.store import staff_tokens

TOKEN_BYTES = 32
# Tells whoever finds one lying about, a person or a program that looks for secrets, what it is.
PREFIX = "akutlinjen_"
_SHAPE = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


def issue(connection: Connection, worker: str, at: datetime) -> str:
    """A new token for a worker, to be shown once. Those given before stay good."""
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    staff_tokens.insert(connection, _hashed(token), worker, at)
    return token


def worker_of(connection: Connection, token: str) -> str | None:
    """The id of the worker the token was given to; None for anything that is no valid token."""
    if _SHAPE.fullmatch(token) is None:
        return None
    return staff_tokens.worker_of(connection, _hashed(token))


def revoke_all(connection: Connection, worker: str, at: datetime) -> int:
    """Take all tokens of a worker back. Returns how many there were."""
    return staff_tokens.revoke_all(connection, worker, at)


def _hashed(token: str) -> str:
    # A fast hash will do: nobody guesses 256 random bits, and equal time needs no care for the same reason.
    return hashlib.sha256(token.encode()).hexdigest()
