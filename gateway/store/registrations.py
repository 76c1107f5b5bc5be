"""Rows of registrations: the form as it is, every version of it, and what statistics count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.kept_months import OF_REGISTRATIONS, Month, month_of
from gateway.store.tables import registration_facts, registration_versions, registrations

OWN_KEY = "contact key"
"""A registration without a contact has a key of its own, wrapped as a contact's is."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Columns as in ``tables.registrations``; a draft while ``submitted_at`` is None."""

    id: str
    form: str
    form_version: int
    line: str
    worker: str
    version: int
    answers: dict[str, Any]
    began_at: datetime
    changed_at: datetime
    contact: str | None = None
    texts: bytes | None = None
    wrapped_key: bytes | None = None
    changed_by: str | None = None
    submitted_at: datetime | None = None


class RegistrationChange(TypedDict, total=False):
    form_version: int
    worker: str
    version: int
    answers: dict[str, Any]
    texts: bytes | None
    changed_at: datetime
    changed_by: str
    submitted_at: datetime


def insert(connection: Connection, registration: Registration) -> None:
    values = {name: getattr(registration, name) for name in Registration.__slots__}
    connection.execute(sa.insert(registrations), values)


def change(
    connection: Connection, registration: Registration, **values: Unpack[RegistrationChange]
) -> Registration:
    connection.execute(sa.update(registrations).where(registrations.c.id == registration.id), dict(values))
    return replace(registration, **values)


def find(connection: Connection, registration_id: str, *, lock: bool = False) -> Registration | None:
    return _one(connection, registrations.c.id == registration_id, lock=lock)


def of_contact(connection: Connection, contact_id: str) -> Registration | None:
    return _one(connection, registrations.c.contact == contact_id, lock=False)


def _one(connection: Connection, where: sa.ColumnElement[bool], *, lock: bool) -> Registration | None:
    query = sa.select(registrations).where(where)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return Registration(**row) if row else None


def keep_version(connection: Connection, registration: Registration, by: str, at: datetime) -> None:
    row = {
        "registration": registration.id,
        "version": registration.version,
        "at": at,
        "by": by,
        "form_version": registration.form_version,
        "answers": registration.answers,
        "texts": registration.texts,
    }
    connection.execute(sa.insert(registration_versions), row)


def versions_of(connection: Connection, registration_id: str) -> list[Mapping[str, Any]]:
    """Every form of it since it was submitted, oldest first."""
    query = sa.select(registration_versions).where(registration_versions.c.registration == registration_id)
    return [dict(row) for row in connection.execute(query.order_by("version")).mappings()]


def write_facts(connection: Connection, facts: Mapping[str, Any], *, first: bool = False) -> None:
    """In place of those that were counted of this registration before; its months are to be counted anew.
    ``first``: nothing was counted of it before."""
    if first:
        OF_REGISTRATIONS.mark(connection, [Month(facts["line"], month_of(facts["day"]))])
        connection.execute(sa.insert(registration_facts), dict(facts))
        return
    mine = registration_facts.c.registration == facts["registration"]
    before = connection.execute(
        sa.select(registration_facts.c.line, registration_facts.c.day).where(mine)
    ).first()
    days = [(facts["line"], facts["day"])] + ([] if before is None else [(before.line, before.day)])
    OF_REGISTRATIONS.mark(connection, (Month(line, month_of(day)) for line, day in days))
    if connection.execute(sa.update(registration_facts).where(mine), dict(facts)).rowcount == 0:
        connection.execute(sa.insert(registration_facts), dict(facts))


def forget_texts(connection: Connection, registration_id: str) -> None:
    """The texts of it and of its versions, at once."""
    for table, key in (
        (registrations, registrations.c.id),
        (registration_versions, registration_versions.c.registration),
    ):
        connection.execute(sa.update(table).where(key == registration_id), {"texts": None})
