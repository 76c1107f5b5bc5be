"""The carrier's webhooks about calls: verified, parsed, answered. Never a dead end for a caller."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, request

from gateway.accounts.protection import protected_by, public
from gateway.carrier_webhook import SIGNED, posted, twiml
from gateway.store.engine import StoreUnavailableError
from gateway.voice import (
    call_back,
    calling_back,
    conversation,
    hand_over,
    incoming,
    provisional,
    rescue,
    ticket,
    waiting,
    waking_call,
    worker_leg,
)
from gateway.voice.hold_tone import hold_tone
from gateway.voice.webhook import CallWebhook, parse
from gateway.wiring import Gateway

# The carrier's own forms have a few kilobytes. More is read, so that its caller still reaches somebody,
# up to the bound that the application sets for everything.
blueprint = Blueprint("voice", __name__, url_prefix="/voice")


def _gateway() -> Gateway:
    gateway: Gateway = current_app.extensions["gateway"]
    return gateway


def _hook() -> CallWebhook:
    """A carrier that was set up to GET sends the same fields in the address."""
    form = request.args if request.method == "GET" else posted()
    return parse(form.to_dict())  # its own `get` raises and catches an error for each of the many not there


def _citizen_step(
    step: Callable[[Gateway, str, CallWebhook], str | None], contact: str, *, left: bool = False
) -> Response:
    """A step of a citizen's leg. With SQL gone, or a contact that SQL never heard of, the call goes on."""
    gateway, hook = _gateway(), _hook()
    try:
        answer = step(gateway, contact, hook)
    except Exception as error:  # noqa: BLE001 - whatever failed, its caller reaches somebody; it is logged
        return twiml(rescue.citizen(error, gateway, hook, contact, left=left))
    return twiml(incoming.receive_unknown(gateway) if answer is None else answer)


@blueprint.route("/incoming", methods=["GET", "POST"])
@blueprint.route("/fallback", methods=["GET", "POST"], endpoint="fallback")
@protected_by(SIGNED)
def incoming_call() -> Response:
    gateway, hook = _gateway(), _hook()
    try:
        return twiml(incoming.receive(gateway, hook))
    except Exception as error:  # noqa: BLE001 - see _citizen_step
        return twiml(rescue.citizen(error, gateway, hook, None))


@blueprint.post("/status")
@protected_by(SIGNED)
def call_status() -> Response:
    gateway, hook = _gateway(), _hook()
    if hook.is_over and hook.call_sid:
        try:
            incoming.call_over(gateway, hook)
        except StoreUnavailableError as error:
            rescue.tell(error)
            provisional.call_over(gateway, hook)
    return Response(status=204)


@blueprint.post("/contacts/<contact>/postcode")
@protected_by(SIGNED)
def postcode(contact: str) -> Response:
    return _citizen_step(incoming.postcode_given, contact)


@blueprint.post("/contacts/<contact>/hold")
@protected_by(SIGNED)
def hold(contact: str) -> Response:
    return _citizen_step(waiting.turn, contact)


@blueprint.post("/contacts/<contact>/key")
@protected_by(SIGNED)
def key(contact: str) -> Response:
    return _citizen_step(waiting.key_pressed, contact)


@blueprint.post("/contacts/<contact>/number")
@protected_by(SIGNED)
def number(contact: str) -> Response:
    return _citizen_step(call_back.number_given, contact)


@blueprint.post("/contacts/<contact>/earlier")
@protected_by(SIGNED)
def keyed_ticket(contact: str) -> Response:
    return _citizen_step(ticket.ticket_given, contact)


@blueprint.post("/contacts/<contact>/earlier/<sealed>")
@protected_by(SIGNED)
def keyed_code(contact: str, sealed: str) -> Response:
    return _citizen_step(
        lambda gateway, contact, hook: ticket.code_given(gateway, contact, sealed, hook), contact
    )


@blueprint.post("/contacts/<contact>/left/<int:room>")
@protected_by(SIGNED)
def citizen_left(contact: str, room: int) -> Response:
    return _citizen_step(
        lambda gateway, contact, hook: conversation.citizen_left(gateway, contact, room, hook),
        contact,
        left=True,
    )


@blueprint.post("/contacts/<contact>/dialled/<leg>")
@protected_by(SIGNED)
def dialled(contact: str, leg: str) -> Response:
    return _citizen_step(
        lambda gateway, contact, hook: waiting.dialled(gateway, contact, leg, hook), contact, left=True
    )


def _worker_step(step: Callable[[Gateway, str, CallWebhook], str], leg: str) -> Response:
    gateway, hook = _gateway(), _hook()
    try:
        return twiml(step(gateway, leg, hook))
    except Exception as error:  # noqa: BLE001 - a worker who hears nothing would hang up; it is logged
        return twiml(rescue.worker(error, gateway.settings.public_url + request.path))


_WORKER_STEPS: dict[str, Callable[[Gateway, str, CallWebhook], str]] = {
    "whisper": worker_leg.whisper,
    "key": worker_leg.key_pressed,
    "dial-whisper": partial(worker_leg.whisper, dialled=True),
    "dial-key": partial(worker_leg.key_pressed, dialled=True),
    "menu": hand_over.menu,
    "choice": hand_over.choose,
    "back": conversation.back,
    "called-back": calling_back.citizen_picked_up,
}
_STEP_NAMES = ", ".join(f"'{name}'" for name in _WORKER_STEPS)


@blueprint.post(f"/legs/<leg>/<any({_STEP_NAMES}):step>")
@protected_by(SIGNED)
def worker_step(leg: str, step: str) -> Response:
    return _worker_step(_WORKER_STEPS[step], leg)


@blueprint.post("/legs/<leg>/<any(left, star):step>/<int:room>")
@protected_by(SIGNED)
def worker_left(leg: str, step: str, room: int) -> Response:
    return _worker_step(
        lambda gateway, leg, hook: conversation.worker_left(gateway, leg, room, hook, by_star=step == "star"),
        leg,
    )


@blueprint.post("/legs/<leg>/status")
@protected_by(SIGNED)
def leg_status(leg: str) -> Response:
    try:
        worker_leg.status_changed(_gateway(), leg, _hook())
    except StoreUnavailableError as error:
        rescue.tell(error)
        return Response(status=503)  # the sweep asks the carrier for what this would have told
    return Response(status=204)


@blueprint.post("/woken/<contact>")
@protected_by(SIGNED)
def woken(contact: str) -> Response:
    return twiml(waking_call.told(_gateway(), contact))


@blueprint.post("/woken")
@protected_by(SIGNED)
def woken_status() -> Response:
    """Nothing hangs on how the call ended: the citizen waits on, and the next worker is told."""
    return Response(status=204)


@blueprint.post("/provisional/<token>")
@protected_by(SIGNED)
def provisional_step(token: str) -> Response:
    return twiml(provisional.step(_gateway(), _hook(), token))


@blueprint.post("/provisional/<token>/<any(whisper, key):step>")
@protected_by(SIGNED)
def provisional_worker(token: str, step: str) -> Response:
    return twiml(provisional.worker_step(_gateway(), _hook(), token, step))


@blueprint.get("/hold-tone.wav")
@public("a quiet sound and no secret; the carrier fetches it unsigned, and keeps it")
def play_hold_tone() -> Any:
    answer = Response(hold_tone(), content_type="audio/x-wav")
    answer.cache_control.public = True
    answer.cache_control.max_age = 86400
    answer.add_etag()
    return answer.make_conditional(request)
