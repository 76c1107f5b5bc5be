"""What a worker tells the colleague who goes on with a conversation. Sealed with the conversation's key."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import hand_over_notes as table

PURPOSE = "hand-over note"
"""What the conversation's key is told for the text."""


@dataclass(frozen=True, slots=True)
class HandOverNote:
    """Columns as in ``tables.hand_over_notes``."""

    id: str
    conversation: str
    by: str
    to: str
    body: bytes
    at: datetime


def insert(connection: Connection, note: HandOverNote) -> None:
    connection.execute(
        sa.insert(table), {each.name: getattr(note, each.name) for each in fields(HandOverNote)}
    )


def of_conversation(connection: Connection, conversation: str) -> list[HandOverNote]:
    """The oldest first."""
    query = sa.select(table).where(table.c.conversation == conversation).order_by(table.c.at, table.c.id)
    return [HandOverNote(**row) for row in connection.execute(query).mappings()]
