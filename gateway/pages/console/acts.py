"""What a worker does with a contact on the duty phone. Each works as a form, and for the page's script."""

from __future__ import annotations

from flask import Response, abort, current_app, jsonify, request

from config import logs
from config.site import Channel
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, signed_in
from gateway.audit.log import Action
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import ending, handing_over, joining, offers, taking, transcript, wording
from gateway.conversations.handing_over import NIGHT_LINE
from gateway.conversations.taking import Taking
from gateway.conversations.transcript import Draft, Refused, Sender
from gateway.live import Live
from gateway.pages.console.contact import reached
from gateway.pages.frame import blueprint, refusal, say, see_other, wants_json
from gateway.store import contacts as store
from gateway.voice import calling_citizen, inviting
from gateway.voice.calling_citizen import NotCalled

BACK_UP = "backup"
WORKER_CHARACTERS = 64
HOME = "/console"

log = logs.get("console")


@blueprint.post("/console/contacts/<contact>/accept")
@protected_by(SIGNED_IN)
def accept(contact: str) -> Response:
    gateway, worker = door().gateway, signed_in().worker.id
    second, now = request.form.get("second") == "yes", door().gateway.now()
    with gateway.store.write() as connection:
        found = reached(connection, contact)
        if store.is_away(connection, worker):
            return _not_now(say("Du er væk. Sig først, at du er tilbage."))
        came = taking.take(connection, gateway, contact, worker, now, second=second)
    if came is Taking.TAKEN:
        return _not_now(say("En kollega har den. Tak."))
    if came is Taking.ENGAGED:
        return _not_now(say("Du er i en anden samtale. Gør den færdig først."))
    if came is not Taking.WON:
        return _not_now(say("Borgeren er gået igen. Du gjorde ikke noget forkert."))
    log.event("contact_taken", contact=contact, worker=worker, channel=found.channel)
    _changed(found.conversation)
    return _go(f"{HOME}/contacts/{contact}")


@blueprint.post("/console/contacts/<contact>/pass")
@protected_by(SIGNED_IN)
def pass_on(contact: str) -> Response:
    """To the next, at once. Passing on what one is not asked about changes nothing."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        found = reached(connection, contact)
        if found.conversation is not None:
            offers.pass_on(connection, found.conversation, signed_in().worker.id, gateway.now())
    _changed(found.conversation)
    return _go(HOME)


@blueprint.post("/console/contacts/<contact>/message")
@protected_by(SIGNED_IN)
def write(contact: str) -> Response:
    gateway = door().gateway
    try:
        name, text = wording.message_id(request.form.get("id")), wording.cleaned(request.form.get("text", ""))
    except wording.TooLongError:
        return _not_now(say("Beskeden er for lang. Del den i to."))
    except wording.WordingError:
        return _not_now(say("Beskeden er tom, eller den har tegn, der ikke kan sendes."), 400)
    with gateway.store.write() as connection:
        found = reached(connection, contact)
        if found.conversation is None:
            abort(404)
        draft = Draft(found.conversation, Sender.WORKER, text, name, signed_in().worker.id)
        (written,) = transcript.write(connection, gateway.vault, [draft], gateway.now())
    if isinstance(written, Refused):
        return _not_now(say("Samtalen er slut, eller en kollega har den nu. Beskeden blev ikke sendt."))
    gateway.wake()
    _changed(found.conversation)
    if wants_json():
        return jsonify({"seq": written.message.seq, "at": written.message.at.isoformat()})
    return see_other(f"{HOME}/contacts/{contact}")


@blueprint.post("/console/contacts/<contact>/hand-over")
@protected_by(SIGNED_IN)
def give(contact: str) -> Response:
    """In writing, a colleague has it at once. Into a call they are rung."""
    gateway, worker, now = door().gateway, signed_in().worker.id, door().gateway.now()
    to, note = request.form.get("to", ""), request.form.get("note", "")
    nobody = say("Ingen kunne tage den lige nu. Borgeren er stadig hos dig.")
    if not to or len(to) > WORKER_CHARACTERS:
        return _not_now(say("Vælg først, hvem der skal have den."), 400)
    with gateway.store.write() as connection:
        reached(connection, contact)
        found = store.lock_contact(connection, contact)
        if found is None or found.state != ContactState.ANSWERED or found.answered_by != worker:
            return _not_now(say("Samtalen er ikke hos dig længere."))
        if found.channel == Channel.VOICE:
            if to == NIGHT_LINE:
                rung = inviting.ring_night_line(connection, gateway, found, now)
            elif to == BACK_UP:
                rung = inviting.ring_back_up(connection, gateway, found, now)
            else:
                rung = inviting.ring_worker(connection, gateway, found, to, now)
            if not rung:
                return _not_now(nobody)
            gateway.audit.record(
                connection, at=now, actor=worker, action=Action.CONTACT_TRANSFERRED, contact=found, to=to
            )
        else:
            try:
                if handing_over.give(connection, gateway, found, worker, to, note, now) is None:
                    return _not_now(nobody)
            except wording.WordingError:
                return _not_now(say("Beskeden til kollegaen er for lang. Skriv den kortere."))
    gateway.wake()
    _changed(found.conversation)
    return _go(f"{HOME}/contacts/{contact}" if found.channel == Channel.VOICE else HOME)


@blueprint.post("/console/contacts/<contact>/colleague")
@protected_by(SIGNED_IN)
def add_colleague(contact: str) -> Response:
    """They read and write along; it stays this worker's."""
    gateway, worker, to = door().gateway, signed_in().worker.id, request.form.get("to", "")
    if not to or len(to) > WORKER_CHARACTERS:
        return _not_now(say("Vælg først, hvem der skal med."), 400)
    with gateway.store.write() as connection:
        reached(connection, contact)
        found = store.lock_contact(connection, contact)
        if found is None or found.state != ContactState.ANSWERED or found.answered_by != worker:
            return _not_now(say("Samtalen er ikke hos dig længere."))
        added = joining.add(connection, gateway, found, worker, to, gateway.now())
    if added is None:
        return _not_now(say("Kollegaen kan ikke komme med lige nu. Borgeren er stadig hos dig."))
    gateway.wake()
    log.event("colleague_added", contact=contact, worker=added)
    _changed(found.conversation)
    return _go(f"{HOME}/contacts/{contact}")


