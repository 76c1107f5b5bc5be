"""CPR numbers that citizens agreed to give, and the keyed hash by which statistics know a person again."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.tables import consents, person_keys, registration_facts
from gateway.store.vault import KEY_BYTES, Vault

CPR = "cpr number"
PERSON_KEY = "person key"
_ONLY = 1


def person_hash(connection: Connection, vault: Vault, cpr: str) -> str:
    """64 hexadecimal digits, the same for the same ten digits for as long as the database lives."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {"number": _ONLY, "sealed": vault.seal(os.urandom(KEY_BYTES), PERSON_KEY)}
    query = sa.select(person_keys.c.sealed).where(person_keys.c.number == _ONLY)
    sealed = connection.execute(query).scalar()
    if sealed is None:
        connection.execute(dialect.insert(person_keys).on_conflict_do_nothing(), row)
        sealed = connection.execute(query).scalar_one()
    return hmac.new(vault.unseal(sealed, PERSON_KEY), cpr.encode(), hashlib.sha256).hexdigest()


def record(
    connection: Connection,
    vault: Vault,
    registration: str,
    cpr: str,
    purpose: str,
    *,
    asked_by: str,
    at: datetime,
) -> str:
    """Keep a number (ten digits) in place of one that was given before. Returns the person's hash."""
    person = person_hash(connection, vault, cpr)
    row = {
        "registration": registration,
        "purpose": purpose,
        "asked_by": asked_by,
        "given_at": at,
        "withdrawn_at": None,
        "cpr": vault.seal(cpr.encode(), CPR),
        "person": person,
    }
    connection.execute(sa.delete(consents).where(consents.c.registration == registration))
    connection.execute(sa.insert(consents), row)
    return person


def withdraw(connection: Connection, registration: str, at: datetime) -> bool:
    """The number and the hash are gone; that there was a consent, for what and until when stays."""
    mine = sa.and_(consents.c.registration == registration, consents.c.withdrawn_at.is_(None))
    gone = connection.execute(
        sa.update(consents).where(mine), {"withdrawn_at": at, "cpr": None, "person": None}
    )
    counted = registration_facts.c.registration == registration
    connection.execute(sa.update(registration_facts).where(counted), {"person": None})
    return gone.rowcount == 1


@dataclass(frozen=True, slots=True)
class Consent:
    """What is kept of a consent but the number. ``person``: None once it was withdrawn."""

    purpose: str
    asked_by: str
    given_at: datetime
    withdrawn_at: datetime | None
    person: str | None


def consent_of(connection: Connection, registration: str) -> Consent | None:
    columns = consents.c
    query = sa.select(
        columns.purpose, columns.asked_by, columns.given_at, columns.withdrawn_at, columns.person
    )
    row = connection.execute(query.where(columns.registration == registration)).mappings().first()
    return Consent(**row) if row else None


def number_of(connection: Connection, vault: Vault, registration: str) -> str | None:
    """The ten digits, while they are kept."""
    query = sa.select(consents.c.cpr).where(consents.c.registration == registration)
    sealed = connection.execute(query).scalar()
    return None if sealed is None else vault.unseal(sealed, CPR).decode()


def times(connection: Connection, person: str, lines: list[str]) -> int:
    """How many registrations of these lines are known to be of the same person."""
    query = sa.select(sa.func.count()).where(
        registration_facts.c.person == person, registration_facts.c.line.in_(lines)
    )
    return int(connection.execute(query).scalar_one())
