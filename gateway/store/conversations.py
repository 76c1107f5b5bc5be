"""Rows of conversations, their messages, and the tokens that open them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store import joined_workers
from gateway.store.tables import (
    citizen_tokens,
    contacts,
    conversations,
    hand_over_notes,
    messages,
    sms_deliveries,
    sms_threads,
    tickets,
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is written between a citizen and workers. Columns as in ``tables.conversations``."""

    id: str
    contact: str
    wrapped_key: bytes | None
    began_at: datetime
    changed_at: datetime
    citizen_seen_at: datetime
    last_seq: int = 0
    ended_at: datetime | None = None
    has_code: bool = False
    offered_to: str | None = None
    offered_until: datetime | None = None
    passed: list[str] = field(default_factory=list)


class ConversationChange(TypedDict, total=False):
    contact: str
    wrapped_key: bytes | None
    changed_at: datetime
    ended_at: datetime | None
    has_code: bool
    citizen_seen_at: datetime
    offered_to: str | None
    offered_until: datetime | None
    passed: list[str]


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message, its text sealed with the conversation's key."""

    conversation: str
    seq: int
    client_id: str | None
    sender: str
    worker: str | None
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Numbered:
    """What writing a message needs of its conversation: where it belongs, its key, the last number given."""

    id: str
    contact: str
    wrapped_key: bytes | None
    last_seq: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands, for whoever listens to it. ``colleagues``: who joined its worker."""

    conversation: str
    last_seq: int
    contact: str
    state: str
    answered_by: str | None
    colleagues: tuple[str, ...] = ()


_OF_A_MESSAGE = tuple(each.name for each in fields(StoredMessage))
_INSERT_MESSAGE = sa.insert(messages)
_RAISE_SEQ = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(last_seq=sa.bindparam("seq"), changed_at=sa.bindparam("at"))
)


def _locking(row: type[Conversation | Numbered]) -> sa.Select[Any]:
    return (
        sa.select(*(conversations.c[each.name] for each in fields(row)))
        .where(conversations.c.id.in_(sa.bindparam("ids", expanding=True)))
        .order_by(conversations.c.id)
        .with_for_update(key_share=True)
    )


# What every message asks for is put into words once: building a statement takes longer than running it.
_LOCK, _LOCK_NUMBERED = _locking(Conversation), _locking(Numbered)
_KNOWN = sa.select(*(messages.c[name] for name in _OF_A_MESSAGE)).where(
    messages.c.conversation.in_(sa.bindparam("ids", expanding=True)),
    messages.c.client_id.in_(sa.bindparam("client_ids", expanding=True)),
)
_STATES = sa.select(contacts.c.id, contacts.c.state, contacts.c.answered_by, contacts.c.channel).where(
    contacts.c.id.in_(sa.bindparam("ids", expanding=True))
)
_WITHOUT_A_WORD = (
    sa.select(contacts.c.id)
    .join_from(conversations, contacts, contacts.c.id == conversations.c.contact)
    .where(conversations.c.id.in_(sa.bindparam("ids", expanding=True)), contacts.c.first_word_at.is_(None))
    .order_by(contacts.c.id)
    .with_for_update(of=contacts, key_share=True)
)
_FIRST_WORDS = (
    sa.update(contacts)
    .where(contacts.c.id.in_(sa.bindparam("ids", expanding=True)), contacts.c.first_word_at.is_(None))
    .values(first_word_at=sa.bindparam("at"))
)
_STANDING = (
    sa.select(
        conversations.c.id, conversations.c.last_seq, conversations.c.contact,
        contacts.c.state, contacts.c.answered_by,
    )
    .join(contacts, contacts.c.id == conversations.c.contact)
    .where(conversations.c.id.in_(sa.bindparam("ids", expanding=True)))
)  # fmt: skip


def insert(connection: Connection, new: Conversation) -> None:
    values = {each.name: getattr(new, each.name) for each in fields(Conversation)}
    connection.execute(sa.insert(conversations), values)


def find(connection: Connection, conversation_id: str) -> Conversation | None:
    row = (
        connection.execute(sa.select(conversations).where(conversations.c.id == conversation_id))
        .mappings()
        .first()
    )
    return Conversation(**row) if row else None


def lock(connection: Connection, ids: Iterable[str]) -> dict[str, Conversation]:
    """Those that exist, held until the transaction ends; in one order, so that nobody waits in a circle."""
    rows = connection.execute(_LOCK, {"ids": sorted(set(ids))})
    return {row[0]: Conversation(*row) for row in rows}


def lock_numbered(connection: Connection, ids: Iterable[str]) -> dict[str, Numbered]:
    """The same, for writing messages: many conversations at a time, and little of each."""
    rows = connection.execute(_LOCK_NUMBERED, {"ids": sorted(set(ids))})
    return {row[0]: Numbered(*row) for row in rows}


def lock_without_a_word(connection: Connection, ids: Iterable[str]) -> set[str]:
    """The contacts of these conversations in which no worker has written, held until the transaction ends.

    Ask for it before the conversations are locked: a contact comes first, here as everywhere.
    """
    return set(connection.execute(_WITHOUT_A_WORD, {"ids": sorted(set(ids))}).scalars())


def note_first_words(connection: Connection, contact_ids: Iterable[str], at: datetime) -> None:
    """A worker has written in these contacts, which are held; it is noted of those where none had."""
    connection.execute(_FIRST_WORDS, {"ids": sorted(set(contact_ids)), "at": at})


def change(connection: Connection, conversation_id: str, **values: Unpack[ConversationChange]) -> None:
    connection.execute(sa.update(conversations).where(conversations.c.id == conversation_id), dict(values))


def add_messages(connection: Connection, new: Sequence[StoredMessage]) -> None:
    """Write messages whose numbers follow on what the locked conversations have; each one's number rises."""
    rows = [{name: getattr(message, name) for name in _OF_A_MESSAGE} for message in new]
    if not rows:
        return
    connection.execute(_INSERT_MESSAGE, rows)
    last = {message.conversation: message for message in new}
    connection.execute(
        _RAISE_SEQ,
        [{"of": name, "seq": message.seq, "at": message.at} for name, message in last.items()],
    )


