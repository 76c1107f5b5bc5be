"""Notes of calls that were routed while SQL was gone, kept on disk until they are written into it.

One file a contact, one sealed line a note. As soon as SQL is back its notes are carried over, as a contact
marked provisional, and the file is removed only after that is committed. Carrying a note over twice changes
nothing: so it does not matter which process does it, or whether one dies meanwhile.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from config import logs
from config.site import Channel
from gateway.contacts import endings, ringing
from gateway.contacts.lifecycle import OVER as OVER_STATES
from gateway.contacts.lifecycle import UNANSWERED, ContactState, LegOutcome, move
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.store.vault import VaultError
from gateway.voice.caller import NUMBER
from gateway.wiring import Gateway

PURPOSE = "notebook"
CALLED, TAKEN, OVER = "called", "taken", "over"
# The end alone, of a call that SQL may know from before.
ENDED = "ended"
AFTER_END = "taken_after_end"

log = logs.get("voice")


@dataclass(frozen=True, slots=True, repr=False)
class _Note:
    what: str
    at: datetime
    state: dict[str, Any]
    number: str | None


def id_for(call_sid: str) -> str:
    """The contact's id for a call that SQL has not heard of: the same each time the call is told of."""
    return hashlib.sha256(call_sid.encode()).hexdigest()[:32]


