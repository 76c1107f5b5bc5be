"""Calls while SQL is gone: routed from the last good roster, with everything the call needs in its addresses.

The plan is made from memory and its phones are dialled one after the other from the citizen's own leg. Where
the call stands travels in the address, signed and encrypted, so that any web process can go on with it. What
happened is noted on disk (sealed) and written into SQL when it is back (see ``notebook``); a call that nobody
has taken by then goes on in the hold loop like any other.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from config import logs
from config.site import Channel, Site
from gateway.contacts import endings
from gateway.contacts.legs import phone_of
from gateway.contacts.lifecycle import OVER, ContactState, LegPurpose, LegState
from gateway.contacts.plans import decide, target_of
from gateway.store import contacts as store
from gateway.store.contacts import Contact, Leg
from gateway.store.engine import StoreUnavailableError
from gateway.store.vault import VaultError
from gateway.voice import caller, notebook, twiml, waiting
from gateway.voice.addresses import Addresses
from gateway.voice.twiml import Spoken
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway
from routing.destination import called

PURPOSE = "provisional call"
RING_SECONDS = 20
TAKE_KEY, PASS_KEY = "1", "2"
WHISPER_TIMES = 2
WHISPER_SECONDS = 3

log = logs.get("voice")


@dataclass(frozen=True, slots=True)
class _State:
    """Where a provisional call stands. ``next``: which phone of the plan is dialled next."""

    contact: str
    call_sid: str
    entry: str
    line: str | None
    night_line: str | None
    municipality: str | None
    partner: bool
    language: str
    since: str
    next: int = 0
    target: str = ""


def begin(
    gateway: Gateway, hook: CallWebhook, contact_id: str | None, words: list[Spoken] | None = None
) -> str:
    """Take a call over from memory; ``contact_id`` where SQL knew it, ``words`` to say first."""
    now = gateway.now()
    if hook.is_over:
        notebook.note_end(gateway, contact_id or notebook.id_for(hook.call_sid))
        return twiml.nothing()
    site, _roster = gateway.book.current()
    contact = caller.new_contact(gateway, hook, called(site, hook.called), now, sealed=False)
    contact = replace(contact, id=contact_id or notebook.id_for(contact.carrier_key))
    state = _State(
        contact.id,
        contact.carrier_key,
        contact.entry,
        contact.line,
        contact.night_line,
        contact.municipality,
        contact.partner,
        contact.language,
        now.isoformat(),
    )
    notebook.note(gateway, notebook.CALLED, asdict(state), hook.caller)
    log.event("provisional_call", contact=state.contact)
    if words is None:
        words = [] if contact_id else Words(gateway).greeting(contact)
    return twiml.say_and_go(words, _step_url(gateway, state))


def step(gateway: Gateway, hook: CallWebhook, token: str) -> str:
    """The next phone of the plan; after the last, a moment's patience and all of them again."""
    state = _read(gateway, token)
    if state is None:
        return twiml.say_and_go([], Addresses(gateway.settings.public_url).incoming())
    talked = hook.dial_status == "completed" and notebook.was_taken(gateway, state.contact, state.call_sid)
    if hook.is_over or talked:
        notebook.note(gateway, notebook.OVER, asdict(state))
        words = [Words(gateway).citizen(_contact(state), "worker_left")]
        return twiml.nothing() if hook.is_over else twiml.say_and_end(words)
    return _resumed(gateway, state) or _dial_next(gateway, state)


def worker_step(gateway: Gateway, hook: CallWebhook, token: str, name: str) -> str:
    """The whisper, and the 1 that takes the call. Only one phone rings at a time, so nobody can be second."""
    state = _read(gateway, token)
    if state is None or hook.is_over:
        return twiml.hang_up()
    if name == "key" and hook.digits == TAKE_KEY:
        notebook.note(gateway, notebook.TAKEN, asdict(state))
        return twiml.nothing()
    if name == "key" and hook.digits == PASS_KEY:
        return twiml.say_and_end([Words(gateway).worker(_contact(state), "passed_on")])
    return twiml.whisper(
        Words(gateway).whisper(_contact(state), _leg(gateway, state)),
        key_url=_worker_url(gateway, state, "key"),
        times=WHISPER_TIMES,
        timeout_seconds=WHISPER_SECONDS,
    )


def call_over(gateway: Gateway, hook: CallWebhook) -> None:
    """The citizen's leg is over, and SQL can't be told."""
    if not notebook.note_end(gateway, notebook.id_for(hook.call_sid)):
        notebook.note_end_alone(gateway, hook.call_sid)


