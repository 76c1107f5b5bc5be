"""The workers' namespace (contract, "Staff"): what waits, and the conversations they are in."""

from __future__ import annotations

import asyncio
from typing import Any

import socketio
from sqlalchemy.engine import Connection

from chat.answers import Answer, RefusedError, invalid, not_found, ok, slow_down, when
from chat.events import Namespace, answered
from chat.house import House
from chat.hub import STAFF, Console
from chat.limits import Pace
from chat.payloads import MOST_SEQ, Payload
from config import logs
from config.site import Channel
from gateway.accounts import access, socket_tokens
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import desk, ending, handing_over, joining, taking
from gateway.conversations.taking import Taking
from gateway.conversations.transcript import Draft, Refused, Sender
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store.contacts import Contact

MOST_KNOWN = 100

log = logs.get("chat")


class StaffNamespace(Namespace):
    def __init__(self, house: House) -> None:
        super().__init__(STAFF)
        self._house = house
        self._paces: dict[str, Pace] = {}
        self._welcomes: set[asyncio.Task[None]] = set()

    async def on_connect(self, sid: str, _environ: dict[str, Any], auth: object = None) -> None:
        """``auth``: ``{"token": ..., "after": {contact: seq}}``; ``after``: what this browser has already."""
        given = auth if isinstance(auth, dict) else {}
        token = given.get("token")
        worker = await self._house.in_thread(self._worker_of, token) if isinstance(token, str) else None
        if worker is None or not isinstance(token, str):
            log.event("staff_socket_refused")
            raise socketio.exceptions.ConnectionRefusedError("unauthorized")
        self._paces[sid] = Pace()
        # First the connection is confirmed, then it is sent what there is.
        task = asyncio.create_task(self._welcome(Console(sid, worker, token, _after(given.get("after")))))
        self._welcomes.add(task)
        task.add_done_callback(self._welcomes.discard)

    async def _welcome(self, console: Console) -> None:
        if console.sid not in self._paces:
            return
        self._house.hub.open_console(console)
        held = await self._house.in_thread(self._held, console.worker)
        await self._house.hub.follow(held)
        self._house.woken.set()  # the floor looks, and sends the queue

    async def on_disconnect(self, sid: str, *_reason: object) -> None:
        self._paces.pop(sid, None)
        for listener in self._house.hub.of_sid(sid):
            await self._house.type(listener.conversation, by_worker=True, on=False)
        self._house.hub.forget(sid)
        self._house.woken.set()

    def may_go_on(self, sid: str) -> bool:
        pace = self._paces.get(sid)
        return pace is not None and pace.allows()

    @answered
    async def on_accept(self, sid: str, args: tuple[Any, ...]) -> Answer:
        given = Payload(args, "contact", "second")
        contact, second = given.word("contact"), given.switch("second", default=False)
        conversation = await self._house.in_thread(self._accept, self._worker(sid), contact, second)
        await self._house.changed(conversation)
        return ok(contact=contact, state="answered")

    @answered
    async def on_message(self, sid: str, args: tuple[Any, ...]) -> Answer:
        given = Payload(args, "contact", "id", "text")
        worker = self._worker(sid)
        conversation = await self._conversation(sid, given.word("contact"))
        written = await self._house.write(
            Draft(conversation, Sender.WORKER, given.text(), given.uuid(), worker)
        )
        if isinstance(written, Refused):
            raise RefusedError(*_REFUSED[written])
        await self._house.hub.typing(conversation, by_worker=True, on=False)
        return ok(seq=written.message.seq, at=when(written.message.at))

    @answered
    async def on_typing(self, sid: str, args: tuple[Any, ...]) -> Answer:
        given = Payload(args, "contact", "on")
        contact, on = given.word("contact"), given.switch("on")
        for listener in self._house.hub.of_sid(sid):
            if listener.contact == contact:
                await self._house.type(listener.conversation, by_worker=True, on=on)
                return ok()
        raise not_found("You are in no such conversation.")

    @answered
    async def on_transfer(self, sid: str, args: tuple[Any, ...]) -> Answer:
        given = Payload(args, "contact", "to")
        contact, to = given.word("contact"), given.word("to")
        conversation, has_it = await self._house.in_thread(self._hand_over, self._worker(sid), contact, to)
        await self._house.changed(conversation)
        return ok(contact=contact, to=has_it)

    @answered
    async def on_add_colleague(self, sid: str, args: tuple[Any, ...]) -> Answer:
        """A colleague reads and writes along; whoever has the conversation keeps it."""
        given = Payload(args, "contact", "to")
        contact, to = given.word("contact"), given.word("to")
        conversation, added = await self._house.in_thread(self._add, self._worker(sid), contact, to)
        await self._house.changed(conversation)
        return ok(contact=contact, to=added)

    @answered
    async def on_leave(self, sid: str, args: tuple[Any, ...]) -> Answer:
        """Who was added goes again, or is let go (``worker``) by who has the conversation."""
        given = Payload(args, "contact", "worker")
        contact, worker = given.word("contact"), given.maybe_word("worker")
        conversation = await self._house.in_thread(self._leave, self._worker(sid), contact, worker)
        if conversation is not None:
            await self._house.type(conversation, by_worker=True, on=False)
        await self._house.changed(conversation)
        return ok(contact=contact)

    @answered
    async def on_close(self, sid: str, args: tuple[Any, ...]) -> Answer:
        contact = Payload(args, "contact").word("contact")
        conversation = await self._house.in_thread(self._close, self._worker(sid), contact)
        await self._house.changed(conversation)
        return ok(contact=contact, state="ended")

    @answered
    async def on_away(self, sid: str, args: tuple[Any, ...]) -> Answer:
        on = Payload(args, "on").switch("on")
        await self._house.in_thread(self._set_away, self._worker(sid), on)
        await self._house.changed(None)
        return ok(on=on)

    def _worker(self, sid: str) -> str:
        console = self._house.hub.console(sid)
        if console is None:
            raise slow_down()
        return console.worker

    async def _conversation(self, sid: str, contact: str) -> str:
        for listener in self._house.hub.of_sid(sid):
            if listener.contact == contact:
                return listener.conversation
        worker = self._worker(sid)
        return await self._house.in_thread(self._conversation_of, worker, contact)

    # --- in a thread, with SQL ---

    def _worker_of(self, token: str) -> str | None:
        gateway = self._house.gateway
        with gateway.store.read() as connection:
            worker = socket_tokens.comes_in(connection, token, gateway.now())
        site, _roster = gateway.book.current()
        return worker if worker in site.workers else None

    def _held(self, worker: str) -> list[str]:
        with self._house.gateway.store.read() as connection:
            return store.held_by(connection, worker)

    def _conversation_of(self, worker: str, contact_id: str) -> str:
        with self._house.gateway.store.read() as connection:
            contact = self._reached(connection, worker, contact_id)
        if contact.conversation is None:
            raise invalid("A call is not written in.")
        return contact.conversation

    def _reached(self, connection: Any, worker: str, contact_id: str) -> Contact:
        site, _roster = self._house.gateway.book.current()
        known = site.workers.get(worker)
        contact = access.find_contact(connection, access.reach_of(site, known), contact_id) if known else None
        if contact is None:
            raise not_found("There is no such contact.")
        return contact

    def _accept(self, worker: str, contact_id: str, second: bool) -> str | None:
        gateway = self._house.gateway
        now = gateway.now()
        with gateway.store.write() as connection:
            contact = self._reached(connection, worker, contact_id)
            if contact_rows.unavailable(connection).get(worker) == desk.AWAY:
                raise RefusedError("away", "You are away; come back first.")
            came = taking.take(connection, gateway, contact_id, worker, now, second=second)
        if came is not Taking.WON:
            raise RefusedError(*_NOT_TAKEN[came])
        log.event("contact_taken", contact=contact_id, worker=worker, channel=contact.channel)
        return contact.conversation

    def _close(self, worker: str, contact_id: str) -> str | None:
        gateway = self._house.gateway
        with gateway.store.write() as connection:
            self._reached(connection, worker, contact_id)
            contact = contact_rows.lock_contact(connection, contact_id)
            if contact is None or contact.channel == Channel.VOICE:
                raise invalid("A call ends when its phones hang up.")
            if not ending.close(connection, contact, worker, gateway.now()):
                if contact.answered_by == worker:
                    return contact.conversation  # closed before: the same again changes nothing
                raise not_found("You are in no such conversation.")
        log.event("contact_ended", contact=contact_id, worker=worker, channel=contact.channel)
        return contact.conversation

    def _hand_over(self, worker: str, contact_id: str, to: str) -> tuple[str | None, str]:
        gateway = self._house.gateway
        now = gateway.now()
        with gateway.store.write() as connection:
            contact = self._own(connection, worker, contact_id)
            has_it = handing_over.give(connection, gateway, contact, worker, to, "", now)
            if has_it is None:
                raise RefusedError("nobody", "They are not on duty, not here, or in another contact.")
        gateway.wake()
        return contact.conversation, has_it

    def _own(self, connection: Connection, worker: str, contact_id: str) -> Contact:
        """Locked; raises RefusedError for one in writing that this worker does not have now."""
        self._reached(connection, worker, contact_id)
        contact = contact_rows.lock_contact(connection, contact_id)
        if (
            contact is None
            or contact.channel == Channel.VOICE
            or contact.state != ContactState.ANSWERED
            or contact.answered_by != worker
        ):
            raise not_found("You are in no such conversation.")
        return contact

    def _add(self, worker: str, contact_id: str, to: str) -> tuple[str | None, str]:
        gateway = self._house.gateway
        with gateway.store.write() as connection:
            contact = self._own(connection, worker, contact_id)
            added = joining.add(connection, gateway, contact, worker, to, gateway.now())
        if added is None:
            raise RefusedError("nobody", "They are not on duty, not here or in a contact, or two are in it.")
        gateway.wake()
        log.event("colleague_added", contact=contact_id, worker=added)
        return contact.conversation, added

    def _leave(self, by: str, contact_id: str, worker: str | None) -> str | None:
        gateway, worker, now = self._house.gateway, worker or by, self._house.gateway.now()
        with gateway.store.write() as connection:
            self._reached(connection, by, contact_id)
            contact = contact_rows.lock_contact(connection, contact_id)
            if contact is None or not joining.leave(connection, gateway, contact, worker, now, by=by):
                raise not_found("Nobody whom you could let go was added to such a conversation.")
        gateway.wake()
        log.event("colleague_left", contact=contact_id, worker=worker)
        return contact.conversation

    def _set_away(self, worker: str, on: bool) -> None:
        gateway = self._house.gateway
        with gateway.store.write() as connection:
            contact_rows.set_away(connection, worker, gateway.now() if on else None)


_OVER = ("gone", "This conversation is over.")
_NOT_TAKEN = {
    Taking.TAKEN: ("taken", "A colleague has it."),
    Taking.ENGAGED: ("engaged", "You are in another contact; a second chat is your choice."),
    Taking.GONE: _OVER,
    Taking.BY_PHONE: ("invalid", "A call is taken on the telephone."),
}
_REFUSED = {
    Refused.GONE: _OVER,
    Refused.OVER: _OVER,
    Refused.NOT_THEIRS: ("not_found", "You are in no such conversation."),
    Refused.ID_TAKEN: ("invalid", "Another message has this id."),
}


def _after(given: object) -> dict[str, int]:
    """What a browser says it has, by contact; anything else is as nothing."""
    if not isinstance(given, dict) or len(given) > MOST_KNOWN:
        return {}
    return {
        contact: seq
        for contact, seq in given.items()
        if isinstance(contact, str) and isinstance(seq, int) and not isinstance(seq, bool)
        if 0 <= seq <= MOST_SEQ
    }
