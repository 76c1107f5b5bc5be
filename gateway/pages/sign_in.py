"""Signing in: the page with the ways in, and the one-time link by SMS."""

from __future__ import annotations

import secrets

from flask import Response, abort, request

from config import logs
from config.phone_numbers import e164
from config.site import Site
from gateway.accounts import links, sign_in, signed_in
from gateway.accounts.cookies import LANGUAGE, SESSION
from gateway.accounts.derived import derived_text
from gateway.accounts.door import LINKS_ASKED, WRONG_LINKS, door
from gateway.accounts.forms import BEFORE_SIGN_IN
from gateway.accounts.link_errand import ask_for
from gateway.accounts.protection import protected_by
from gateway.accounts.sessions import Method
from gateway.accounts.signed_in import ENROLLING
from gateway.audit.log import Action
from gateway.pages.frame import blueprint, page, see_other
from gateway.pages.words import LANGUAGES
from gateway.store import staff_sessions

MOBILE_CHARACTERS = 40

log = logs.get("pages")

# New in each process: what is kept of a number that is nobody's tells nothing, not even to us.
_STRANGERS_KEY = secrets.token_bytes(32)


@blueprint.get("/sign-in")
@protected_by(BEFORE_SIGN_IN)
def ways_in() -> Response:
    if signed_in.find() is not None:
        return see_other("/")
    return page("sign_in.html", has_passkeys=door().party() is not None, sign_on=door().sign_on is not None)


@blueprint.post("/sign-in/link")
@protected_by(BEFORE_SIGN_IN)
def ask_for_link() -> Response:
    """The same answer, after the same work, for a mobile that is a worker's and for any other."""
    mobile = request.form.get("mobile", "")
    if len(mobile) > MOBILE_CHARACTERS:
        abort(413)
    if not door().limits.count(LINKS_ASKED, door().visitor()):
        log.event("links_limited")
        abort(429)
    gateway = door().gateway
    site, _roster = gateway.book.current()
    worker = _whose(site, mobile)
    with gateway.store.write() as connection:
        ask_for(connection, worker, gateway.now())
    return see_other("/sign-in/sent")


@blueprint.get("/sign-in/sent")
@protected_by(BEFORE_SIGN_IN)
def link_sent() -> Response:
    return page("link_sent.html")


@blueprint.get("/sign-in/link/", defaults={"token": ""})
@blueprint.get("/sign-in/link/<token>")
@protected_by(BEFORE_SIGN_IN)
def show_link(token: str) -> Response:
    """A button that uses the link. Robots that look at what a message points to do not use it up.

    What was cut off gets the words of a link that is used or old.
    """
    if not links.is_shaped(token):
        return page("link_over.html", 404)
    return page("use_link.html", token=token)


@blueprint.post("/sign-in/link/use")
@protected_by(BEFORE_SIGN_IN)
def use_link() -> Response:
    at_door = door()
    visitor = at_door.visitor()
    if at_door.limits.is_over(WRONG_LINKS, visitor):
        log.event("links_limited")
        abort(429)
    gateway = at_door.gateway
    site, _roster = gateway.book.current()
    with gateway.store.write() as connection:
        worker_id = links.use(connection, at_door.secret_key, request.form.get("token", ""), gateway.now())
        worker = site.workers.get(worker_id or "")
        secret = sign_in.complete(connection, at_door, worker, Method.LINK) if worker else None
    if secret is None:
        at_door.limits.count(WRONG_LINKS, visitor)
        log.event("link_refused")
        return page("link_over.html", 403)
    answer = see_other("/")
    at_door.jar.set(answer, SESSION, secret)
    return answer


@blueprint.post("/sign-out")
@protected_by(ENROLLING)
def sign_out() -> Response:
    gateway = door().gateway
    session = signed_in.signed_in().session
    now = gateway.now()
    with gateway.store.write() as connection:
        staff_sessions.end(connection, session.worker, now, session_id=session.id)
        gateway.audit.record(
            connection, at=now, actor=session.worker, action=Action.SIGNED_OUT, session=session.id
        )
    log.event("signed_out", worker=session.worker)
    answer = see_other("/sign-in")
    door().jar.drop(answer, SESSION)
    return answer


@blueprint.post("/language")
@protected_by(BEFORE_SIGN_IN)
def choose_language() -> Response:
    chosen, back = request.form.get("language", ""), request.form.get("back", "")
    is_ours = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    answer = see_other(back if is_ours else "/")
    if chosen in LANGUAGES:
        door().jar.set(answer, LANGUAGE, chosen)
    return answer


def _whose(site: Site, mobile: str) -> str:
    """The worker's id; for a number that is nobody's an id that nobody has, the same for the same number."""
    number = e164(mobile) or mobile
    stranger = "?" + derived_text(_STRANGERS_KEY, "stranger", number)
    found = stranger
    for worker in site.workers.values():  # all of them, so that it takes as long wherever the worker stands
        if worker.mobile == number:
            found = worker.id
    return found
