"""Words between chat processes, through Redis: something changed, somebody types. Ids alone.

Any of them may be lost: what matters is in SQL, where every process looks again each second.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import redis
import redis.asyncio

from config import logs
from gateway.live import CHANNEL

REST_SECONDS = 1.0
ANSWER_SECONDS = 2.0
MOST_UNSAID = 1_000

log = logs.get("chat")


class Nudges:
    """``told`` is called with each word of another process. Without a Redis nothing is said or heard."""

    def __init__(
        self, redis_url: str | None, process: str, told: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        self._url = redis_url
        self._process = process
        self._told = told
        self._unsaid: asyncio.Queue[str] = asyncio.Queue(MOST_UNSAID)
        self._works = True

    def tell(self, **word: object) -> None:
        if self._url is None or self._unsaid.full():
            return
        self._unsaid.put_nowait(json.dumps({**word, "process": self._process}))

    async def run(self) -> None:
        """Say and hear, until cancelled; when Redis is gone, try again each second."""
        if self._url is None:
            return
        await asyncio.gather(self._again_and_again(self._say), self._again_and_again(self._hear))

    async def _again_and_again(self, do: Callable[[redis.asyncio.Redis], Awaitable[None]]) -> None:
        while True:
            client = redis.asyncio.Redis.from_url(
                self._url or "", socket_connect_timeout=ANSWER_SECONDS, health_check_interval=5
            )
            try:
                await do(client)
            except (redis.RedisError, OSError):
                if self._works:
                    log.warning("nudges_without_redis")
                self._works = False
                await asyncio.sleep(REST_SECONDS)
            finally:
                await client.aclose()

    async def _say(self, client: redis.asyncio.Redis) -> None:
        while True:
            word = await self._unsaid.get()
            await client.publish(CHANNEL, word)
            self._works = True

    async def _hear(self, client: redis.asyncio.Redis) -> None:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            while True:
                heard = await pubsub.get_message(ignore_subscribe_messages=True, timeout=ANSWER_SECONDS)
                word = _read(heard["data"]) if heard else None
                if word is not None and word.get("process") != self._process:
                    await self._told(word)


def _read(data: object) -> dict[str, Any] | None:
    try:
        word = json.loads(data) if isinstance(data, bytes | str) else None
    except ValueError:
        return None
    return word if isinstance(word, dict) else None
