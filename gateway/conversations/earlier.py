"""What a caller wrote before, for whoever answers the call: opened by the caller, with ticket and code."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from gateway.conversations import transcript
from gateway.conversations.transcript import Message
from gateway.store import conversations as store
from gateway.store.contacts import Contact
from gateway.store.vault import Vault


def earlier_messages(
    connection: Connection, vault: Vault, contact: Contact, worker: str
) -> list[Message] | None:
    """None when none was opened, or for anybody but who answered; empty when it is not kept any more."""
    if contact.earlier_conversation is None or contact.answered_by != worker:
        return None
    conversation = store.find(connection, contact.earlier_conversation)
    return transcript.read(connection, vault, conversation) if conversation else []
