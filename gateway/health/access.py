"""Who may read the figures: this machine itself, or whoever has ``METRICS_TOKEN``."""

from __future__ import annotations

import hmac

from flask import Response, current_app, request

from gateway.accounts.protection import Protection
from gateway.wiring import Gateway

LOOPBACK = frozenset({"127.0.0.1", "::1"})
# A proxy on this machine asks from loopback too, for somebody who may be anywhere.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def _loopback_or_token() -> Response | None:
    gateway: Gateway = current_app.extensions["gateway"]
    token = gateway.settings.metrics_token
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return None
    is_direct = not any(name in request.headers for name in _FORWARDED)
    if request.remote_addr in LOOPBACK and is_direct:
        return None
    return Response("404 Not Found\n", 404, content_type="text/plain; charset=utf-8")


LOOPBACK_OR_TOKEN = Protection("loopback or token", _loopback_or_token)
