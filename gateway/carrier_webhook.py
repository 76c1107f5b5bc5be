"""What all of the carrier's webhooks have in common: they are signed, and their forms are read alike."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Response, current_app, request
from werkzeug.datastructures import MultiDict

from config import logs
from gateway.accounts.protection import Protection
from gateway.voice.webhook import is_signed
from gateway.wiring import Gateway

_MORE_THAN_ASCII = re.compile(rb"[\x80-\xff]|%[89A-Fa-f]")
_POSTED = "akutlinjen.posted"
_URL_ENCODED = "application/x-www-form-urlencoded"

log = logs.get("voice")


def _only_the_carrier() -> Response | None:
    """403, and no trace but a counted event, for whatever the carrier did not sign."""
    gateway: Gateway = current_app.extensions["gateway"]
    url = gateway.settings.public_url + request.full_path.rstrip("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    if is_signed(gateway.settings.twilio_auth_token or "", url, posted(), signature):
        return None
    log.event("webhook_refused", reason="signature")
    return Response("Not signed by the carrier.\n", 403, content_type="text/plain; charset=utf-8")


SIGNED = Protection("carrier signature", _only_the_carrier)


def posted() -> MultiDict[str, str]:
    """The posted fields. Text in an older encoding than UTF-8 is read as such: its writer is as real."""
    form: MultiDict[str, str] | None = request.environ.get(_POSTED)
    if form is None:  # the signature is checked with them, and then they are used
        form = request.environ[_POSTED] = _read()
    return form


def _read() -> MultiDict[str, str]:
    if request.mimetype != _URL_ENCODED:
        return request.form
    raw = request.get_data()
    is_utf8 = not _MORE_THAN_ASCII.search(raw) or _is_utf8(unquote_to_bytes(raw))
    encoding = "utf-8" if is_utf8 else "cp1252"
    return MultiDict(parse_qsl(raw.decode(encoding, "replace"), keep_blank_values=True, encoding=encoding))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def twiml(text: str) -> Response:
    return Response(text, content_type="text/xml; charset=utf-8")
