"""Whoever has a page open: found once a request by their cookie, and passed on with what they reach."""

from __future__ import annotations

from flask import Response, g, request

from config import logs
from config.site import Role
from gateway.accounts import forms, sessions
from gateway.accounts.access import Reach, reach_of
from gateway.accounts.cookies import SESSION
from gateway.accounts.door import Door, door
from gateway.accounts.protection import Protection
from gateway.accounts.sessions import Ending, SignedIn
from gateway.audit.log import SYSTEM, Action
from gateway.store import staff_sessions
from gateway.store.staff_sessions import StaffSession

# A page that asks by itself says so: nobody is kept signed in by a page that was left open.
UNATTENDED = "X-Unattended"

log = logs.get("accounts")


class SignInNeededError(Exception):
    """Nobody is signed in with this browser (any more)."""


class PasskeyNeededError(Exception):
    """An administrator who came by a link has to add a passkey before anything else."""


class NotYourRoleError(Exception):
    """The page is for another role."""


def signed_in() -> SignedIn:
    """Who asks. Only behind ``SIGNED_IN`` and its like."""
    found: SignedIn = g.signed_in
    return found


def reach() -> Reach:
    """What they reach."""
    found: Reach = g.reach
    return found


def find() -> SignedIn | None:
    """Who has a session in this browser, whatever page they ask for. A session that is over is ended."""
    if "signed_in" not in g:
        secret = door().jar.get(request, SESSION)
        g.signed_in = _find(door(), secret) if secret else None
    found: SignedIn | None = g.signed_in
    return found


def _find(at_door: Door, secret: str) -> SignedIn | None:
    gateway = at_door.gateway
    now = gateway.now()
    with gateway.store.read() as connection:
        session = sessions.find(connection, secret)
    if session is None:
        return None
    site, _roster = gateway.book.current()
    ending = sessions.ending_of(session, site, now)
    if ending is not None:
        _end(at_door, session, ending)
        return None
    if sessions.is_to_be_noted(session, now) and request.headers.get(UNATTENDED) is None:
        with gateway.store.write() as connection:
            session = sessions.note(connection, session, now)
    return SignedIn(session, site.workers[session.worker])


def _end(at_door: Door, session: StaffSession, ending: Ending) -> None:
    gateway = at_door.gateway
    now = gateway.now()
    with gateway.store.write() as connection:
        if staff_sessions.end(connection, session.worker, now, session_id=session.id):
            gateway.audit.record(
                connection,
                at=now,
                actor=SYSTEM,
                action=Action.SESSION_ENDED,
                worker=session.worker,
                why=str(ending),
            )
    log.event("session_over", worker=session.worker, reason=str(ending))


def _only(*roles: Role, enrols: bool = False, most_bytes: int = forms.MOST_BYTES) -> Protection:
    """``roles``: one of them is needed; none: whoever is signed in."""

    def check() -> Response | None:
        request.max_content_length = request.max_form_memory_size = most_bytes
        found = find()
        if found is None:
            raise SignInNeededError
        if request.method not in forms.SAFE_METHODS:
            forms.check(forms.token_in_session(found.session))
        if found.only_enrols and not enrols:
            raise PasskeyNeededError
        if roles and not found.worker.roles & set(roles):
            raise NotYourRoleError
        site, _roster = door().gateway.book.current()
        g.reach = reach_of(site, found.worker)
        return None

    name = f"session of a {' or '.join(roles)}" if roles else "session"
    return Protection(f"{name}, also to add a passkey" if enrols else name, check)


SIGNED_IN = _only()
COORDINATOR = _only(Role.COORDINATOR)
# With a roster file: two years of many lines are some megabytes.
COORDINATOR_WITH_FILE = _only(Role.COORDINATOR, most_bytes=12 * 1024 * 1024)
READS_LOG = MANAGES = _only(Role.COORDINATOR, Role.ADMINISTRATOR)
# Administrators who came by a link get no further than this.
ENROLLING = _only(enrols=True)
