"""Shifts that one worker offers to another, for nothing or for one of theirs."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.ids import new_id
from gateway.store.tables import shifts, swap_consents, swaps


class SwapState(enum.StrEnum):
    """``accepted``: both workers agree, a coordinator has not yet. ``void``: a shift of it changed."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    VOID = "void"


UNDER_WAY = (SwapState.OFFERED, SwapState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Swap:
    """``shift`` and ``in_return``: rows of ``shifts``."""

    id: str
    state: SwapState
    line: str
    shift: int
    giver: str
    taker: str
    in_return: int | None
    offered_at: datetime
    answered_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None


def add(
    connection: Connection,
    *,
    line: str,
    shift: int,
    giver: str,
    taker: str,
    in_return: int | None,
    at: datetime,
) -> Swap:
    row = {
        "id": new_id(),
        "state": str(SwapState.OFFERED),
        "line": line,
        "shift": shift,
        "giver": giver,
        "taker": taker,
        "in_return": in_return,
        "offered_at": at,
        "answered_at": None,
        "decided_at": None,
        "decided_by": None,
    }
    connection.execute(sa.insert(swaps), row)
    return _from_row(row)


def find(connection: Connection, swap: str) -> Swap | None:
    row = connection.execute(sa.select(swaps).where(swaps.c.id == swap)).mappings().first()
    return None if row is None else _from_row(row)


def seen_by(connection: Connection, worker: str, lines: Collection[str]) -> list[Swap]:
    """Those under way of a worker's own, and those that concern ``lines``; newest first."""
    mine = sa.or_(swaps.c.giver == worker, swaps.c.taker == worker, _concerns(lines))
    query = sa.select(swaps).where(mine, swaps.c.state.in_(UNDER_WAY)).order_by(swaps.c.id.desc())
    return [_from_row(row) for row in connection.execute(query).mappings()]


def agreed(connection: Connection, lines: Collection[str]) -> list[Swap]:
    """Those that concern ``lines`` and that both workers want, undecided; the longest waiting first."""
    query = sa.select(swaps).where(_concerns(lines), swaps.c.state == str(SwapState.ACCEPTED))
    rows = connection.execute(query.order_by(swaps.c.answered_at, swaps.c.id)).mappings()
    return [_from_row(row) for row in rows]


def move(
    connection: Connection, swap: Swap, to: SwapState, at: datetime, decided_by: str | None = None
) -> bool:
    """From the state that was read to another. False where somebody was quicker."""
    values: dict[str, object] = {"state": str(to)}
    if swap.state is SwapState.OFFERED and to in (SwapState.ACCEPTED, SwapState.DONE, SwapState.DECLINED):
        values["answered_at"] = at
    if to is not SwapState.ACCEPTED:
        values |= {"decided_at": at, "decided_by": decided_by}
    where = (swaps.c.id == swap.id, swaps.c.state == str(swap.state))
    return connection.execute(sa.update(swaps).where(*where), values).rowcount == 1


def consent(connection: Connection, swap: Swap, line: str, by: str, at: datetime) -> None:
    """A coordinator's yes for one of its lines, which had none. The roster's lock must be held."""
    row = {"swap": swap.id, "line": line, "by": by, "at": at}
    connection.execute(sa.insert(swap_consents), row)


def consents(connection: Connection, swap: str) -> frozenset[str]:
    """The lines for which a coordinator has said yes."""
    query = sa.select(swap_consents.c.line).where(swap_consents.c.swap == swap)
    return frozenset(connection.execute(query).scalars())


def void(connection: Connection, rows: Collection[int], at: datetime) -> None:
    """Whatever is under way about these rows of ``shifts`` is off: they are no more."""
    about = sa.or_(swaps.c.shift.in_(rows), swaps.c.in_return.in_(rows))
    statement = sa.update(swaps).where(about, swaps.c.state.in_(UNDER_WAY))
    connection.execute(statement, {"state": str(SwapState.VOID), "decided_at": at})


def _concerns(lines: Collection[str]) -> sa.ColumnElement[bool]:
    """The shift that is given is on one of them, or the one in return."""
    back = sa.select(shifts.c.id).where(shifts.c.id == swaps.c.in_return, shifts.c.line.in_(lines))
    return sa.or_(swaps.c.line.in_(lines), back.exists())


def _from_row(row: Any) -> Swap:
    return Swap(**{**row, "state": SwapState(row["state"])})