@blueprint.post("/console/contacts/<contact>/leave")
@protected_by(SIGNED_IN)
def leave(contact: str) -> Response:
    """Whoever was added goes again, or is let go by who has the contact. Doing so twice changes nothing."""
    gateway, by = door().gateway, signed_in().worker.id
    worker = request.form.get("worker") or by
    with gateway.store.write() as connection:
        reached(connection, contact)
        found = store.lock_contact(connection, contact)
        if found is None:
            abort(404)
        left = joining.leave(connection, gateway, found, worker, gateway.now(), by=by)
    if left:
        gateway.wake()
        log.event("colleague_left", contact=contact, worker=worker)
        _changed(found.conversation)
    return _go(HOME if worker == by else f"{HOME}/contacts/{contact}")


@blueprint.post("/console/contacts/<contact>/call")
@protected_by(SIGNED_IN)
def call_citizen(contact: str) -> Response:
    """The worker's phone rings, and when they press 1 the citizen's does."""
    gateway, worker, now = door().gateway, signed_in().worker.id, door().gateway.now()
    with gateway.store.write() as connection:
        reached(connection, contact)
        found = store.lock_contact(connection, contact)
        if found is None:
            abort(404)
        came = calling_citizen.call(connection, gateway, found, worker, now)
    if came is NotCalled.BUSY:
        return _not_now(say("Du er i en anden samtale. Gør den færdig først."))
    if came is NotCalled.BEING_CALLED:
        return _not_now(say("Borgeren bliver ringet op. Den, der tager telefonen, bliver stillet igennem."))
    if isinstance(came, NotCalled):
        return _not_now(say("Borgeren kan ikke ringes op herfra nu."))
    gateway.wake()
    log.event("citizen_called", contact=came.id, worker=worker)
    _changed(found.conversation)
    return _go(HOME)


@blueprint.post("/console/contacts/<contact>/close")
@protected_by(SIGNED_IN)
def close(contact: str) -> Response:
    """The conversation in writing ends; then comes its form."""
    gateway, worker = door().gateway, signed_in().worker.id
    with gateway.store.write() as connection:
        reached(connection, contact)
        found = store.lock_contact(connection, contact)
        if found is None or found.channel == Channel.VOICE:
            abort(404)
        if not ending.close(connection, found, worker, gateway.now()) and found.answered_by != worker:
            return _not_now(say("Samtalen er ikke hos dig længere."))
    gateway.wake()
    log.event("contact_ended", contact=contact, worker=worker, channel=found.channel)
    _changed(found.conversation)
    return _go(f"/contacts/{contact}/registration")


def _go(path: str) -> Response:
    return jsonify({"go": path}) if wants_json() else see_other(path)


def _not_now(why: str, status: int = 409) -> Response:
    return refusal(status, say("Det kan ikke lade sig gøre nu"), why)


def _changed(conversation: str | None) -> None:
    """After the commit: open pages hear of it at once; without Redis they do within a second."""
    live: Live = current_app.extensions.setdefault("live", Live(door().gateway.settings.redis_url))
    live.changed(conversation)
