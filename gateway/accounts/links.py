"""One-time links: ten minutes, one use, five an hour for one worker.

The link's secret is a keyed hash of its row's id. So what is stored opens nothing, and neither does the
outbox row that has it sent.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.accounts.derived import derived_text, equal
from gateway.store import sign_in_links

PATH = "/sign-in/link/"
LIVES = timedelta(minutes=10)
MOST_AN_HOUR = 5
HOUR = timedelta(hours=1)
# Whoever knows a link's id and not its secret is not somebody who mistyped.
MOST_WRONG = 5

_PURPOSE = "sign-in link"
# 96 random bits and a hash of 132: short enough that the whole message is one SMS.
ID_BYTES = 12
_HASH_CHARACTERS = 22
_TOKEN = re.compile(r"([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{22})")


def make(connection: Connection, worker: str, now: datetime) -> str | None:
    """The id of a new link; None when the worker has had as many as an hour allows."""
    if sign_in_links.count_since(connection, worker, now - HOUR) >= MOST_AN_HOUR:
        return None
    return _make(connection, worker, now)


def hand_out(connection: Connection, public_url: str, secret_key: bytes, worker: str, now: datetime) -> str:
    """The address of a new link, for whoever runs this machine and can see to it who gets it (the demo)."""
    return address(public_url, secret_key, _make(connection, worker, now))


def address(public_url: str, secret_key: bytes, link_id: str) -> str:
    return f"{public_url}{PATH}{token(secret_key, link_id)}"


def _make(connection: Connection, worker: str, now: datetime) -> str:
    link_id = secrets.token_urlsafe(ID_BYTES)
    sign_in_links.insert(connection, link_id, worker, now)
    return link_id


def token(secret_key: bytes, link_id: str) -> str:
    """What stands in the link's address."""
    return link_id + _secret(secret_key, link_id)


def is_shaped(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def is_open(connection: Connection, link_id: str, now: datetime) -> bool:
    """Whether it could still be used."""
    return sign_in_links.is_open(connection, link_id, now - LIVES, MOST_WRONG) is not None


def use(connection: Connection, secret_key: bytes, text: str, now: datetime) -> str | None:
    """Use a link up: the worker's id, once. None for a forged, used, old or locked one."""
    found = _TOKEN.fullmatch(text)
    if found is None:
        return None
    link_id, secret = found.groups()
    if not equal(secret, _secret(secret_key, link_id)):
        sign_in_links.wrong(connection, link_id)
        return None
    return sign_in_links.use(connection, link_id, now, now - LIVES, MOST_WRONG)


def end_all(connection: Connection, worker: str, now: datetime) -> None:
    """After a sign-in, links that were sent before open nothing any more."""
    sign_in_links.end_all(connection, worker, now)


def _secret(secret_key: bytes, link_id: str) -> str:
    return derived_text(secret_key, _PURPOSE, link_id)[:_HASH_CHARACTERS]
