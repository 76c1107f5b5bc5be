"""A worker's session in one browser: begun at sign-in, ended when idle, by hand, or with their roles."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Role, Site, Worker
from gateway.accounts.derived import hashed, new_secret
from gateway.store import staff_sessions
from gateway.store.ids import new_id
from gateway.store.staff_sessions import StaffSession

# A worker stays signed in for a shift; who can change rosters and accounts does not leave them open.
IDLE = timedelta(hours=12)
IDLE_OF_LEADERS = timedelta(hours=1)
LONGEST = timedelta(days=14)
# Written no more often than this: idle times are hours.
SEEN_EVERY = timedelta(minutes=1)

LEADERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class Method(enum.StrEnum):
    PASSKEY = "passkey"
    LINK = "link"
    OIDC = "oidc"


class Ending(enum.StrEnum):
    """Why a session that a browser still shows is none any more."""

    IDLE = "idle"
    OLD = "old"
    WORKER_REMOVED = "worker_removed"
    ROLE_LOST = "role_lost"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session in force. ``only_enrols``: it opens the page where a passkey is added, and nothing else."""

    session: StaffSession
    worker: Worker

    @property
    def only_enrols(self) -> bool:
        return Role.ADMINISTRATOR in self.worker.roles and self.session.method != Method.PASSKEY


def begin(
    connection: Connection, worker: Worker, method: Method, device: str, now: datetime
) -> tuple[str, StaffSession]:
    """A new session, and the secret that its cookie holds. Whatever was before is not carried on."""
    secret = new_secret()
    session = StaffSession(
        id=new_id(),
        worker=worker.id,
        roles=_written(worker.roles),
        method=method,
        device=device,
        began_at=now,
        seen_at=now,
    )
    staff_sessions.insert(connection, session, hashed(secret))
    return secret, session


def find(connection: Connection, secret: str) -> StaffSession | None:
    """The session that nobody ended, whether or not it is still good: ``ending_of`` says."""
    return staff_sessions.find_open(connection, hashed(secret))


def ending_of(session: StaffSession, site: Site, now: datetime) -> Ending | None:
    """Why the session is over; None when it is good."""
    worker = site.workers.get(session.worker)
    if worker is None:
        return Ending.WORKER_REMOVED
    if not set(session.roles.split()) <= {str(role) for role in worker.roles}:
        return Ending.ROLE_LOST
    if now - session.seen_at > idle_of(worker.roles):
        return Ending.IDLE
    if now - session.began_at > LONGEST:
        return Ending.OLD
    return None


def is_to_be_noted(session: StaffSession, now: datetime) -> bool:
    return now - session.seen_at >= SEEN_EVERY


def note(connection: Connection, session: StaffSession, now: datetime) -> StaffSession:
    """It was used just now."""
    staff_sessions.seen(connection, session.id, now)
    return replace(session, seen_at=now)


def of_worker(connection: Connection, site: Site, worker: str, now: datetime) -> list[StaffSession]:
    """Those in force, the last used first."""
    return [
        session
        for session in staff_sessions.open_of(connection, worker)
        if ending_of(session, site, now) is None
    ]


def idle_of(roles: Iterable[Role]) -> timedelta:
    return IDLE_OF_LEADERS if LEADERS & set(roles) else IDLE


def _written(roles: Iterable[Role]) -> str:
    return " ".join(sorted(str(role) for role in roles))
