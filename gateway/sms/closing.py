"""The last words of a conversation by SMS that a worker has closed: how to come back, and how to erase it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.contacts.endings import WORKER
from gateway.contacts.lifecycle import OVER
from gateway.conversations import transcript
from gateway.conversations.transcript import Draft, Sender
from gateway.outbox.dispatcher import Errand, Retry
from gateway.sms.words import SmsWords
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import sms
from gateway.store.outbox import OutboxRow
from gateway.wiring import Gateway


def closing_errand(gateway: Gateway) -> Errand:
    """Written in the transaction that leases the row, and once: the row's name is the contact's."""

    def prepare(connection: Connection, row: OutboxRow, now: datetime) -> None:
        contact = contact_rows.find_contact(connection, row.contact or "")
        conversation = store.find(connection, contact.conversation or "") if contact else None
        thread = sms.thread_in(connection, conversation.id) if conversation else None
        if contact is None or conversation is None or thread is None:
            return
        is_last = conversation.contact == contact.id and contact.state in OVER and contact.ended_by == WORKER
        if not is_last or conversation.wrapped_key is None or sms.is_stopped(connection, thread.peer):
            return
        words = SmsWords(gateway, now)
        text = words.say(contact, "text_closing", phone=words.phone(contact))
        transcript.write(connection, gateway.vault, [Draft(conversation.id, Sender.SYSTEM, text)], now)
        gateway.wake()

    def perform(_job: None) -> None:
        return None

    def record(
        _connection: Connection, _row: OutboxRow, _job: None, _came: object, _now: datetime
    ) -> str | Retry:
        return "written"

    return Errand(prepare, perform, record)
