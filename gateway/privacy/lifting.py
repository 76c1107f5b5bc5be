"""Lifting a number's protection in danger to life: for 112, with a reason, and seen by others.

The number is shown once, to the one who lifts it, and the coordinators are told at once. After an hour the
lift is over, and whoever needs the number again says why again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.audit.log import SYSTEM, Action
from gateway.contacts import alarms
from gateway.store.contacts import Contact, add_event, find_contact
from gateway.store.ids import new_id
from gateway.store.tables import number_lifts
from gateway.voice.caller import CALL_BACK_NUMBER, NUMBER
from gateway.wiring import Gateway

LIFTED_FOR = timedelta(hours=1)
REASON_CHARACTERS = 500
REASON_LEAST = 10
REASON = "reason for lifting"


class NothingToLiftError(Exception):
    """There was none, it was withheld, or it is gone already. The message says which."""


class ReasonError(Exception):
    """The reason is too short to be one, or too long. The message says what to write."""

    def __init__(self, message: str, *, is_too_long: bool) -> None:
        super().__init__(message)
        self.is_too_long = is_too_long


class ShownBeforeError(Exception):
    """This very lift was done before: whoever needs the number again says why again."""


@dataclass(frozen=True, slots=True)
class Lift:
    """One lift, as coordinators see it. ``reason``: None once the contact's key is gone."""

    worker: str
    at: datetime
    ends_at: datetime
    reason: str | None


def lift(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    worker: str,
    reason: str,
    now: datetime,
    *,
    lift_id: str | None = None,
) -> str:
    """The citizen's number (E.164), for the screen of the one who asked and nowhere else.

    ``contact`` is locked. ``lift_id``: 32 hexadecimal digits that a form brings along, so that the same form
    sent again shows nothing again. Raises ReasonError, NothingToLiftError and ShownBeforeError; then nothing
    was written.
    """
    reason = " ".join("".join(char if char.isprintable() else " " for char in reason).split())
    if len(reason) < REASON_LEAST:
        raise ReasonError("Write in a sentence what the danger is.", is_too_long=False)
    if len(reason) > REASON_CHARACTERS:
        raise ReasonError(f"Write at most {REASON_CHARACTERS} characters.", is_too_long=True)
    if contact.channel == Channel.CHAT:
        raise NothingToLiftError("Whoever chats has no number here. Ask them where they are, and call 112.")
    if contact.wrapped_key is None:
        raise NothingToLiftError("The number is gone: it is kept for a day after the contact ended.")
    key = gateway.vault.contact_key(contact.wrapped_key)
    if contact.caller_number is not None:
        number = key.unseal(contact.caller_number, NUMBER)
    elif contact.call_back_number is not None:
        number = key.unseal(contact.call_back_number, CALL_BACK_NUMBER)
    else:
        raise NothingToLiftError("The citizen withholds the number; only the carrier may know it. Call 112.")
    lift_id = lift_id or new_id()
    if connection.execute(sa.select(number_lifts.c.id).where(number_lifts.c.id == lift_id)).first():
        raise ShownBeforeError
    row = {
        "id": lift_id,
        "contact": contact.id,
        "worker": worker,
        "reason": key.seal(reason, REASON),
        "lifted_at": now,
    }
    connection.execute(sa.insert(number_lifts), row)
    add_event(connection, contact.id, now, "number_lifted", by=worker)
    alarms.number_lifted(connection, gateway, contact, lift_id, now)
    gateway.audit.record(
        connection, at=now, actor=worker, action=Action.NUMBER_LIFTED, contact=contact, lift=lift_id
    )
    return number


def hide_due(connection: Connection, gateway: Gateway, now: datetime) -> int:
    """End the lifts that are an hour old. Returns how many. Safe to run twice."""
    due = connection.execute(
        sa.select(number_lifts.c.id, number_lifts.c.contact).where(
            number_lifts.c.hidden_at.is_(None), number_lifts.c.lifted_at <= now - LIFTED_FOR
        )
    ).all()
    for row in due:
        ended = connection.execute(
            sa.update(number_lifts).where(number_lifts.c.id == row.id, number_lifts.c.hidden_at.is_(None)),
            {"hidden_at": now},
        )
        if ended.rowcount == 1:
            gateway.audit.record(
                connection,
                at=now,
                actor=SYSTEM,
                action=Action.NUMBER_HIDDEN,
                contact=find_contact(connection, row.contact),
                lift=row.id,
            )
    return len(due)


def can_be_lifted(contact: Contact) -> bool:
    """Whether there is a number to show."""
    has_number = contact.caller_number is not None or contact.call_back_number is not None
    return contact.wrapped_key is not None and has_number


def lifts_of(connection: Connection, gateway: Gateway, contact: Contact) -> list[Lift]:
    """Every lift of the contact's number, oldest first, with the reason while the contact's key lives."""
    rows = connection.execute(
        sa.select(number_lifts).where(number_lifts.c.contact == contact.id).order_by(number_lifts.c.lifted_at)
    ).all()
    key = gateway.vault.contact_key(contact.wrapped_key) if rows and contact.wrapped_key else None
    return [
        Lift(
            worker=row.worker,
            at=row.lifted_at,
            ends_at=row.hidden_at or row.lifted_at + LIFTED_FOR,
            reason=key.unseal(row.reason, REASON) if key and row.reason else None,
        )
        for row in rows
    ]


def is_lifted(connection: Connection, contact_id: str, now: datetime) -> bool:
    """Whether somebody lifted the number within the last hour."""
    query = sa.select(number_lifts.c.id).where(
        number_lifts.c.contact == contact_id,
        number_lifts.c.hidden_at.is_(None),
        number_lifts.c.lifted_at > now - LIFTED_FOR,
    )
    return connection.execute(query).first() is not None
