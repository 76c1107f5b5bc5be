"""The list of follow-ups, taking one, and having done it."""

from __future__ import annotations

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach, signed_in
from gateway.audit.log import Action
from gateway.pages.follow_ups.shown import follow_ups_shown
from gateway.pages.frame import blueprint, page, see_other
from gateway.store import follow_ups as store
from gateway.store.follow_ups import FollowUp


@blueprint.get("/follow-ups")
@protected_by(SIGNED_IN)
def list_follow_ups() -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    with gateway.store.read() as connection:
        found = follow_ups_shown(connection, site, reach(), gateway.now())
    return page(
        "follow_ups/follow_ups.html",
        follow_ups=found,
        mine=signed_in().worker.id,
        taken_before="taken" in request.args,
    )


@blueprint.post("/follow-ups/<follow_up>/take")
@protected_by(SIGNED_IN)
def take_follow_up(follow_up: str) -> Response:
    gateway, worker, now = door().gateway, signed_in().worker.id, door().gateway.now()
    with gateway.store.write() as connection:
        found = _theirs(connection, follow_up)
        won = store.take(connection, found.id, worker, now)
        if won:
            gateway.audit.record(
                connection, at=now, actor=worker, action=Action.FOLLOW_UP_TAKEN, line=found.line
            )
    return see_other("/follow-ups" if won or found.taken_by == worker else "/follow-ups?taken=before")


@blueprint.post("/follow-ups/<follow_up>/done")
@protected_by(SIGNED_IN)
def follow_up_done(follow_up: str) -> Response:
    gateway, worker, now = door().gateway, signed_in().worker.id, door().gateway.now()
    with gateway.store.write() as connection:
        found = _theirs(connection, follow_up)
        if store.done(connection, found.id, worker, now):
            gateway.audit.record(
                connection, at=now, actor=worker, action=Action.FOLLOW_UP_DONE, line=found.line
            )
    return see_other("/follow-ups")


def _theirs(connection: Connection, follow_up: str) -> FollowUp:
    """404 alike for none and for another line's."""
    found = store.find(connection, follow_up)
    if found is None or found.line not in reach().lines:
        abort(404)
    return found
