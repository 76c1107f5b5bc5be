"""One-time links that staff get by SMS, and the tries to sign in that browsers have under way."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.tables import sign_in_links, sign_in_steps


def insert(connection: Connection, link_id: str, worker: str, at: datetime) -> None:
    connection.execute(
        sa.insert(sign_in_links), {"id": link_id, "worker": worker, "created_at": at, "wrong": 0}
    )


def count_since(connection: Connection, worker: str, since: datetime) -> int:
    query = sa.select(sa.func.count()).where(
        sign_in_links.c.worker == worker, sign_in_links.c.created_at > since
    )
    return int(connection.execute(query).scalar_one())


def is_open(connection: Connection, link_id: str, since: datetime, most_wrong: int) -> str | None:
    """Whose link it is, if it is younger than ``since``, unused, and not locked by wrong tries."""
    query = sa.select(sign_in_links.c.worker).where(*_usable(link_id, since, most_wrong))
    worker: str | None = connection.execute(query).scalar_one_or_none()
    return worker


def use(connection: Connection, link_id: str, at: datetime, since: datetime, most_wrong: int) -> str | None:
    """Use it up: only one of any number of tries at the same moment gets the worker's id."""
    statement = (
        sa.update(sign_in_links)
        .where(*_usable(link_id, since, most_wrong))
        .values(used_at=at)
        .returning(sign_in_links.c.worker)
    )
    worker: str | None = connection.execute(statement).scalar_one_or_none()
    return worker


def wrong(connection: Connection, link_id: str) -> None:
    """Somebody tried a secret that is not this link's."""
    connection.execute(
        sa.update(sign_in_links).where(sign_in_links.c.id == link_id).values(wrong=sign_in_links.c.wrong + 1)
    )


def end_all(connection: Connection, worker: str, at: datetime) -> None:
    """No link that was sent to a worker opens anything any more."""
    connection.execute(
        sa.update(sign_in_links).where(sign_in_links.c.worker == worker, sign_in_links.c.used_at.is_(None)),
        {"used_at": at},
    )


def forget(connection: Connection, before: datetime) -> int:
    """Delete links made before an instant; returns how many rows."""
    return connection.execute(sa.delete(sign_in_links).where(sign_in_links.c.created_at < before)).rowcount


def _usable(link_id: str, since: datetime, most_wrong: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sign_in_links.c.id == link_id,
        sign_in_links.c.used_at.is_(None),
        sign_in_links.c.created_at > since,
        sign_in_links.c.wrong < most_wrong,
    )


def insert_step(
    connection: Connection, secret_hash: str, kind: str, worker: str | None, expires_at: datetime
) -> None:
    row = {"secret_hash": secret_hash, "kind": kind, "worker": worker, "expires_at": expires_at}
    connection.execute(sa.insert(sign_in_steps), row)


def take_step(connection: Connection, secret_hash: str, kind: str, worker: str | None, now: datetime) -> bool:
    """Use a try up. False when there is none of this kind for this worker, any more."""
    step = sign_in_steps.c
    whose = step.worker.is_(None) if worker is None else step.worker == worker
    statement = sa.delete(sign_in_steps).where(
        step.secret_hash == secret_hash, step.kind == kind, whose, step.expires_at > now
    )
    return connection.execute(statement).rowcount == 1


def forget_steps(connection: Connection, now: datetime) -> int:
    """Delete tries that were never finished; returns how many rows."""
    return connection.execute(sa.delete(sign_in_steps).where(sign_in_steps.c.expires_at < now)).rowcount
