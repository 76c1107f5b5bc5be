"""The moment of signing in, whichever way somebody came: a new session, nothing left of what was before."""

from __future__ import annotations

from flask import request
from sqlalchemy.engine import Connection

from config import logs
from config.site import Worker
from gateway.accounts import links, sessions
from gateway.accounts.cookies import SESSION
from gateway.accounts.devices import device
from gateway.accounts.door import Door
from gateway.accounts.sessions import Method
from gateway.audit.log import Action
from gateway.store import staff_sessions

log = logs.get("accounts")


def complete(connection: Connection, at_door: Door, worker: Worker, method: Method) -> str:
    """What the session's cookie is to hold. A session this browser had is ended, links sent before too."""
    gateway = at_door.gateway
    now = gateway.now()
    before = at_door.jar.get(request, SESSION)
    if before and (earlier := sessions.find(connection, before)) is not None:
        staff_sessions.end(connection, earlier.worker, now, session_id=earlier.id)
    links.end_all(connection, worker.id, now)
    secret, session = sessions.begin(
        connection, worker, method, device(request.headers.get("User-Agent", "")), now
    )
    gateway.audit.record(
        connection, at=now, actor=worker.id, action=Action.SIGNED_IN, how=str(method), session=session.id
    )
    log.event("signed_in", worker=worker.id, kind=str(method))
    return secret
