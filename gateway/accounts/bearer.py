"""Whoever speaks with a bearer token: found once a request, and passed on with what they reach."""

from __future__ import annotations

from flask import current_app, g, request

from config import logs
from gateway.accounts import tokens
from gateway.accounts.access import Reach, reach_of
from gateway.accounts.protection import Protection
from gateway.wiring import Gateway

SCHEME = "bearer"

log = logs.get("accounts")


class NotSignedInError(Exception):
    """No token, or one that is not valid (any more); which of them is nobody's business."""


def reach() -> Reach:
    """What the one who asks reaches. Only behind ``BEARER``."""
    found: Reach = g.reach
    return found


def _only_with_a_token() -> None:
    gateway: Gateway = current_app.extensions["gateway"]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    with gateway.store.read() as connection:
        worker_id = tokens.worker_of(connection, token.strip()) if scheme.lower() == SCHEME else None
    site, _roster = gateway.book.current()
    worker = site.workers.get(worker_id or "")  # who has left the site has left with all their tokens
    if worker is None:
        log.event("token_refused", reason="none" if not token else "invalid")
        raise NotSignedInError
    g.reach = reach_of(site, worker)


BEARER = Protection("bearer token", _only_with_a_token)
