"""Signing in with a passkey: two questions from the page's script, the challenge and its answer."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, request

from config import logs
from gateway.accounts import passkeys, sign_in, steps
from gateway.accounts.cookies import SESSION, STEP
from gateway.accounts.door import STEPS_BEGUN, WRONG_STEPS, door
from gateway.accounts.forms import BEFORE_SIGN_IN
from gateway.accounts.passkeys import Party, PasskeyError
from gateway.accounts.protection import protected_by
from gateway.accounts.sessions import Method
from gateway.accounts.steps import StepKind
from gateway.pages.frame import blueprint, refusal, say

log = logs.get("pages")


@blueprint.post("/sign-in/passkey/options")
@protected_by(BEFORE_SIGN_IN)
def passkey_options() -> Response:
    """The same for everybody: who signs in is what the passkey will tell."""
    party = party_or_404()
    if not door().limits.count(STEPS_BEGUN, door().visitor()):
        abort(429)
    gateway = door().gateway
    with gateway.store.write() as connection:
        secret = steps.begin(connection, StepKind.PASSKEY, gateway.now())
    answer = jsonify(passkeys.options_to_sign_in(party, secret))
    door().jar.set(answer, STEP, secret)
    return answer


@blueprint.post("/sign-in/passkey/finish")
@protected_by(BEFORE_SIGN_IN)
def passkey_finish() -> Response:
    at_door, party = door(), party_or_404()
    visitor = at_door.visitor()
    if at_door.limits.is_over(WRONG_STEPS, visitor):
        abort(429)
    given, step = json_object(), at_door.jar.get(request, STEP)
    gateway = at_door.gateway
    now = gateway.now()
    site, _roster = gateway.book.current()
    secret = None
    try:
        with gateway.store.write() as connection:
            if steps.take(connection, step, StepKind.PASSKEY, now):
                passkey = passkeys.sign_in(connection, party, given, step, now)
                worker = site.workers.get(passkey.worker)
                secret = sign_in.complete(connection, at_door, worker, Method.PASSKEY) if worker else None
    except PasskeyError:
        _use_up(step)
    if secret is None:
        at_door.limits.count(WRONG_STEPS, visitor)
        log.event("passkey_refused")
        return refusal(
            403, say("Det gik ikke"), say("Adgangsnøglen passer ikke. Prøv igen, eller få et link.")
        )
    answer = jsonify({"go_on": "/"})
    at_door.jar.set(answer, SESSION, secret)
    at_door.jar.drop(answer, STEP)
    return answer


def party_or_404() -> Party:
    party = door().party()
    if party is None:
        abort(404)
    return party


def json_object() -> dict[str, Any]:
    """What the script sent. 400 for anything but a JSON object."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        abort(400)
    return given


def _use_up(step: str) -> None:
    """What failed was rolled back with all it wrote, but a challenge is good for one answer only."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        steps.take(connection, step, StepKind.PASSKEY, gateway.now())
