"""What is kept of calls: the number, who called again, and what opens both.

Numbers are kept for a day after the end, so that they can still be lifted when somebody was in danger; then
the contact's own key is destroyed, and with it whatever was sealed under it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.contacts.lifecycle import OVER
from gateway.privacy.callers import KEY_LIVES, destroy_old_keys
from gateway.privacy.kind import AFTER_THE_END, Kind, held
from gateway.store.tables import caller_keys, contacts, number_lifts


def call_kinds() -> tuple[Kind, ...]:
    """Of a citizen on the telephone."""
    return (
        Kind(
            "caller numbers",
            "contacts.caller_number, encrypted",
            "to call back, and to lift in danger to life",
            "24 hours after the contact ended",
            *held(contacts.c.caller_number, contacts.c.waiting_since),
            _forget_column(contacts.c.caller_number),
        ),
        Kind(
            "call-back numbers",
            "contacts.call_back_number, encrypted",
            "the citizen asked to be called there",
            "24 hours after the contact ended",
            *held(contacts.c.call_back_number, contacts.c.waiting_since),
            _forget_column(contacts.c.call_back_number),
        ),
        Kind(
            "contacts' own keys",
            "contacts.wrapped_key, encrypted",
            "they open what is sealed for one contact",
            "24 hours after the contact ended",
            *held(contacts.c.wrapped_key, contacts.c.waiting_since),
            _forget_column(contacts.c.wrapped_key),
        ),
        Kind(
            "reasons for lifting a number",
            "number_lifts.reason, encrypted",
            "whoever lifts a number says why",
            "as long as the contact's own key",
            *held(number_lifts.c.reason, number_lifts.c.lifted_at),
            _forget_reasons,
        ),
        Kind(
            "caller hashes",
            "contacts.caller_hash, a keyed hash",
            "to recognise repeated calls and abuse",
            "30 days",
            *held(contacts.c.caller_hash, contacts.c.waiting_since),
            _forget_hashes,
        ),
        Kind(
            "keys of the caller hashes",
            "caller_keys.sealed, encrypted",
            "to make the hashes above",
            "30 days",
            *held(caller_keys.c.sealed, caller_keys.c.since),
            destroy_old_keys,
        ),
    )


def _over_since(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        contacts.c.state.in_([str(state) for state in OVER]),
        contacts.c.ended_at.is_not(None),
        contacts.c.ended_at < before,
    )


def _forget_column(column: sa.Column[Any]) -> Callable[[Connection, datetime], int]:
    def purge(connection: Connection, now: datetime) -> int:
        statement = sa.update(contacts).where(column.is_not(None), _over_since(now - AFTER_THE_END))
        return connection.execute(statement, {column.name: None}).rowcount

    return purge


def _forget_hashes(connection: Connection, now: datetime) -> int:
    statement = sa.update(contacts).where(
        contacts.c.caller_hash.is_not(None), contacts.c.waiting_since < now - KEY_LIVES
    )
    return connection.execute(statement, {"caller_hash": None}).rowcount


def _forget_reasons(connection: Connection, _now: datetime) -> int:
    """The contact's key is gone, so nobody can read the reason: what is left of it goes too."""
    gone = sa.select(contacts.c.id).where(contacts.c.wrapped_key.is_(None))
    statement = sa.update(number_lifts).where(number_lifts.c.reason != b"", number_lifts.c.contact.in_(gone))
    return connection.execute(statement, {"reason": b""}).rowcount