def worker_waits(url: str) -> str:
    """A worker pressed a key that can't be written down now: what was asked is asked again in a moment."""
    return twiml.wait_and_go(2, url)


def _resumed(gateway: Gateway, state: _State) -> str | None:
    """The hold loop, where SQL is back; None while it is not."""
    now = gateway.now()
    try:
        with gateway.store.write() as connection:
            notebook.write_contact(connection, gateway, state.contact)
            contact = store.lock_contact(connection, state.contact)
            contact = contact or store.find_by_carrier_key(connection, state.call_sid)
            if contact is None:
                return None
            if contact.state in OVER:  # who stays on the line all the same is put through, and once
                since = datetime.fromisoformat(state.since)
                if notebook.taken_after_end(connection, contact, since):
                    return twiml.say_and_end([Words(gateway).citizen(_contact(state), "worker_left")])
                return None
            contact = store.change_contact(connection, contact, last_turn_at=now)
            if _have_talked(contact, state):
                contact = endings.finish(connection, contact, endings.WORKER, now)
            answer = waiting.next_step(connection, gateway, contact, now)
    except StoreUnavailableError:
        return None
    except Exception as error:  # noqa: BLE001 - its caller is on the line and is put through from memory
        log.error("voice_failed", error)
        return None
    gateway.wake()
    return answer


def _have_talked(contact: Contact, state: _State) -> bool:
    """Whether the <Dial> that is over now is the conversation, as it was carried over into SQL meanwhile."""
    return (
        contact.state == ContactState.ANSWERED
        and contact.holder_leg is None
        and contact.answered_by == state.target
    )


def _dial_next(gateway: Gateway, state: _State) -> str:
    phones = _phones(gateway, state)
    to = Addresses(gateway.settings.public_url)
    if state.next >= len(phones):
        again = replace(state, next=0)
        words = [Words(gateway).citizen(_contact(state), "technical_wait")]
        return twiml.say_and_go(words, _step_url(gateway, again), tone=None if phones else to.hold_tone())
    target, number = phones[state.next]
    this = replace(state, target=target)
    following = replace(this, next=state.next + 1)
    words = [Words(gateway).citizen(_contact(state), "hold")] if state.next == 0 else []
    site: Site = gateway.book.current()[0]
    return twiml.dial(
        number,
        caller_id=caller.own_number(site, _contact(state)),
        whisper_url=_worker_url(gateway, this, "whisper"),
        done_url=_step_url(gateway, following),
        ring_seconds=RING_SECONDS,
        words=words,
    )


def _phones(gateway: Gateway, state: _State) -> list[tuple[str, str]]:
    """(target, number) in the plan's order. Who is in a contact is not known: their phone is busy."""
    site, roster = gateway.book.current()
    decided = decide(site, roster, _contact(state), gateway.now(), {})
    targets = [target_of(ring) for planned in decided.steps for ring in planned.ring]
    numbers = [(target, phone_of(site, _leg(gateway, replace(state, target=target)))) for target in targets]
    return [(target, number) for target, number in numbers if number is not None]


def _leg(gateway: Gateway, state: _State) -> Leg:
    return Leg(
        id="",
        contact=state.contact,
        round=0,
        purpose=LegPurpose.DIAL,
        target=state.target,
        via="",
        tier=None,
        state=LegState.LISTENING,
        due_at=gateway.now(),
        ring_seconds=RING_SECONDS,
    )


def _contact(state: _State) -> Contact:
    since = datetime.fromisoformat(state.since)
    return Contact(
        id=state.contact,
        channel=Channel.VOICE,
        carrier_key=state.call_sid,
        entry=state.entry,
        language=state.language,
        state=ContactState.WAITING,
        waiting_since=since,
        last_turn_at=since,
        line=state.line,
        night_line=state.night_line,
        municipality=state.municipality,
        partner=state.partner,
    )


def _seal(gateway: Gateway, state: _State) -> str:
    sealed = gateway.vault.seal(json.dumps(asdict(state)).encode(), PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _read(gateway: Gateway, token: str) -> _State | None:
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return _State(**json.loads(gateway.vault.unseal(sealed, PURPOSE)))
    except (VaultError, ValueError, TypeError):
        log.event("webhook_refused", reason="provisional")
        return None


def _step_url(gateway: Gateway, state: _State) -> str:
    return Addresses(gateway.settings.public_url).provisional(_seal(gateway, state))


def _worker_url(gateway: Gateway, state: _State, name: str) -> str:
    return Addresses(gateway.settings.public_url).provisional(_seal(gateway, state), name)
