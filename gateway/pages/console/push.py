"""Being told on the phone while the page is closed: switched on and off for each browser, and tried."""

from __future__ import annotations

from flask import Response, jsonify, request

from config import logs
from gateway.accounts.devices import device
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, signed_in
from gateway.pages.frame import blueprint, refusal, say, see_other
from gateway.pages.sign_in_passkey import json_object
from gateway.push import subscriptions
from gateway.push.subscriptions import NotASubscriptionError
from gateway.push.telling import tell
from gateway.store import push_subscriptions

TAG = "test"

log = logs.get("console")


@blueprint.post("/me/push")
@protected_by(SIGNED_IN)
def switch_on() -> Response:
    """The browser's own PushSubscription, as JSON. The same again changes nothing."""
    gateway, worker = door().gateway, signed_in().worker.id
    given = json_object()
    try:
        with gateway.store.write() as connection:
            name = device(request.headers.get("User-Agent", ""))
            subscriptions.add(connection, gateway, worker, given, name, gateway.now())
    except NotASubscriptionError:
        return refusal(400, say("Det gik ikke"), say("Browseren kan ikke få beskeder herfra. Prøv en anden."))
    log.event("push_switched_on", worker=worker)
    return jsonify({"on": True})


@blueprint.post("/me/push/off")
@protected_by(SIGNED_IN)
def switch_off() -> Response:
    """``endpoint``: this browser's own address."""
    gateway, worker = door().gateway, signed_in().worker.id
    address = json_object().get("endpoint")
    wanted = subscriptions.hashed(address) if isinstance(address, str) else ""
    with gateway.store.write() as connection:
        for found in push_subscriptions.of_worker(connection, worker):
            if found.address_hash == wanted:
                push_subscriptions.remove(connection, found.id, worker)
    log.event("push_switched_off", worker=worker)
    return jsonify({"on": False})


@blueprint.post("/me/push/<subscription>/remove")
@protected_by(SIGNED_IN)
def remove_browser(subscription: str) -> Response:
    """Also one that is not at hand."""
    with door().gateway.store.write() as connection:
        push_subscriptions.remove(connection, subscription, signed_in().worker.id)
    return see_other("/me")


@blueprint.post("/me/push/test")
@protected_by(SIGNED_IN)
def try_it() -> Response:
    gateway = door().gateway
    with gateway.store.write() as connection:
        tell(connection, signed_in().worker.id, "push_test", now=gateway.now(), tag=TAG, alarm=True)
    gateway.wake()
    return see_other("/me")
