"""Who listens to which conversation in this process, and what each of them has been sent.

SQL decides what is delivered, by number: a listener is sent the message after the last one it was sent, or
nothing. So whatever order news comes in, and whatever of it is lost, nobody sees a hole or a repeat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chat.answers import when
from gateway.contacts.lifecycle import OVER, ContactState
from gateway.conversations.deliveries import Shown
from gateway.conversations.desk import Place
from gateway.conversations.transcript import Message, Sender
from gateway.store.conversations import Standing

CITIZEN, STAFF = "/citizen", "/staff"
# Somebody who stops typing without saying so has stopped.
TYPING_SECONDS = 6.0

Emit = Callable[[str, str, dict[str, Any], str], Awaitable[None]]  # namespace, sid, payload, event
Read = Callable[[str, int], Awaitable[Sequence[Message]]]
Look = Callable[[Sequence[str]], Awaitable[Sequence[Standing]]]


@dataclass(slots=True)
class Listener:
    """One connection in one conversation. ``cursor``: the number of the last message it was sent.

    ``worker`` and ``contact`` are a worker's; the citizen hears of no contact. ``told``: the state it knows.
    ``lead`` and ``colleagues``: who has the contact, and who is in it, too, as this worker was told.
    ``phone``: the line's own, for a citizen when nobody can write now.
    """

    sid: str
    conversation: str
    cursor: int
    worker: str | None = None
    contact: str | None = None
    told: dict[str, Any] = field(default_factory=dict)
    phone: str | None = None
    lead: str | None = None
    colleagues: tuple[str, ...] = ()
    # How each SMS of ours fared, as this worker was told; None: not told yet.
    deliveries: dict[int, str] | None = None

    @property
    def namespace(self) -> str:
        return CITIZEN if self.worker is None else STAFF


@dataclass(slots=True)
class Console:
    """One worker's connection. ``after``: what its browser says it has, by contact. ``queue``: as sent, and
    whether they were away."""

    sid: str
    worker: str
    token: str
    after: dict[str, int]
    queue: object = None


def public_state(state: str) -> str:
    """What a citizen hears of it: waiting, answered or ended."""
    if state == ContactState.ANSWERED:
        return "answered"
    return "ended" if state in OVER else "waiting"


def _state_without(listener: Listener, standing: Standing) -> str:
    """What a worker hears who is in it no more: who goes while the same colleague goes on has left."""
    if standing.state in OVER:
        return standing.state
    same = standing.state == ContactState.ANSWERED and standing.answered_by == listener.lead
    return "left" if same else "handed_over"


def citizen_state(state: str, place: Place | None, phone: str | None) -> dict[str, Any]:
    """The payload of ``state``. While nobody who could answer is there, it says which number to call."""
    told: dict[str, Any] = {"state": state}
    if place is not None and state == "waiting":
        told["position"] = place.position
        told["somebody_is_there"] = place.somebody_is_there
        if not place.somebody_is_there:
            told["phone"] = phone
    return told


class Hub:
    def __init__(self, emit: Emit, read: Read, look: Look) -> None:
        self._emit = emit
        self._read = read
        self._look = look
        self._following = asyncio.Lock()
        self._listeners: dict[str, dict[str, Listener]] = {}
        self._by_sid: dict[str, set[str]] = {}
        self._consoles: dict[str, Console] = {}
        self._of_worker: dict[str, dict[str, Console]] = {}
        self._typing: dict[tuple[str, bool], asyncio.TimerHandle] = {}
        self._pumping: dict[str, asyncio.Task[None]] = {}
        self._typing_tasks: set[asyncio.Task[None]] = set()

    # --- who is there ---

    def open_console(self, console: Console) -> None:
        self._consoles[console.sid] = console
        self._of_worker.setdefault(console.worker, {})[console.sid] = console

    def console(self, sid: str) -> Console | None:
        return self._consoles.get(sid)

    def consoles(self) -> list[Console]:
        return list(self._consoles.values())

    def listen(self, listener: Listener) -> None:
        self._listeners.setdefault(listener.conversation, {})[listener.sid] = listener
        self._by_sid.setdefault(listener.sid, set()).add(listener.conversation)

    def listener(self, sid: str, conversation: str) -> Listener | None:
        return self._listeners.get(conversation, {}).get(sid)

    def of_sid(self, sid: str) -> list[Listener]:
        return [self._listeners[name][sid] for name in self._by_sid.get(sid, ())]

    def conversations(self) -> list[str]:
        return list(self._listeners)

    def citizens_waiting(self) -> list[Listener]:
        return [
            each
            for listeners in self._listeners.values()
            for each in listeners.values()
            if each.worker is None and each.told.get("state") == "waiting"
        ]

    def forget(self, sid: str, conversation: str | None = None) -> None:
        """The connection is over, or it listens to this conversation no more."""
        names = self._by_sid.get(sid, set())
        for name in [conversation] if conversation is not None else list(names):
            names.discard(name)
            listeners = self._listeners.get(name, {})
            listeners.pop(sid, None)
            if not listeners:
                self._listeners.pop(name, None)
        if not names:
            self._by_sid.pop(sid, None)
        if conversation is None:
            self._forget_console(sid)

    def _forget_console(self, sid: str) -> None:
        console = self._consoles.pop(sid, None)
        if console is not None:
            of_worker = self._of_worker[console.worker]
            del of_worker[sid]
            if not of_worker:
                del self._of_worker[console.worker]

    # --- messages ---

    async def published(self, messages: Iterable[Message]) -> None:
        """Written by this process just now, in the order of their numbers."""
        for message in messages:
            behind = False
            for listener in list(self._listeners.get(message.conversation, {}).values()):
                if listener.cursor == message.seq - 1:
                    await self._send(listener, message)
                behind = behind or listener.cursor < message.seq
            if behind:
                self.pump(message.conversation)

    def pump(self, conversation: str) -> None:
        """Read from SQL what listeners were not sent, and send it; one at a time for each conversation."""
        running = self._pumping.get(conversation)
        if running is None or running.done():
            self._pumping[conversation] = asyncio.create_task(self._pump(conversation))

    async def _pump(self, conversation: str) -> None:
        try:
            await self.catch_up(conversation)
        finally:
            self._pumping.pop(conversation, None)

    async def catch_up(self, conversation: str) -> None:
        listeners = self._listeners.get(conversation)
        if not listeners:
            return
        messages = await self._read(conversation, min(each.cursor for each in listeners.values()))
        for message in messages:
            for listener in list(self._listeners.get(conversation, {}).values()):
                if listener.cursor == message.seq - 1:
                    await self._send(listener, message)

    async def _send(self, listener: Listener, message: Message) -> None:
        listener.cursor = message.seq  # before anything else can run
        payload: dict[str, Any] = {
            "seq": message.seq,
            "from": message.sender,
            "text": message.text,
            "at": when(message.at),
        }
        if listener.contact is not None:
            payload["contact"] = listener.contact
        await self._emit(listener.namespace, listener.sid, payload, "message")

    # --- deliveries ---

    def untold(self) -> set[str]:
        """Conversations of which a worker here has not heard yet how what was sent fared."""
        return {
            each.conversation
            for listeners in self._listeners.values()
            for each in listeners.values()
            if each.worker is not None and each.deliveries is None
        }

    async def tell_deliveries(self, shown: Mapping[str, Sequence[Shown]], asked: Iterable[str]) -> None:
        """``asked``: the conversations that were looked at; workers hear of what is news to them."""
        for conversation in asked:
            for listener in list(self._listeners.get(conversation, {}).values()):
                if listener.worker is None:
                    continue
                told = listener.deliveries = listener.deliveries or {}
                for each in shown.get(conversation, ()):
                    if told.get(each.seq) == each.state:
                        continue
                    told[each.seq] = each.state
                    payload = {
                        "contact": listener.contact,
                        "seq": each.seq,
                        "state": each.state,
                        "error_code": each.error_code,
                        "at": when(each.at),
                    }
                    await self._emit(STAFF, listener.sid, payload, "delivery")

    # --- states ---

    async def follow(self, conversations: Iterable[str]) -> None:
        """How these stand now: listeners come and go, hear the state, and what they were not sent.

        One look at SQL at a time, and all that follows from it before the next one: news comes from several
        sides at once, and a look from before a colleague left must not let them in again after it.
        """
        names = list(conversations)
        if not names:
            return
        async with self._following:
            for standing in await self._look(names):
                await self._follow(standing)

    async def _follow(self, standing: Standing) -> None:
        name = standing.conversation
        holds = standing.state == ContactState.ANSWERED
        members = (standing.answered_by or "", *standing.colleagues) if holds else ()
        for worker in members:
            for console in self._of_worker.get(worker, {}).values():
                if self.listener(console.sid, name) is None:
                    self._join(console, standing)
        if standing.state not in OVER:  # who is out of what goes on is sent nothing more of it
            for listener in list(self._listeners.get(name, {}).values()):
                if listener.worker is not None and listener.worker not in members:
                    await self._let_go(listener, standing)
        listeners = self._listeners.get(name)
        if not listeners:
            return
        if any(each.cursor < standing.last_seq for each in listeners.values()):
            await self.catch_up(name)
        for listener in list(self._listeners.get(name, {}).values()):
            if listener.worker is None:
                await self.tell_citizen(listener, public_state(standing.state))
                continue
            if listener.worker not in members:
                await self._let_go(listener, standing)
                continue
            await self._tell_worker(listener, standing.state)
            await self._tell_colleagues(listener, standing)

    async def _let_go(self, listener: Listener, standing: Standing) -> None:
        self.forget(listener.sid, listener.conversation)  # before anything else can run
        await self._tell_worker(listener, _state_without(listener, standing))

    def _join(self, console: Console, standing: Standing) -> None:
        cursor = min(console.after.get(standing.contact, 0), standing.last_seq)
        self.listen(Listener(console.sid, standing.conversation, cursor, console.worker, standing.contact))

    async def _tell_worker(self, listener: Listener, state: str) -> None:
        told = {"contact": listener.contact, "state": state}
        if listener.told != told:
            listener.told = told
            await self._emit(STAFF, listener.sid, told, "state")

    async def _tell_colleagues(self, listener: Listener, standing: Standing) -> None:
        """Who leads and who is in it, too: as soon as, and as long as, it concerns more than one."""
        lead, colleagues = standing.answered_by, standing.colleagues
        is_news = colleagues != listener.colleagues or (colleagues and lead != listener.lead)
        listener.lead, listener.colleagues = lead, colleagues
        if is_news:
            told = {"contact": listener.contact, "lead": lead, "colleagues": list(colleagues)}
            await self._emit(STAFF, listener.sid, told, "colleagues")

    async def tell_citizen(self, listener: Listener, state: str, place: Place | None = None) -> None:
        """The state, once; while waiting, its place when that changed."""
        if state == "waiting" and place is None and listener.told.get("state") == "waiting":
            return  # the place is what it was
        told = citizen_state(state, place, listener.phone)
        if listener.told != told:
            listener.told = told
            await self._emit(CITIZEN, listener.sid, told, "state")

    # --- typing ---

    async def typing(self, conversation: str, by_worker: bool, on: bool) -> None:
        """Tell the other side; it ends by itself when it is not said again."""
        key = (conversation, by_worker)
        before = self._typing.pop(key, None)
        if before is not None:
            before.cancel()
        if on:
            loop = asyncio.get_running_loop()
            self._typing[key] = loop.call_later(TYPING_SECONDS, self._typing_ends, conversation, by_worker)
        if on == (before is not None):
            return
        for listener in list(self._listeners.get(conversation, {}).values()):
            if (listener.worker is not None) == by_worker:
                continue
            payload: dict[str, Any] = {"on": on}
            if listener.contact is not None:
                payload["contact"] = listener.contact
            await self._emit(listener.namespace, listener.sid, payload, "typing")

    def _typing_ends(self, conversation: str, by_worker: bool) -> None:
        task = asyncio.create_task(self.typing(conversation, by_worker, on=False))
        self._typing_tasks.add(task)
        task.add_done_callback(self._typing_tasks.discard)


__all__ = ["CITIZEN", "STAFF", "Console", "Hub", "Listener", "Sender", "public_state"]
