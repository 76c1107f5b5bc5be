"""The parts of a chat process, put together once and passed to whoever needs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import socketio
from socketio.packet import EVENT

from chat.hub import Hub
from chat.limits import Visitors
from chat.nudges import Nudges
from chat.writer import Writer
from gateway.conversations import transcript
from gateway.conversations.transcript import Draft, Message, Refused, Written
from gateway.limits import Limits
from gateway.store import conversations as store
from gateway.store.conversations import Standing
from gateway.store.ids import new_id
from gateway.wiring import Gateway

THREADS = 4
# Codes are hashed slowly, on purpose: two at a time, so that whoever tries many does not slow everybody.
CODE_THREADS = 2

T = TypeVar("T")


class House:
    def __init__(self, gateway: Gateway, server: socketio.AsyncServer) -> None:
        self.gateway = gateway
        self.server = server
        self.process = new_id()
        self.hub = Hub(self._emit, self._read, self._look)
        self.writer = Writer(gateway, self._published)
        self.nudges = Nudges(gateway.settings.redis_url, self.process, self._told)
        self.visitors = Visitors(Limits(gateway.settings.redis_url), gateway.settings.trusted_proxies)
        self.woken = asyncio.Event()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat")
        self._code_threads = ThreadPoolExecutor(CODE_THREADS, thread_name_prefix="codes")

    async def in_thread(self, do: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do, *args)

    async def slowly(self, do: Callable[..., T], *args: Any) -> T:
        """For what is made to take long."""
        return await asyncio.get_running_loop().run_in_executor(self._code_threads, do, *args)

    async def write(self, draft: Draft) -> Written | Refused:
        return await self.writer.write(draft)

    async def changed(self, conversation: str | None) -> None:
        """After a commit: this process looks at once, and the others are told to."""
        if conversation is not None:
            await self.hub.follow([conversation])
        self.woken.set()
        self.nudges.tell(changed=conversation)

    async def type(self, conversation: str, *, by_worker: bool, on: bool) -> None:
        await self.hub.typing(conversation, by_worker, on)
        self.nudges.tell(typing=conversation, by_worker=by_worker, on=on)

    def close(self) -> None:
        self._threads.shutdown(wait=False)
        self._code_threads.shutdown(wait=False)
        self.writer.close()
        self.gateway.book.stop()

    async def _published(self, messages: list[Message]) -> None:
        await self.hub.published(messages)
        for message in {each.conversation: each for each in messages}.values():
            self.nudges.tell(written=message.conversation, seq=message.seq)

    async def _told(self, word: dict[str, Any]) -> None:
        """Another process says that something changed. What it says is checked against SQL."""
        if isinstance(word.get("written"), str):
            if word["written"] in set(self.hub.conversations()):
                self.hub.pump(word["written"])
        elif isinstance(word.get("typing"), str):
            await self.hub.typing(word["typing"], word.get("by_worker") is True, word.get("on") is True)
        else:
            changed = word.get("changed")
            if isinstance(changed, str):
                await self.hub.follow([changed])
            self.woken.set()

    async def _emit(self, namespace: str, sid: str, payload: dict[str, Any], event: str) -> None:
        """To one connection, straight into its queue: the server's own way starts a task for each event."""
        connection = self.server.manager.eio_sid_from_sid(sid, namespace)
        if connection is not None:  # else it has just gone
            packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, payload])
            await self.server.eio.send(connection, packet.encode())

    async def _read(self, conversation: str, after: int) -> Sequence[Message]:
        return await self.in_thread(self._messages, conversation, after)

    def _messages(self, conversation: str, after: int) -> list[Message]:
        with self.gateway.store.read() as connection:
            found = store.find(connection, conversation)
            return transcript.read(connection, self.gateway.vault, found, after) if found else []

    async def _look(self, conversations: Sequence[str]) -> Sequence[Standing]:
        return await self.in_thread(self._standings, conversations)

    def _standings(self, conversations: Sequence[str]) -> list[Standing]:
        with self.gateway.store.read() as connection:
            return store.standings(connection, conversations)
