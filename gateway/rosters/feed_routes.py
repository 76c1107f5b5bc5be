"""The address that calendar programs fetch: whoever knows its secret sees one worker's shifts alone."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from gateway.accounts.protection import public
from gateway.rosters import feed
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway

blueprint = Blueprint("calendar", __name__)


@blueprint.get(f"{feed.PREFIX}<secret>{feed.SUFFIX}")
@public("calendar programs send no token: the address is the secret, of 256 random bits, and can be revoked")
def read_calendar(secret: str) -> Response:
    gateway: Gateway = current_app.extensions["gateway"]
    site, _roster = gateway.book.current()
    try:
        with gateway.store.read() as connection:
            worker = feed.worker_of(connection, secret)
            if worker is None or worker not in site.workers:
                return Response("404 Not Found\n", 404, content_type="text/plain; charset=utf-8")
            content = feed.calendar_of(connection, site, worker, gateway.now())
    except StoreUnavailableError:
        # An error keeps what the calendar program has; an empty calendar would wipe it.
        return Response(
            "503\n", 503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "300"}
        )
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="vagter.ics"'
    answer.add_etag()
    return answer