def note(gateway: Gateway, what: str, state: dict[str, Any], number: str | None = None) -> None:
    """Add a note, on disk before this returns. A disk that fails must not stop the call: it is logged."""
    entry = {"what": what, "at": gateway.now().isoformat(), "state": state, "number": number}
    sealed = base64.b64encode(gateway.vault.seal(json.dumps(entry).encode(), PURPOSE))
    try:
        path = _path(gateway, state["contact"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(sealed + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        log.event("notebook_failed", error=type(error).__name__)


def note_end(gateway: Gateway, contact: str) -> bool:
    """Note that a call is over. False when the notebook knows nothing of how it began."""
    notes = [entry for entry in _notes_of(gateway, contact) if entry.what != ENDED]
    if notes:
        note(gateway, OVER, notes[0].state)
    return bool(notes)


def note_end_alone(gateway: Gateway, call_sid: str) -> None:
    """Note that a call is over which SQL may know: otherwise its phones would ring on, for nobody."""
    note(gateway, ENDED, {"contact": id_for(call_sid), "call_sid": call_sid})


def was_taken(gateway: Gateway, contact: str, call_sid: str) -> bool:
    """Whether somebody has it as this machine's notes say, be they of a contact that SQL has by another id.

    SQL may have hung as the call was being written down, so that nobody knew whether it would be.
    """
    pages = {contact, id_for(call_sid)}
    return any(entry.what == TAKEN for page in pages for entry in _notes_of(gateway, page))


def write_down(gateway: Gateway) -> int:
    """Carry every note over into SQL. Returns how many pages there were. Raises StoreUnavailableError."""
    pages = 0
    for path in sorted([*_directory(gateway).glob("*.writing"), *_directory(gateway).glob("*.notes")]):
        contact = path.stem
        with gateway.store.write() as connection:
            if not _writing(gateway, contact).exists():
                with contextlib.suppress(FileNotFoundError):  # another process was quicker
                    _path(gateway, contact).rename(_writing(gateway, contact))
            write_contact(connection, gateway, contact)
        _writing(gateway, contact).unlink(missing_ok=True)
        log.event("provisional_written", contact=contact)
        pages += 1
    return pages


def write_contact(connection: Connection, gateway: Gateway, contact: str) -> None:
    """Carry one contact's notes over. They stay on disk until ``write_down`` finds them carried over."""
    for entry in _notes_of(gateway, contact):
        _carry_over(connection, gateway, entry)


def _carry_over(connection: Connection, gateway: Gateway, entry: _Note) -> None:
    if entry.what == ENDED:
        known = store.find_by_carrier_key(connection, entry.state["call_sid"])
        ended = store.lock_contact(connection, known.id) if known else None
        if ended is not None:
            endings.call_over(connection, ended, entry.state["call_sid"], entry.at)
        return
    contact = store.lock_contact(connection, entry.state["contact"]) or _insert(connection, gateway, entry)
    if contact is None:
        return
    if not contact.provisional:
        contact = store.change_contact(connection, contact, provisional=True)
    if entry.what == TAKEN and contact.state in UNANSWERED:
        by = entry.state["target"]
        store.change_contact(
            connection,
            contact,
            state=move(ContactState(contact.state), ContactState.ANSWERED),
            answered_by=by,
            answered_at=entry.at,
            connected_at=entry.at,
        )
        ringing.stop_all(connection, contact.id, entry.at)
        if not by.startswith("backup:"):
            store.engage(connection, by, contact.id, entry.at)
        store.add_event(connection, contact.id, entry.at, "taken", by=by)
    elif entry.what == TAKEN and _is_of_a_later_one(contact, entry):
        _pass_on(connection, contact, entry)
    elif entry.what == TAKEN and contact.state in OVER_STATES:
        _note_taken_after_end(connection, contact, entry)
    elif entry.what == OVER:
        endings.citizen_gone(connection, contact, entry.at)


def _is_of_a_later_one(contact: Contact, entry: _Note) -> bool:
    """Whether it is of a conversation that began after the one that SQL knows of."""
    is_answered = contact.state == ContactState.ANSWERED and contact.holder_leg is not None
    return is_answered and contact.answered_at is not None and entry.at > contact.answered_at


def _pass_on(connection: Connection, contact: Contact, entry: _Note) -> None:
    """The end of the first conversation is not known here, but the citizen is in another one since.

    Otherwise the sweep, which finds the first worker's leg over, would take them out of it.
    """
    by = entry.state["target"]
    for leg in store.legs_of(connection, contact.id):
        ringing.stop(connection, leg, LegOutcome.TALKED, entry.at)
    store.release(connection, contact.id)
    store.change_contact(connection, contact, answered_by=by, holder_leg=None, in_room=None)
    if not by.startswith("backup:"):
        store.engage(connection, by, contact.id, entry.at)
    _note_taken_after_end(connection, contact, entry)


def _note_taken_after_end(connection: Connection, contact: Contact, entry: _Note) -> None:
    """Whoever stayed on the line after the end was put through once more. Written once, however often a page
    is read."""
    known = store.events_of(connection, contact.id)
    if not any(event.kind == AFTER_END and event.at == entry.at for event in known):
        store.add_event(connection, contact.id, entry.at, "taken_after_end", by=entry.state["target"])


def taken_after_end(connection: Connection, contact: Contact, since: datetime) -> bool:
    """Whether that is so, of a time from an instant on."""
    return any(
        event.kind == AFTER_END and event.at >= since for event in store.events_of(connection, contact.id)
    )


def _insert(connection: Connection, gateway: Gateway, entry: _Note) -> Contact | None:
    """A contact that SQL has not heard of; or the one that it got from the same call in another way."""
    state = entry.state
    since = datetime.fromisoformat(state["since"])
    key = gateway.vault.new_key()
    contact = Contact(
        id=state["contact"],
        channel=Channel.VOICE,
        carrier_key=state["call_sid"],
        entry=state["entry"],
        language=state["language"],
        state=ContactState.WAITING,
        waiting_since=since,
        last_turn_at=since,
        line=state["line"],
        night_line=state["night_line"],
        municipality=state["municipality"],
        partner=state["partner"],
        provisional=True,
        wrapped_key=key.wrapped,
        caller_number=key.seal(entry.number, NUMBER) if entry.number else None,
    )
    if store.insert_contact(connection, contact):
        store.add_event(connection, contact.id, since, "called", entry=contact.entry, provisional=True)
        return contact
    known = store.find_by_carrier_key(connection, contact.carrier_key)
    return store.lock_contact(connection, known.id) if known else None


def _notes_of(gateway: Gateway, contact: str) -> list[_Note]:
    return [*_read(gateway, _writing(gateway, contact)), *_read(gateway, _path(gateway, contact))]


def _read(gateway: Gateway, path: Path) -> Iterable[_Note]:
    """A line that a dying process left half written is passed over; what came before it counts."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            entry = json.loads(gateway.vault.unseal(base64.b64decode(line), PURPOSE))
            yield _Note(entry["what"], datetime.fromisoformat(entry["at"]), entry["state"], entry["number"])
        except (VaultError, ValueError, KeyError):
            log.event("notebook_line_unreadable")


def _directory(gateway: Gateway) -> Path:
    return gateway.settings.var_dir / "notebook"


def _path(gateway: Gateway, contact: str) -> Path:
    return _directory(gateway) / f"{contact}.notes"


def _writing(gateway: Gateway, contact: str) -> Path:
    """Where notes wait while they are carried over, so that none that comes meanwhile is thrown away."""
    return _directory(gateway) / f"{contact}.writing"