def known_messages(
    connection: Connection, ids: Iterable[str], client_ids: Iterable[str]
) -> dict[tuple[str, str], StoredMessage]:
    """Messages that were stored before, by conversation and the sender's own id."""
    wanted = {"ids": sorted(set(ids)), "client_ids": sorted(set(client_ids))}
    found = (StoredMessage(*row) for row in connection.execute(_KNOWN, wanted))
    return {(each.conversation, each.client_id or ""): each for each in found}


def messages_after(
    connection: Connection, conversation_id: str, seq: int, limit: int = 10_000
) -> list[StoredMessage]:
    query = sa.select(messages).where(messages.c.conversation == conversation_id, messages.c.seq > seq)
    rows = connection.execute(query.order_by(messages.c.seq).limit(limit)).mappings()
    return [StoredMessage(**row) for row in rows]


def writers_of(connection: Connection, conversation_id: str, after: int) -> dict[int, str]:
    """Which worker wrote it, by the number of each message that a worker wrote."""
    query = sa.select(messages.c.seq, messages.c.worker).where(
        messages.c.conversation == conversation_id, messages.c.seq > after, messages.c.worker.is_not(None)
    )
    return {row.seq: row.worker for row in connection.execute(query)}


def states_of(connection: Connection, contact_ids: Iterable[str]) -> dict[str, tuple[str, str | None, str]]:
    """State, worker and channel by contact."""
    rows = connection.execute(_STATES, {"ids": sorted(set(contact_ids))})
    return {contact: (state, answered_by, channel) for contact, state, answered_by, channel in rows}


