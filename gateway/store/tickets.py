"""Rows of tickets, given or only tried, and how many codes were wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.tables import tickets, wrong_codes


@dataclass(frozen=True, slots=True)
class Ticket:
    ticket: str
    conversation: str | None
    code_hash: str | None
    wrong: int
    expires_at: datetime | None


def give(connection: Connection, ticket: str, conversation: str) -> bool:
    """Give a ticket to a conversation. False when another has it. One that was only tried begins anew."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(tickets).values(
        ticket=ticket, conversation=conversation, code_hash=None, wrong=0, expires_at=None
    )
    given = statement.on_conflict_do_update(
        index_elements=[tickets.c.ticket],
        set_={"conversation": conversation, "wrong": 0, "expires_at": None},
        where=tickets.c.conversation.is_(None),
    ).returning(tickets.c.ticket)
    return connection.execute(given).first() is not None


def of_conversation(connection: Connection, conversation: str) -> str | None:
    query = sa.select(tickets.c.ticket).where(tickets.c.conversation == conversation)
    found: str | None = connection.execute(query).scalar()
    return found


def try_once(connection: Connection, ticket: str, most: int, expires_at: datetime) -> tuple[Ticket, bool]:
    """Count a try as wrong, before the code is looked at, so that no two tries at once share a count.

    Returns the ticket, and whether there was a try left. The same work for a ticket that nobody has.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(tickets).values(
        ticket=ticket, conversation=None, code_hash=None, wrong=0, expires_at=expires_at
    )
    connection.execute(new.on_conflict_do_nothing())
    counted = connection.execute(
        sa.update(tickets)
        .where(tickets.c.ticket == ticket, tickets.c.wrong < most)
        .values(wrong=tickets.c.wrong + 1)
    )
    row = connection.execute(sa.select(tickets).where(tickets.c.ticket == ticket)).mappings().one()
    return Ticket(**row), counted.rowcount == 1


def was_right(connection: Connection, ticket: str) -> None:
    """The try that was counted was none."""
    connection.execute(sa.update(tickets).where(tickets.c.ticket == ticket).values(wrong=tickets.c.wrong - 1))


def set_code(connection: Connection, conversation: str, code_hash: str, most: int) -> bool:
    """False when the ticket is locked, or there is none."""
    changed = connection.execute(
        sa.update(tickets)
        .where(tickets.c.conversation == conversation, tickets.c.wrong < most)
        .values(code_hash=code_hash)
    )
    return changed.rowcount == 1


def wrong_on(connection: Connection, day: str) -> int:
    found = connection.execute(sa.select(wrong_codes.c.count).where(wrong_codes.c.day == day)).scalar()
    return found or 0


def count_wrong(connection: Connection, day: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(wrong_codes).values(day=day, count=1)
    connection.execute(
        new.on_conflict_do_update(index_elements=[wrong_codes.c.day], set_={"count": wrong_codes.c.count + 1})
    )


def forget(connection: Connection, now: datetime, before_day: str) -> int:
    """Tickets that were only tried, once their time is up, and the counts of days before one."""
    connection.execute(sa.delete(wrong_codes).where(wrong_codes.c.day < before_day))
    tried = sa.delete(tickets).where(tickets.c.conversation.is_(None), tickets.c.expires_at < now)
    return connection.execute(tried).rowcount
