"""What a page of a signed-in worker opens its socket with: 256 random bits, bound to the session.

The session's own secret stands in a cookie that no script reads, and that is not sent to another origin. A
token comes in for two minutes; a socket stays for as long as the session is open. It opens nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.accounts import tokens
from gateway.accounts.derived import hashed, new_secret
from gateway.store import socket_tokens as store
from gateway.store.staff_sessions import StaffSession

COMES_IN_FOR = timedelta(minutes=2)
MOST_CHARACTERS = 100


def issue(connection: Connection, session: StaffSession, now: datetime) -> str:
    token = new_secret()
    store.insert(connection, hashed(token), session.id, session.worker, now + COMES_IN_FOR)
    return token


def comes_in(connection: Connection, token: str, now: datetime) -> str | None:
    """Whose socket is opened by this token, or by a bearer token."""
    if len(token) > MOST_CHARACTERS:
        return None
    return tokens.worker_of(connection, token) or store.worker_of(connection, hashed(token), now)


def stays(connection: Connection, token: str) -> str | None:
    """Whose open socket it is: None when the session was ended, or the bearer token taken back."""
    return tokens.worker_of(connection, token) or store.worker_of(connection, hashed(token))