def changed_since(connection: Connection, since: datetime) -> list[str]:
    query = sa.select(conversations.c.id).where(conversations.c.changed_at >= since)
    return list(connection.execute(query).scalars())


def standings(connection: Connection, ids: Iterable[str]) -> list[Standing]:
    found = [Standing(*row) for row in connection.execute(_STANDING, {"ids": sorted(set(ids))})]
    joined = joined_workers.of_contacts(
        connection, (each.contact for each in found if each.state == "answered")
    )
    return [replace(each, colleagues=joined.get(each.contact, ())) if joined else each for each in found]


def held_by(connection: Connection, worker: str) -> list[str]:
    """The conversations that a worker is in now: their own, and those that they joined."""
    theirs = sa.or_(contacts.c.answered_by == worker, contacts.c.id.in_(joined_workers.in_now(worker)))
    query = sa.select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact)
    return list(connection.execute(query.where(theirs, contacts.c.state == "answered")).scalars())


def of_waiting(connection: Connection, states: Iterable[str]) -> dict[str, tuple[Conversation, str | None]]:
    """Conversation and ticket of each contact in these states, by contact."""
    query = (
        sa.select(conversations, tickets.c.ticket.label("ticket_shown"))
        .join(contacts, contacts.c.id == conversations.c.contact)
        .outerjoin(tickets, tickets.c.conversation == conversations.c.id)
        .where(contacts.c.state.in_(list(states)))
    )
    found = {}
    for row in connection.execute(query).mappings():
        values: dict[str, Any] = dict(row)
        ticket = values.pop("ticket_shown")
        found[row["contact"]] = (Conversation(**values), ticket)
    return found


def seen(connection: Connection, ids: Iterable[str], at: datetime) -> None:
    """The citizens of these conversations are connected."""
    names = sorted(set(ids))
    if names:
        connection.execute(
            sa.update(conversations).where(conversations.c.id.in_(names)), {"citizen_seen_at": at}
        )


def add_token(connection: Connection, token_hash: str, conversation_id: str, at: datetime) -> None:
    connection.execute(
        sa.insert(citizen_tokens),
        {"token_hash": token_hash, "conversation": conversation_id, "made_at": at},
    )


def token_of(connection: Connection, token_hash: str) -> tuple[str, datetime] | None:
    """The conversation that a token opens, and since when."""
    query = sa.select(citizen_tokens.c.conversation, citizen_tokens.c.made_at)
    row = connection.execute(query.where(citizen_tokens.c.token_hash == token_hash)).first()
    return (row.conversation, row.made_at) if row else None


def forget_token(connection: Connection, token_hash: str) -> None:
    connection.execute(sa.delete(citizen_tokens).where(citizen_tokens.c.token_hash == token_hash))


def forget_keys(connection: Connection, without_code: datetime, with_code: datetime) -> int:
    """Destroy the keys of conversations that ended before these instants, by whether they have a code."""
    kept_shorter = sa.and_(conversations.c.has_code.is_(False), conversations.c.ended_at < without_code)
    due = sa.or_(kept_shorter, conversations.c.ended_at < with_code)
    statement = sa.update(conversations).where(conversations.c.wrapped_key.is_not(None), due)
    return connection.execute(statement, {"wrapped_key": None}).rowcount


def forget_orphans(connection: Connection, table: sa.Table) -> int:
    """Rows of messages, tokens or tickets whose conversation has no key any more."""
    gone = sa.select(conversations.c.id).where(conversations.c.wrapped_key.is_(None))
    return connection.execute(sa.delete(table).where(table.c.conversation.in_(gone))).rowcount


def erase(connection: Connection, conversation_id: str, at: datetime) -> None:
    """Destroy the key, and with it every message, note, token and ticket. Nothing brings them back."""
    for table in (messages, hand_over_notes, citizen_tokens, tickets, sms_threads, sms_deliveries):
        connection.execute(sa.delete(table).where(table.c.conversation == conversation_id))
    change(connection, conversation_id, wrapped_key=None, changed_at=at)
