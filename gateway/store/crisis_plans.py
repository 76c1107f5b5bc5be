"""Rows of crisis plans."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import crisis_plans


@dataclass(frozen=True, slots=True)
class CrisisPlan:
    """Columns as in ``tables.crisis_plans``."""

    id: str
    line: str
    worker: str
    version: int
    consent_by: str
    consent_at: datetime
    fifth_day_at: datetime
    scales_before: dict[str, int]
    scales_after: dict[str, int]
    changed_at: datetime
    contact: str | None = None
    withdrawn_at: datetime | None = None
    texts: bytes | None = None
    wrapped_key: bytes | None = None
    followed_up_at: datetime | None = None


class PlanChange(TypedDict, total=False):
    version: int
    fifth_day_at: datetime
    scales_before: dict[str, int]
    scales_after: dict[str, int]
    changed_at: datetime
    withdrawn_at: datetime
    texts: bytes | None
    wrapped_key: bytes | None
    followed_up_at: datetime | None


def insert(connection: Connection, plan: CrisisPlan) -> None:
    values = {name: getattr(plan, name) for name in CrisisPlan.__slots__}
    connection.execute(sa.insert(crisis_plans), values)


def change(connection: Connection, plan: CrisisPlan, **values: Unpack[PlanChange]) -> CrisisPlan:
    connection.execute(sa.update(crisis_plans).where(crisis_plans.c.id == plan.id), dict(values))
    return replace(plan, **values)


def find(connection: Connection, plan: str, *, lock: bool = False) -> CrisisPlan | None:
    query = sa.select(crisis_plans).where(crisis_plans.c.id == plan)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return CrisisPlan(**row) if row else None


def of_contact(connection: Connection, contact: str) -> CrisisPlan | None:
    """The newest of a contact that stands."""
    query = (
        sa.select(crisis_plans)
        .where(crisis_plans.c.contact == contact, crisis_plans.c.withdrawn_at.is_(None))
        .order_by(crisis_plans.c.consent_at.desc())
    )
    row = connection.execute(query).mappings().first()
    return CrisisPlan(**row) if row else None


def standing(connection: Connection, lines: Collection[str], since: datetime) -> list[CrisisPlan]:
    """Those of these lines that were begun since and not withdrawn; the next fifth day first."""
    query = (
        sa.select(crisis_plans)
        .where(
            crisis_plans.c.line.in_(sorted(lines)),
            crisis_plans.c.withdrawn_at.is_(None),
            crisis_plans.c.consent_at >= since,
        )
        .order_by(crisis_plans.c.followed_up_at.is_not(None), crisis_plans.c.fifth_day_at)
    )
    return [CrisisPlan(**row) for row in connection.execute(query).mappings()]
