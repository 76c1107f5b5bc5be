"""That a form was sent from our own page: a token in it, and what the browser says of where it comes from.

In a session the token follows from the session; before sign-in it follows from a cookie that no other site
can set (``__Host-``, SameSite=Strict).
"""

from __future__ import annotations

from flask import Response, g, request

from config import logs
from gateway.accounts.cookies import FORM
from gateway.accounts.derived import derived_text, equal, new_secret
from gateway.accounts.door import Door, door
from gateway.accounts.protection import Protection
from gateway.store.staff_sessions import StaffSession

FIELD = "form_token"
HEADER = "X-Form-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Longer than any form of the pages; a registration's note has its own, tighter limit.
MOST_BYTES = 128 * 1024

log = logs.get("accounts")


class ForeignFormError(Exception):
    """The form was not sent from our own page, or that page is from before another sign-in."""


def token_in_session(found: StaffSession) -> str:
    return derived_text(door().secret_key, "form in session", found.id)


def token_before_sign_in() -> str:
    """For a form on a page that anybody sees; ``keep_cookie`` must follow with the response."""
    secret = door().jar.get(request, FORM)
    if not secret:
        secret = g.form_secret = g.get("form_secret") or new_secret()
    return _before_sign_in(door(), secret)


def keep_cookie(response: Response) -> Response:
    """After the request: the cookie that the form on the page will be checked against."""
    if "form_secret" in g:
        door().jar.set(response, FORM, g.form_secret)
    return response


def check(wanted: str) -> None:
    """Raises ForeignFormError. ``wanted``: the token that our own page was given."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # Without a referrer, browsers say "null" of our own forms too: that says nothing either way.
    foreign = site not in {None, "same-origin"} or (
        origin not in {None, "null"} and not door().is_own(origin or "")
    )
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if foreign or not wanted or not equal(given, wanted):
        log.event("form_refused", reason="foreign" if foreign else "token")
        raise ForeignFormError


def _before_sign_in(found: Door, secret: str) -> str:
    return derived_text(found.secret_key, "form before sign-in", secret)


def _only_from_our_page() -> None:
    """For pages before sign-in: anybody may look, and only our own form may be sent."""
    request.max_content_length = MOST_BYTES
    if request.method not in SAFE_METHODS:
        secret = door().jar.get(request, FORM)
        check(_before_sign_in(door(), secret) if secret else "")


BEFORE_SIGN_IN = Protection("a form of our own, before sign-in", _only_from_our_page)
