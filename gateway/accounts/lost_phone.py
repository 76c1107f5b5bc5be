"""A worker's phone is lost: whoever found it gets no further with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.accounts import links
from gateway.audit.log import Action, AuditLog
from gateway.store import push_subscriptions, staff_passkeys, staff_sessions


@dataclass(frozen=True, slots=True)
class ShutOut:
    """How many sessions ended and how many passkeys went."""

    sessions: int
    passkeys: int


def shut_out(connection: Connection, audit: AuditLog, worker: str, now: datetime, *, by: str) -> ShutOut:
    """Sign a worker out everywhere, end links on their way, remove their passkeys, tell their phones nothing
    more; audited in the same transaction. They get in again with a link by SMS, once their number is on a
    phone that they have."""
    ended = staff_sessions.end_all(connection, worker, now)
    links.end_all(connection, worker, now)
    removed = staff_passkeys.remove_all(connection, worker)
    push_subscriptions.remove_all(connection, worker)
    for action, count in ((Action.SESSION_ENDED, ended), (Action.PASSKEY_REMOVED, removed)):
        audit.record(connection, at=now, actor=by, action=action, worker=worker, count=count)
    return ShutOut(ended, removed)
