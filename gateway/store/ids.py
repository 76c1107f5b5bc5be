"""Ids of rows: random enough that nobody guesses one, and rising with time so that new rows lie together."""

from __future__ import annotations

import secrets
import time

_RANDOM_BITS = 80


def new_id() -> str:
    """32 hexadecimal digits: 48 bits of milliseconds since 1970, 80 random bits (the idea of UUID 7)."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.randbits(_RANDOM_BITS):020x}"
