"""My own page: what I am on duty for, where I am signed in, and my passkeys."""

from __future__ import annotations

from flask import Response, abort, jsonify, request

from config import logs
from gateway.accounts import passkeys, sessions, steps
from gateway.accounts.cookies import SESSION, STEP
from gateway.accounts.door import door
from gateway.accounts.passkeys import PasskeyError
from gateway.accounts.protection import protected_by
from gateway.accounts.sessions import Method
from gateway.accounts.sign_in import complete
from gateway.accounts.signed_in import ENROLLING, SIGNED_IN, signed_in
from gateway.accounts.steps import StepKind
from gateway.audit.log import Action
from gateway.pages.duty import places_of
from gateway.pages.frame import blueprint, page, refusal, say, see_other
from gateway.pages.sign_in_passkey import json_object, party_or_404
from gateway.push import keys as push_keys
from gateway.store import push_subscriptions, staff_passkeys, staff_sessions

log = logs.get("pages")


@blueprint.get("/me")
@protected_by(SIGNED_IN)
def me() -> Response:
    gateway = door().gateway
    site, roster = gateway.book.current()
    worker = signed_in().worker
    with gateway.store.read() as connection:
        own = sessions.of_worker(connection, site, worker.id, gateway.now())
        keys = staff_passkeys.of_worker(connection, worker.id)
        browsers = push_subscriptions.of_worker(connection, worker.id)
    return page(
        "me.html",
        places=places_of(site, roster, worker, gateway.now()),
        sessions=own,
        this_session=signed_in().session.id,
        passkeys=[(key, passkeys.name_of(gateway.vault, key)) for key in keys],
        has_passkeys=door().party() is not None,
        browsers=browsers,
        push_key=push_keys.public_key(door().secret_key),
    )


@blueprint.post("/me/sessions/<session>/end")
@protected_by(SIGNED_IN)
def end_session(session: str) -> Response:
    gateway = door().gateway
    worker = signed_in().worker.id
    now = gateway.now()
    with gateway.store.write() as connection:
        if not staff_sessions.end(connection, worker, now, session_id=session):
            abort(404)
        gateway.audit.record(
            connection, at=now, actor=worker, action=Action.SESSION_ENDED, session=session, why="by hand"
        )
    return see_other("/me")


@blueprint.post("/me/sessions/end-others")
@protected_by(SIGNED_IN)
def end_other_sessions() -> Response:
    gateway = door().gateway
    worker, session = signed_in().worker.id, signed_in().session.id
    now = gateway.now()
    with gateway.store.write() as connection:
        count = staff_sessions.end_all(connection, worker, now, apart_from=session)
        gateway.audit.record(
            connection, at=now, actor=worker, action=Action.SESSION_ENDED, count=count, why="by hand"
        )
    return see_other("/me")


@blueprint.get("/me/passkeys")
@protected_by(ENROLLING)
def add_passkey_page() -> Response:
    return page("add_passkey.html", has_passkeys=door().party() is not None, may_add=_may_add())


@blueprint.post("/me/passkeys/options")
@protected_by(ENROLLING)
def passkey_to_add() -> Response:
    party, worker, gateway = party_or_404(), signed_in().worker, door().gateway
    if not _may_add():
        abort(403)
    with gateway.store.write() as connection:
        known = staff_passkeys.of_worker(connection, worker.id)
        secret = steps.begin(connection, StepKind.ENROL, gateway.now(), worker.id)
    answer = jsonify(passkeys.options_to_add(party, worker, known, secret))
    door().jar.set(answer, STEP, secret)
    return answer


@blueprint.post("/me/passkeys")
@protected_by(ENROLLING)
def add_passkey() -> Response:
    """Adding one proves that the phone knows its owner: the session goes on as one begun with a passkey."""
    at_door, party, found = door(), party_or_404(), signed_in()
    if not _may_add():
        abort(403)
    given, step, gateway = json_object(), at_door.jar.get(request, STEP), at_door.gateway
    answer, name = given.get("credential"), given.get("name")
    now, worker = gateway.now(), found.worker
    if not isinstance(answer, dict) or not isinstance(name, str):
        abort(400)
    with gateway.store.write() as connection:
        begun = steps.take(connection, step, StepKind.ENROL, now, worker.id)
    if not begun:
        return _not_added()
    try:
        with gateway.store.write() as connection:
            passkey = passkeys.add(
                connection, gateway.vault, party, worker, answer,
                secret=step, name=_clean(name) or found.session.device or worker.id, now=now,
            )  # fmt: skip
            secret = complete(connection, at_door, worker, Method.PASSKEY)
            gateway.audit.record(
                connection, at=now, actor=worker.id, action=Action.PASSKEY_ADDED, passkey=passkey.id
            )
    except PasskeyError as error:
        log.error("passkey_not_added", error, worker=worker.id)
        return _not_added()
    log.event("passkey_added", worker=worker.id)
    response = jsonify({"go_on": "/me"})
    at_door.jar.set(response, SESSION, secret)
    at_door.jar.drop(response, STEP)
    return response


@blueprint.post("/me/passkeys/<passkey>/name")
@protected_by(SIGNED_IN)
def name_passkey(passkey: str) -> Response:
    gateway = door().gateway
    name = _clean(request.form.get("name", ""))
    if name:
        with gateway.store.write() as connection:
            sealed = passkeys.sealed_name(gateway.vault, name)
            if not staff_passkeys.rename(connection, signed_in().worker.id, passkey, sealed):
                abort(404)
    return see_other("/me")


@blueprint.post("/me/passkeys/<passkey>/remove")
@protected_by(SIGNED_IN)
def remove_passkey(passkey: str) -> Response:
    gateway = door().gateway
    worker, now = signed_in().worker.id, gateway.now()
    with gateway.store.write() as connection:
        if not staff_passkeys.remove(connection, worker, passkey):
            abort(404)
        gateway.audit.record(connection, at=now, actor=worker, action=Action.PASSKEY_REMOVED, passkey=passkey)
    log.event("passkey_removed", worker=worker)
    return see_other("/me")


def _may_add() -> bool:
    """An administrator's link opens the way to a first passkey only: a stolen mobile is not enough."""
    if not signed_in().only_enrols:
        return True
    with door().gateway.store.read() as connection:
        return not staff_passkeys.of_worker(connection, signed_in().worker.id)


def _clean(name: str) -> str:
    return " ".join("".join(char for char in name if char.isprintable()).split())[: passkeys.NAME_CHARACTERS]


def _not_added() -> Response:
    return refusal(
        400, say("Det gik ikke"), say("Adgangsnøglen blev ikke gemt. Hent siden igen, og prøv en gang til.")
    )
