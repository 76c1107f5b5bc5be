"""Giving a conversation in writing to a colleague, with a note that the citizen never sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import desk, taking, wording
from gateway.push import offers as phones
from gateway.store import conversations as store
from gateway.store import hand_over_notes
from gateway.store.contacts import Contact
from gateway.store.hand_over_notes import PURPOSE, HandOverNote
from gateway.store.ids import new_id
from gateway.wiring import Gateway

NIGHT_LINE = desk.NIGHT_LINE
NOTE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague wrote, for whoever goes on."""

    by: str
    text: str
    at: datetime


def give(
    connection: Connection, gateway: Gateway, contact: Contact, by: str, to: str, note: str, now: datetime
) -> str | None:
    """Who has it now: the worker ``to``, or for ``NIGHT_LINE`` the first of the pool who is free.

    ``contact`` is locked. None when it is not ``by``'s, or nobody of these is there and free. Raises
    ``wording.WordingError`` for a note that is too long or holds what no message may.
    """
    text = cleaned(note)
    theirs = contact.state == ContactState.ANSWERED and contact.answered_by == by
    if contact.channel == Channel.VOICE or not theirs:
        return None
    for colleague in desk.colleagues(connection, gateway, contact, now):
        if not colleague.is_meant_by(to):
            continue
        if taking.hand_over(connection, gateway, contact, colleague.worker, now, by=by):
            if text and contact.conversation is not None:
                _leave(connection, gateway, contact.conversation, by, colleague.worker, text, now)
            phones.handed_over(connection, colleague.worker, contact.id, now)
            return colleague.worker
    return None


def notes(connection: Connection, gateway: Gateway, conversation_id: str) -> list[Note]:
    """The oldest first; none of a conversation that was erased."""
    found = store.find(connection, conversation_id)
    if found is None or found.wrapped_key is None:
        return []
    key = gateway.vault.contact_key(found.wrapped_key)
    return [
        Note(each.by, key.unseal(each.body, PURPOSE), each.at)
        for each in hand_over_notes.of_conversation(connection, conversation_id)
    ]


def cleaned(note: str) -> str:
    """Raises ``wording.WordingError``."""
    if not note.strip():
        return ""
    if len(note) > NOTE_CHARACTERS:
        raise wording.TooLongError(f"Write at most {NOTE_CHARACTERS} characters.")
    return wording.cleaned(note).strip()


def _leave(
    connection: Connection, gateway: Gateway, conversation: str, by: str, to: str, text: str, now: datetime
) -> None:
    found = store.find(connection, conversation)
    if found is None or found.wrapped_key is None:
        return
    body = gateway.vault.contact_key(found.wrapped_key).seal(text, PURPOSE)
    hand_over_notes.insert(connection, HandOverNote(new_id(), conversation, by, to, body, now))
