"""Recognising the same caller within a month, without keeping the number.

The hash's key lives 30 days (domain page, "Privacy"): then it is destroyed, and nobody can tell any more
whether an old hash was made from a number they know.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.contacts import Contact
from gateway.store.tables import caller_keys, contacts
from gateway.store.vault import KEY_BYTES, Vault

KEY_LIVES = timedelta(days=30)
PURPOSE = "caller key"


class CallerHashes:
    """The current key is read once and kept in memory while it lives."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._since: datetime | None = None
        self._key = b""

    def hash(self, connection: Connection, number: str, now: datetime) -> str:
        """64 hexadecimal digits, the same for the same number (E.164) while the key lives."""
        since = period_start(now)
        key = self._key
        if since != self._since:
            key, is_new = self._stored_key(connection, since)
            # One made just now counts only once it is committed: until somebody reads it, it is not kept.
            if not is_new:
                self._key, self._since = key, since
        return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()

    def _stored_key(self, connection: Connection, since: datetime) -> tuple[bytes, bool]:
        """The period's key, and whether this transaction has made it."""
        stored = sa.select(caller_keys.c.sealed).where(caller_keys.c.since == since)
        sealed = connection.execute(stored).scalar()
        is_new = sealed is None
        if sealed is None:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            row = {"since": since, "sealed": self._vault.seal(os.urandom(KEY_BYTES), PURPOSE)}
            connection.execute(dialect.insert(caller_keys).on_conflict_do_nothing(), row)
            sealed = connection.execute(stored).scalar_one()
        return self._vault.unseal(sealed, PURPOSE), is_new


def period_start(now: datetime) -> datetime:
    """When the key in use at this instant began to be: periods of 30 days since 1970, for everybody."""
    seconds = int(KEY_LIVES.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def destroy_old_keys(connection: Connection, now: datetime) -> int:
    """Returns how many keys were destroyed."""
    return connection.execute(sa.delete(caller_keys).where(caller_keys.c.since < period_start(now))).rowcount


def earlier_contacts(connection: Connection, contact: Contact) -> int:
    """How many contacts the same caller made before this one, as far as the key's period reaches."""
    if contact.caller_hash is None:
        return 0
    query = sa.select(sa.func.count()).where(
        contacts.c.caller_hash == contact.caller_hash, contacts.c.waiting_since < contact.waiting_since
    )
    return int(connection.execute(query).scalar_one())
