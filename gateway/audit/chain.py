"""The chain: what an entry's hash covers, so that no entry can be changed, taken out or put in unseen.

The hash is keyed: whoever can write to the database alone can't make a chain that verifies. An entry taken
off the end is seen by comparing with a head that was noted elsewhere (``akutlinjen audit verify --head``).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``number`` counts from 1 without a gap; ``details`` hold ids and words of ours only."""

    number: int
    at: datetime
    actor: str
    action: str
    line: str | None
    night_line: str | None
    contact: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash: together they say what the whole log was."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Raises ValueError with what to write."""
        number, _, digest = text.strip().partition(":")
        if not number.isdecimal() or len(digest) != len(BEFORE_THE_FIRST):
            raise ValueError("a head is NUMBER:HASH, as `akutlinjen audit verify` prints it")
        return cls(int(number), digest)


def chained(key: bytes, previous: str, entry: Entry) -> str:
    """The entry's hash: 64 hexadecimal digits."""
    covered = json.dumps(
        [
            previous,
            entry.number,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor,
            entry.action,
            entry.line,
            entry.night_line,
            entry.contact,
            dict(entry.details),
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hmac.new(key, covered.encode(), hashlib.sha256).hexdigest()


def chain_key(secret_key: bytes) -> bytes:
    return hmac.new(secret_key, b"akutlinjen audit chain", hashlib.sha256).digest()
