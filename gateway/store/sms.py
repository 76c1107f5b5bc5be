"""Rows of text messages: whose phone is in which conversation, what came in, and how ours fare."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.tables import sms_deliveries, sms_keys, sms_received, sms_stops, sms_threads

PURPOSE = "sms key"
"""What the vault is told for the key of the hashes."""
QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Thread:
    """Columns as in ``tables.texts``."""

    peer: str
    conversation: str
    own_number: bytes
    asks_postcode: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Columns as in ``tables.texts``."""

    id: str
    conversation: str
    seq: int
    part: int
    contact: str
    state: str
    changed_at: datetime
    tries: int = 0
    error_code: int | None = None


class DeliveryChange(TypedDict, total=False):
    state: str
    tries: int
    error_code: int | None
    changed_at: datetime


def key(connection: Connection) -> bytes | None:
    """The sealed key of the hashes; None before there is one."""
    found: bytes | None = connection.execute(sa.select(sms_keys.c.sealed)).scalar()
    return found


def keep_key(connection: Connection, sealed: bytes, at: datetime) -> None:
    """Keep it, unless another process was faster."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {"id": 1, "sealed": sealed, "made_at": at}
    connection.execute(dialect.insert(sms_keys).on_conflict_do_nothing(), row)


def receive_once(connection: Connection, sid: str, at: datetime) -> bool:
    """False when a message of this id has come before."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(sms_received).on_conflict_do_nothing().returning(sms_received.c.sid)
    return connection.execute(statement, {"sid": sid, "at": at}).first() is not None


def forget_received(connection: Connection, before: datetime) -> int:
    return connection.execute(sa.delete(sms_received).where(sms_received.c.at < before)).rowcount


def thread_of(connection: Connection, peer: str) -> Thread | None:
    row = connection.execute(sa.select(sms_threads).where(sms_threads.c.peer == peer)).mappings().first()
    return Thread(**row) if row else None


def thread_in(connection: Connection, conversation: str) -> Thread | None:
    query = sa.select(sms_threads).where(sms_threads.c.conversation == conversation)
    row = connection.execute(query).mappings().first()
    return Thread(**row) if row else None


def add_thread(connection: Connection, thread: Thread) -> bool:
    """False when the phone has got a conversation at this very moment."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {each.name: getattr(thread, each.name) for each in fields(Thread)}
    new = dialect.insert(sms_threads).on_conflict_do_nothing().returning(sms_threads.c.peer)
    return connection.execute(new, values).first() is not None


def drop_thread(connection: Connection, peer: str) -> None:
    connection.execute(sa.delete(sms_threads).where(sms_threads.c.peer == peer))


def ask_no_more(connection: Connection, peer: str) -> None:
    """The postcode was given, or is not asked for any more."""
    connection.execute(sa.update(sms_threads).where(sms_threads.c.peer == peer), {"asks_postcode": False})


def stop(connection: Connection, peer: str, at: datetime) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(sms_stops).on_conflict_do_nothing(), {"peer": peer, "at": at})


def start(connection: Connection, peer: str) -> bool:
    """Whether it had been stopped."""
    return connection.execute(sa.delete(sms_stops).where(sms_stops.c.peer == peer)).rowcount == 1


def is_stopped(connection: Connection, peer: str) -> bool:
    query = sa.select(sms_stops.c.peer).where(sms_stops.c.peer == peer)
    return connection.execute(query).first() is not None


def add_delivery(connection: Connection, delivery: Delivery) -> None:
    values = {each.name: getattr(delivery, each.name) for each in fields(Delivery)}
    connection.execute(sa.insert(sms_deliveries), values)


def lock_delivery(connection: Connection, delivery_id: str) -> Delivery | None:
    query = sa.select(sms_deliveries).where(sms_deliveries.c.id == delivery_id).with_for_update()
    row = connection.execute(query).mappings().first()
    return Delivery(**row) if row else None


def change_delivery(connection: Connection, delivery_id: str, **values: Unpack[DeliveryChange]) -> None:
    connection.execute(sa.update(sms_deliveries).where(sms_deliveries.c.id == delivery_id), dict(values))


def waits_for_earlier(connection: Connection, delivery: Delivery) -> bool:
    """Whether something that was written before it is still to be sent."""
    table = sms_deliveries.c
    earlier = sa.or_(table.seq < delivery.seq, sa.and_(table.seq == delivery.seq, table.part < delivery.part))
    query = sa.select(sms_deliveries.c.id).where(
        table.conversation == delivery.conversation, sa.text("state = 'queued'"), earlier
    )
    return connection.execute(query.limit(1)).first() is not None


def deliveries_of(connection: Connection, conversations: Collection[str]) -> list[Delivery]:
    """All of these conversations, in the order in which they were written."""
    if not conversations:
        return []
    query = sa.select(sms_deliveries).where(sms_deliveries.c.conversation.in_(sorted(conversations)))
    rows = connection.execute(query.order_by(sms_deliveries.c.seq, sms_deliveries.c.part)).mappings()
    return [Delivery(**row) for row in rows]


def changed_since(connection: Connection, since: datetime) -> set[str]:
    """Conversations in which something became of an SMS after an instant."""
    query = sa.select(sms_deliveries.c.conversation).where(sms_deliveries.c.changed_at >= since).distinct()
    return set(connection.execute(query).scalars())
