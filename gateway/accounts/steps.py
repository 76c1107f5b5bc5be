"""One try to sign in, or to add a passkey, from its beginning to its end in the same browser, once.

Challenge, state, nonce and code verifier follow from a secret that only the browser's cookie holds.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.accounts.derived import derived, derived_text, hashed, new_secret
from gateway.store import sign_in_links

LIVES = timedelta(minutes=10)


class StepKind(enum.StrEnum):
    PASSKEY = "passkey"
    ENROL = "enrol"
    OIDC = "oidc"


def begin(connection: Connection, kind: StepKind, now: datetime, worker: str | None = None) -> str:
    """The secret for the cookie."""
    secret = new_secret()
    sign_in_links.insert_step(connection, hashed(secret), kind, worker, now + LIVES)
    return secret


def take(
    connection: Connection, secret: str, kind: StepKind, now: datetime, worker: str | None = None
) -> bool:
    """Use the try up. False for one that was used, is old, or was begun for another purpose or person."""
    return sign_in_links.take_step(connection, hashed(secret), kind, worker, now)


def challenge(secret: str) -> bytes:
    return derived(secret.encode(errors="replace"), "challenge")


def state(secret: str) -> str:
    return derived_text(secret.encode(errors="replace"), "state")


def nonce(secret: str) -> str:
    return derived_text(secret.encode(errors="replace"), "nonce")


def code_verifier(secret: str) -> str:
    return derived_text(secret.encode(errors="replace"), "code verifier")
