"""An SMS comes in: once, whatever the carrier does, and into the conversation of that phone.

Everything is written in one transaction, with what is answered. The first message begins a conversation as a
chat begins one; a later one goes on with it, and after its end begins the next contact of it. What is said
back by the gateway itself is part of the conversation, so that the worker reads it too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from config import logs
from config.site import Channel, Site
from gateway.contacts.lifecycle import OVER, UNANSWERED
from gateway.conversations import ending, tickets, transcript
from gateway.conversations.transcript import Draft, Sender
from gateway.rosters.numbers import own_numbers
from gateway.sms import beginning
from gateway.sms.keywords import Meaning, meaning, postcode_in
from gateway.sms.peers import peer_of
from gateway.sms.webhook import TextWebhook
from gateway.sms.words import SmsWords, spaced
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import sms
from gateway.store import tickets as ticket_rows
from gateway.store.contacts import Contact
from gateway.store.conversations import Conversation
from gateway.store.sms import Thread
from gateway.wiring import Gateway
from routing.destination import called

# A thank-you after the end is no new contact for so long; whatever else is written is one at any time.
THANKED_WITHIN = timedelta(minutes=30)
RACES = 5

log = logs.get("sms")


class _RacedError(Exception):
    """Another text of the same phone was faster: what was looked at is not so any more."""


@dataclass(frozen=True, slots=True)
class Received:
    """``replies``: what the carrier sends back at once, and nobody keeps. ``conversation``: which changed."""

    replies: tuple[str, ...] = ()
    conversation: str | None = None


def receive(gateway: Gateway, hook: TextWebhook, *, speaks: bool = True) -> Received:
    """Take in one SMS. ``speaks``: whether the gateway may answer by itself. Raises StoreUnavailableError."""
    site, _roster = gateway.book.current()
    if hook.sender is None or hook.sender in own_numbers(site):
        log.event("sms_ignored", reason="sender")
        return Received()
    for _ in range(RACES):
        try:
            with gateway.store.write() as connection:
                received = _Reception(connection, gateway, hook, hook.sender, speaks=speaks).take_in()
        except _RacedError:
            continue
        gateway.wake()
        return received
    raise _RacedError


class _Reception:
    """One SMS in one transaction."""

    def __init__(
        self, connection: Connection, gateway: Gateway, hook: TextWebhook, sender: str, *, speaks: bool
    ) -> None:
        self._connection, self._gateway, self._hook, self._sender = connection, gateway, hook, sender
        self._now = gateway.now()
        self._site: Site = gateway.book.current()[0]
        self._words = SmsWords(gateway, self._now)
        self._peer = peer_of(connection, gateway.vault, sender, hook.called, self._now)
        self._stopped = sms.is_stopped(connection, self._peer)
        self._speaks = speaks and not self._stopped

    def take_in(self) -> Received:
        if self._hook.sid and not sms.receive_once(self._connection, self._hook.sid, self._now):
            log.event("sms_received", repeated=True)
            return Received()
        thread = sms.thread_of(self._connection, self._peer)
        contact, conversation = self._locked(thread)
        meant = self._meaning(contact)
        if meant is Meaning.STOP:
            return self._stop(conversation)
        if meant is Meaning.START and sms.start(self._connection, self._peer):
            log.event("sms_started")
            self._speaks = True
            return self._reply(self._words.anybody(contact, "text_started"))
        if meant is Meaning.THANKS and contact is not None and conversation is not None:
            contact_rows.add_event(self._connection, contact.id, self._now, "thanked")
            return Received(conversation=conversation.id)
        if meant is Meaning.ERASE:
            return self._erase(conversation, contact)
        if meant is Meaning.CODE and conversation is not None and contact is not None:
            return self._code(conversation, contact)
        if not self._hook.text:
            return self._refuse_media(contact) if self._hook.media else Received()
        if thread is None or contact is None or conversation is None:
            return self._begin(meant)
        return self._go_on(thread, contact, conversation, meant)

    def _locked(self, thread: Thread | None) -> tuple[Contact | None, Conversation | None]:
        """The phone's conversation and its last contact, held; the contact first, as everywhere."""
        if thread is None:
            return None, None
        seen = store.find(self._connection, thread.conversation)
        contact = contact_rows.lock_contact(self._connection, seen.contact) if seen else None
        conversation = store.lock(self._connection, [thread.conversation]).get(thread.conversation)
        if contact is None or conversation is None or conversation.wrapped_key is None:
            sms.drop_thread(self._connection, thread.peer)  # its key is destroyed: this is a new beginning
            return None, None
        if conversation.contact != contact.id:
            raise _RacedError
        return contact, conversation

    def _meaning(self, contact: Contact | None) -> Meaning | None:
        ended = (
            contact is not None
            and contact.answered_at is not None
            and contact.ended_at is not None
            and self._now - contact.ended_at <= THANKED_WITHIN
        )
        hook = self._hook
        return meaning(hook.text, opt_out=hook.opt_out, stopped=self._stopped, ended=ended)

    # --- a conversation ---

    def _begin(self, meant: Meaning | None) -> Received:
        destination = called(self._site, self._hook.called, channel=Channel.SMS)
        postcode = postcode_in(self._hook.text) if destination.asks_postcode else None
        if postcode is not None:
            placed = called(self._site, self._hook.called, postcode, channel=Channel.SMS)
            if placed.line is not None:
                destination = placed
        line = self._site.lines.get(destination.line or "")
        if line is not None and Channel.SMS not in line.hours and not destination.partner:
            log.event("sms_not_offered", line=line.id)
            return self._reply(self._words.not_offered(line))
        begun = beginning.begin(
            self._connection,
            self._gateway,
            beginning.Writer(self._sender, self._hook.called, self._peer, self._language(meant)),
            destination,
            self._now,
        )
        if begun is None:
            raise _RacedError
        self._write(begun.conversation, Sender.CITIZEN, self._hook.text)
        if self._speaks:
            first = self._words.first_answer(
                begun.contact, begun.ticket, asks_postcode=destination.asks_postcode
            )
            self._write(begun.conversation, Sender.SYSTEM, first)
        self._say_about_media(begun.conversation, begun.contact)
        log.event("sms_received", contact=begun.contact.id, count=len(self._hook.text))
        return Received(conversation=begun.conversation)

    def _go_on(
        self, thread: Thread, contact: Contact, conversation: Conversation, meant: Meaning | None
    ) -> Received:
        again = contact.state in OVER
        if again:
            begun = beginning.begin_again(
                self._connection, self._gateway, contact, conversation, self._sender, self._now
            )
            contact = replace(begun, language=self._language(meant) or begun.language)
        self._write(conversation.id, Sender.CITIZEN, self._hook.text)
        if again and self._speaks:
            self._write(conversation.id, Sender.SYSTEM, self._words.next_answer(contact))
        if meant in {Meaning.ENGLISH, Meaning.DANISH}:
            contact = self._speak(contact, conversation, self._language(meant) or contact.language)
        elif thread.asks_postcode and contact.state in UNANSWERED:
            contact = self._place(contact, conversation)
        self._say_about_media(conversation.id, contact)
        log.event("sms_received", contact=contact.id, count=len(self._hook.text))
        return Received(conversation=conversation.id)

    def _place(self, contact: Contact, conversation: Conversation) -> Contact:
        """The postcode that was asked for: the line is asked, as long as nobody has the contact."""
        postcode = postcode_in(self._hook.text)
        if postcode is None:
            return contact
        destination = called(self._site, self._hook.called, postcode, channel=Channel.SMS)
        line = self._site.lines.get(destination.line or "")
        if line is None or Channel.SMS not in line.hours:
            return contact
        placed = beginning.place(self._connection, self._gateway, contact, destination, self._now)
        sms.ask_no_more(self._connection, self._peer)
        if self._speaks:
            words = self._words.say(placed, "text_placed", line=self._words.place_name(placed))
            self._write(conversation.id, Sender.SYSTEM, words)
        return placed

    def _speak(self, contact: Contact, conversation: Conversation, language: str) -> Contact:
        if language != contact.language:
            contact = contact_rows.change_contact(self._connection, contact, language=language)
            contact_rows.add_event(self._connection, contact.id, self._now, "language", language=language)
        if self._speaks:
            self._write(conversation.id, Sender.SYSTEM, self._words.say(contact, "text_language"))
        return contact

    def _language(self, meant: Meaning | None) -> str | None:
        wanted = {Meaning.ENGLISH: "en", Meaning.DANISH: "da"}.get(meant) if meant else None
        return wanted if wanted in self._site.languages else None

    # --- words with a meaning of their own ---

    def _stop(self, conversation: Conversation | None) -> Received:
        """Nothing is sent any more, not even that this was understood: the carrier says so itself."""
        sms.stop(self._connection, self._peer, self._now)
        log.event("sms_stopped")
        if conversation is None:
            return Received()
        contact_rows.add_event(self._connection, conversation.contact, self._now, "stopped")
        ending.leave(self._connection, self._gateway, conversation.id, self._now, erase=False)
        return Received(conversation=conversation.id)

    def _erase(self, conversation: Conversation | None, contact: Contact | None) -> Received:
        """Asked twice, or when nothing is left, it is said again: nobody is rung for it."""
        if conversation is not None:
            ending.leave(self._connection, self._gateway, conversation.id, self._now, erase=True)
        replies = self._reply(self._words.anybody(contact, "text_erased")).replies
        return Received(replies, conversation.id if conversation is not None else None)

    def _code(self, conversation: Conversation, contact: Contact) -> Received:
        """Told in the carrier's answer alone: what is kept here is the code's hash."""
        ticket = ticket_rows.of_conversation(self._connection, conversation.id)
        code = tickets.new_code()
        hashed = tickets.hash_code(code)
        if ticket is None or not tickets.set_code(self._connection, conversation.id, hashed, self._now):
            return Received()
        return self._reply(self._words.say(contact, "text_code", ticket=spaced(ticket), code=spaced(code)))

    def _refuse_media(self, contact: Contact | None) -> Received:
        """A picture alone. It is not fetched, and begins nothing."""
        log.event("sms_media_refused")
        if contact is not None:
            return self._reply(self._words.say(contact, "text_media", phone=self._words.phone(contact)))
        destination = called(self._site, self._hook.called, channel=Channel.SMS)
        line = self._site.lines.get(destination.line or "")
        return self._reply(self._words.no_media(line, line.phone if line else self._hook.called))

    def _say_about_media(self, conversation: str, contact: Contact) -> None:
        if self._hook.media and self._speaks:
            words = self._words.say(contact, "text_media", phone=self._words.phone(contact))
            self._write(conversation, Sender.SYSTEM, words)

    # --- writing and answering ---

    def _write(self, conversation: str, sender: Sender, text: str) -> None:
        transcript.write(
            self._connection, self._gateway.vault, [Draft(conversation, sender, text)], self._now
        )

    def _reply(self, words: str) -> Received:
        """In the carrier's answer, not in the conversation: where there is none, or none any more."""
        return Received((words,)) if self._speaks else Received()
