"""What is stored about people right now: for the data protection officer, and for our own doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.privacy.retention import kinds
from gateway.store.engine import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of data, and how much of it there is."""

    name: str
    where: str
    why: str
    how_long: str
    rows: int
    oldest: datetime | None


def report(store: Store) -> list[Line]:
    """Raises StoreUnavailableError."""
    with store.read() as connection:
        return [
            Line(
                kind.name, kind.where, kind.why, kind.how_long, kind.rows(connection), kind.oldest(connection)
            )
            for kind in kinds()
        ]
