"""Messages to disk: those of one moment in one transaction, each answered once it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from config import logs
from gateway.conversations import transcript
from gateway.conversations.transcript import Draft, Message, Refused, Written
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway

MOST_AT_ONCE = 400
# A commit costs as much as a dozen messages in it. One that comes alone is written at once.
GATHER_SECONDS = 0.01

log = logs.get("chat")

Outcome = Written | Refused | StoreUnavailableError


class Writer:
    """While one batch is being written the next one gathers: the disk's pace makes the batches, and ours.

    One batch at a time: what this process writes is published in the order of its numbers.
    """

    def __init__(self, gateway: Gateway, published: Callable[[list[Message]], Awaitable[None]]) -> None:
        self._gateway = gateway
        self._published = published
        self._gathering: list[tuple[Draft, asyncio.Future[Outcome]]] = []
        self._something = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def write(self, draft: Draft) -> Written | Refused:
        """Returns once it is on disk. Raises StoreUnavailableError: then it was not kept."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._gathering.append((draft, future))
        self._something.set()
        outcome = await future
        if isinstance(outcome, StoreUnavailableError):
            raise outcome
        return outcome

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        not_before = loop.time()
        while True:
            await self._something.wait()
            if (early := not_before - loop.time()) > 0:
                await asyncio.sleep(early)
            not_before = loop.time() + GATHER_SECONDS
            batch, self._gathering = self._gathering[:MOST_AT_ONCE], self._gathering[MOST_AT_ONCE:]
            if not self._gathering:
                self._something.clear()
            if not batch:
                continue
            outcomes = await loop.run_in_executor(self._thread, self._commit, [draft for draft, _ in batch])
            for (_draft, future), outcome in zip(batch, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)
            new = [each.message for each in outcomes if isinstance(each, Written) and each.is_new]
            if new:
                await self._published(new)

    def _commit(self, drafts: list[Draft]) -> list[Outcome]:
        try:
            with self._gateway.store.write() as connection:
                return list(transcript.write(connection, self._gateway.vault, drafts, self._gateway.now()))
        except StoreUnavailableError as error:
            log.event("store_unavailable", where="chat")
            return [error] * len(drafts)
        except Exception as error:  # noqa: BLE001 - one bad batch must not end the writer
            log.error("messages_not_written", error)
            return [StoreUnavailableError("messages")] * len(drafts)

    def close(self) -> None:
        self._thread.shutdown(wait=True)
