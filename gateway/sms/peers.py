"""Whose phone it is, without keeping the number: a keyed hash of the citizen's number and of ours.

The key is one of its own, sealed with DATA_KEY: a STOP must be recognised years later, where the caller
hashes forget everybody after 30 days. Rotating DATA_KEY seals it anew, and the hashes stay.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.store import sms
from gateway.store.sms import PURPOSE
from gateway.store.vault import KEY_BYTES, Vault


def peer_of(connection: Connection, vault: Vault, number: str, own: str, now: datetime) -> str:
    """64 hexadecimal digits: the same for the same two numbers (E.164), for as long as the service lives."""
    sealed = sms.key(connection)
    if sealed is None:
        sms.keep_key(connection, vault.seal(os.urandom(KEY_BYTES), PURPOSE), now)
        sealed = sms.key(connection) or b""
    key = vault.unseal(sealed, PURPOSE)
    return hmac.new(key, f"{number}>{own}".encode(), hashlib.sha256).hexdigest()
