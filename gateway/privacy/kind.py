"""One kind of data: where it is kept, why and for how long, how much there is, and how it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

# After the end of a contact, what was sealed for it alone has been of use.
AFTER_THE_END = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Kind:
    """``where`` names table and column; ``rows`` and ``oldest`` say what there is now.

    ``purge`` removes what has been kept long enough and returns how many rows it concerned. None: what is
    kept stays, or somebody takes it away.
    """

    name: str
    where: str
    why: str
    how_long: str
    rows: Callable[[Connection], int]
    oldest: Callable[[Connection], datetime | None]
    purge: Callable[[Connection, datetime], int] | None


def held(
    column: sa.Column[Any], at: sa.Column[Any] | None = None
) -> tuple[Callable[..., int], Callable[..., Any]]:
    """How many rows have something in ``column``, and since when (``at``; None: no row says so)."""

    def rows(connection: Connection) -> int:
        query = sa.select(sa.func.count()).where(column.is_not(None))
        return int(connection.execute(query).scalar_one())

    def oldest(connection: Connection) -> datetime | None:
        if at is None:
            return None
        found: datetime | None = connection.execute(
            sa.select(sa.func.min(at)).where(column.is_not(None))
        ).scalar()
        return found

    return rows, oldest
