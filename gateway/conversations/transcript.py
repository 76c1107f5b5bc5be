"""Writing messages down, and reading them again: numbered without a hole, sealed, each stored once."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.lifecycle import OVER, ContactState
from gateway.conversations import deliveries
from gateway.store import conversations as store
from gateway.store import joined_workers
from gateway.store.conversations import Conversation, Numbered, StoredMessage
from gateway.store.vault import ContactKey, Vault

BODY = "message"


class Sender(enum.StrEnum):
    CITIZEN = "citizen"
    WORKER = "worker"
    SYSTEM = "system"


class Refused(enum.Enum):
    """Why a message was not written."""

    GONE = "gone"  # erased
    OVER = "over"  # the contact has ended
    NOT_THEIRS = "not theirs"  # a worker who does not have the conversation
    ID_TAKEN = "id taken"  # by a message of somebody else


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written. ``client_id``: 32 hexadecimal digits of the sender's own."""

    conversation: str
    sender: Sender
    text: str
    client_id: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    conversation: str
    seq: int
    sender: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """``is_new`` is false for a message that was written before: the same id came twice."""

    message: Message
    is_new: bool


def write(
    connection: Connection, vault: Vault, drafts: Sequence[Draft], now: datetime
) -> list[Written | Refused]:
    """Write a batch in the caller's transaction; an answer for each draft, in the same order.

    Drafts of one conversation are numbered in the order given. Contacts and then conversations are locked in
    one order, so batches of several processes never wait for each other in a circle. What is written to a
    citizen who texts is queued to be sent, too. The first word of a worker is noted on its contact.
    """
    by_workers = {draft.conversation for draft in drafts if draft.sender is Sender.WORKER}
    without_a_word = store.lock_without_a_word(connection, by_workers) if by_workers else set()
    locked = store.lock_numbered(connection, {draft.conversation for draft in drafts})
    states = store.states_of(connection, {each.contact for each in locked.values()})
    ids = {draft.client_id for draft in drafts if draft.client_id is not None}
    known = store.known_messages(connection, locked, ids) if ids else {}
    open_ones = {name: _Open.of(each, vault) for name, each in locked.items() if each.wrapped_key is not None}
    new: list[StoredMessage] = []
    leaving: list[tuple[StoredMessage, str, str]] = []
    first_words: set[str] = set()
    answers: list[Written | Refused] = []
    for draft in drafts:
        conversation = open_ones.get(draft.conversation)
        if conversation is None:
            answers.append(Refused.GONE)
            continue
        before = known.get((draft.conversation, draft.client_id or ""))
        if before is not None:
            answers.append(_again(draft, before, conversation.key))
            continue
        state, answered_by, channel = states[conversation.contact]
        refused = _refused(draft, state, answered_by)
        if refused is Refused.NOT_THEIRS and _has_joined(connection, conversation.contact, state, draft):
            refused = None
        if refused is not None:
            answers.append(refused)
            continue
        conversation.seq += 1
        stored = StoredMessage(
            conversation=draft.conversation,
            seq=conversation.seq,
            client_id=draft.client_id,
            sender=draft.sender,
            worker=draft.worker,
            body=conversation.key.seal(draft.text, BODY),
            at=now,
        )
        new.append(stored)
        if draft.sender is Sender.WORKER and conversation.contact in without_a_word:
            first_words.add(conversation.contact)
        if channel == Channel.SMS and draft.sender is not Sender.CITIZEN:
            leaving.append((stored, conversation.contact, draft.text))
        if draft.client_id is not None:
            known[draft.conversation, draft.client_id] = stored
        answers.append(
            Written(Message(draft.conversation, stored.seq, draft.sender, draft.text, now), is_new=True)
        )
    store.add_messages(connection, new)
    if first_words:
        store.note_first_words(connection, first_words, now)
    for stored, contact, text in leaving:
        deliveries.queue(connection, stored.conversation, contact, stored.seq, text, now)
    return answers


def read(connection: Connection, vault: Vault, conversation: Conversation, after: int = 0) -> list[Message]:
    """The messages after a number, in order; none of a conversation that was erased."""
    if conversation.wrapped_key is None:
        return []
    key = vault.contact_key(conversation.wrapped_key)
    return [_opened(each, key) for each in store.messages_after(connection, conversation.id, after)]


@dataclass(slots=True)
class _Open:
    contact: str
    key: ContactKey
    seq: int

    @classmethod
    def of(cls, conversation: Numbered, vault: Vault) -> _Open:
        key = vault.contact_key(conversation.wrapped_key or b"")
        return cls(conversation.contact, key, conversation.last_seq)


def _refused(draft: Draft, state: str, answered_by: str | None) -> Refused | None:
    if draft.sender is Sender.SYSTEM:
        return None
    if state in OVER:
        return Refused.OVER
    if draft.sender is Sender.WORKER and (state != ContactState.ANSWERED or answered_by != draft.worker):
        return Refused.NOT_THEIRS
    return None


def _has_joined(connection: Connection, contact: str, state: str, draft: Draft) -> bool:
    """Whether the worker is in it beside the one who has it."""
    if state != ContactState.ANSWERED or draft.worker is None:
        return False
    return joined_workers.is_in(connection, contact, draft.worker)


def _again(draft: Draft, before: StoredMessage, key: ContactKey) -> Written | Refused:
    if before.sender != draft.sender or before.worker != draft.worker:
        return Refused.ID_TAKEN
    return Written(_opened(before, key), is_new=False)


def _opened(stored: StoredMessage, key: ContactKey) -> Message:
    text = key.unseal(stored.body, BODY)
    return Message(stored.conversation, stored.seq, stored.sender, text, stored.at)
