"""Signing in at a municipality's own provider."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, request

from config import logs
from gateway.accounts import oidc, sign_in, steps
from gateway.accounts.cookies import SESSION, STEP
from gateway.accounts.door import STEPS_BEGUN, WRONG_STEPS, door
from gateway.accounts.forms import BEFORE_SIGN_IN
from gateway.accounts.oidc import SignOn, SignOnError
from gateway.accounts.protection import protected_by
from gateway.accounts.sessions import Method
from gateway.accounts.steps import StepKind
from gateway.pages.frame import blueprint, page, refusal, say, see_other

MOST_CHARACTERS = 2000

log = logs.get("pages")


@blueprint.get("/sign-in/oidc")
@protected_by(BEFORE_SIGN_IN)
def begin_sign_on() -> Response:
    sign_on = _sign_on()
    if not door().limits.count(STEPS_BEGUN, door().visitor()):
        abort(429)
    gateway = door().gateway
    with gateway.store.write() as connection:
        secret = steps.begin(connection, StepKind.OIDC, gateway.now())
    try:
        address = sign_on.address(secret)
    except SignOnError as error:
        log.error("sign_on_unavailable", error)
        return _refused(503)
    answer: Response = make_response(redirect(address, 303))
    door().jar.set(answer, STEP, secret)
    return answer


@blueprint.get(oidc.CALLBACK)
@protected_by(BEFORE_SIGN_IN)
def come_back() -> Response:
    """Coming from another site, the browser holds our cookies back: our own page goes on with them."""
    _sign_on()
    return page(
        "once_more.html", address=f"/sign-in/oidc/finish?{request.query_string.decode('ascii', 'ignore')}"
    )


@blueprint.get("/sign-in/oidc/finish")
@protected_by(BEFORE_SIGN_IN)
def finish_sign_on() -> Response:
    at_door, sign_on = door(), _sign_on()
    visitor = at_door.visitor()
    if at_door.limits.is_over(WRONG_STEPS, visitor):
        abort(429)
    step = at_door.jar.get(request, STEP)
    code, state = request.args.get("code", ""), request.args.get("state", "")
    worker_id = None
    if 0 < len(code) <= MOST_CHARACTERS and step and sign_on.is_answer_to(step, state):
        worker_id = _redeem(sign_on, step, code)
    gateway = at_door.gateway
    site, _roster = gateway.book.current()
    worker = site.workers.get(worker_id or "")
    if worker is None:
        at_door.limits.count(WRONG_STEPS, visitor)
        log.event("sign_on_refused", reason="unknown_worker" if worker_id else "answer")
        return _refused(403)
    with gateway.store.write() as connection:
        secret = sign_in.complete(connection, at_door, worker, Method.OIDC)
    answer = see_other("/")
    at_door.jar.set(answer, SESSION, secret)
    at_door.jar.drop(answer, STEP)
    return answer


def _redeem(sign_on: SignOn, step: str, code: str) -> str | None:
    """The worker's id; None for an answer that comes twice or is not to be believed."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        if not steps.take(connection, step, StepKind.OIDC, gateway.now()):
            return None
    try:
        return sign_on.worker_id(step, code)  # asks the provider: outside of any transaction
    except SignOnError as error:
        log.error("sign_on_failed", error)
        return None


def _sign_on() -> SignOn:
    found = door().sign_on
    if found is None:
        abort(404)
    return found


def _refused(status: int) -> Response:
    what = say("Prøv igen, eller log ind på en anden måde. Bliver det ved, så sig det til din koordinator.")
    return refusal(status, say("Det gik ikke"), what)
