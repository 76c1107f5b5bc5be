"""What every event of both namespaces has in common: its pace, its errors, its acknowledgement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

import socketio

from chat.answers import Answer, RefusedError, invalid, slow_down
from config import logs
from gateway.store.engine import StoreUnavailableError

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Answer | None]])

log = logs.get("chat")


def answered(handle: Callable[..., Awaitable[Answer]]) -> Callable[..., Coroutine[Any, Any, Answer]]:
    """Turn errors into the protocol's own. What fails on our side asks the browser to send it again."""

    @wraps(handle)
    async def handled(self: Any, sid: str, *args: Any) -> Answer:
        try:
            if not self.may_go_on(sid):
                return slow_down().answer()
            return await handle(self, sid, args)
        except RefusedError as refused:
            return refused.answer()
        except StoreUnavailableError:
            log.event("store_unavailable", where="chat")
            return slow_down().answer()
        except Exception as error:  # noqa: BLE001 - one event must not end the connection of others
            log.error("event_failed", error)
            return slow_down().answer()

    return handled


class Namespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """One that answers an event it doesn't know as it answers all others."""

    async def trigger_event(self, event: str, *args: Any) -> Any:
        if not hasattr(self, f"on_{event}"):
            return invalid("There is no such event.").answer()
        return await super().trigger_event(event, *args)
