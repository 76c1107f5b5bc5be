"""The chat process: python-socketio under uvicorn, the citizen's page and health beside it, and nothing else.

``akutlinjen chat`` starts it. Several may run, each with its own port, behind a proxy that keeps a browser
that polls at the same one.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

import socketio

from chat.citizen import CitizenNamespace
from chat.floor import Floor
from chat.house import House
from chat.packets import Json, TextPacket
from chat.payloads import MOST_BYTES
from chat.staff import StaffNamespace
from chat.transport import carry_by_websocket
from chat.widget.serving import Widget
from config import logs
from config.settings import Settings
from gateway.app import build
from gateway.health.readiness import OK, redis_stands
from gateway.processes.garbage import settle
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway

# A phone that lost its net is known to be gone within 20 s.
PING_SECONDS, PONG_SECONDS = 10, 10

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost")

log = logs.get("chat")


class ChatApp:
    """The ASGI application. Its work begins with the server's start and ends with it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            serializer=TextPacket,
            json=Json,
            # One after the other for each connection: a second message never overtakes the first.
            async_handlers=False,
            cors_allowed_origins=allowed_origins(settings),
            cors_credentials=False,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            max_http_buffer_size=MOST_BYTES,
        )
        carry_by_websocket(self._server.eio)
        self._sockets = socketio.ASGIApp(self._server, other_asgi_app=self._beside)
        self._house: House | None = None
        self._widget: Widget | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        await self._sockets(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                try:
                    await self._begin()
                except Exception as error:  # noqa: BLE001 - the server is told, and ends
                    log.error("chat_not_started", error)
                    await send({"type": "lifespan.startup.failed", "message": "chat_not_started"})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                self._end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _begin(self) -> None:
        gateway, _dispatcher = await asyncio.to_thread(build, self._settings)
        house = self._house = House(gateway, self._server)
        self._widget = Widget(gateway)
        floor = Floor(house)
        self._server.register_namespace(CitizenNamespace(house))
        self._server.register_namespace(StaffNamespace(house))
        runs = (house.writer.run(), floor.run(), house.nudges.run())
        self._tasks = [asyncio.create_task(run) for run in runs]
        settle()

    def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._house is not None:
            self._house.close()

    async def _beside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The citizen's page, and health; everything else is not here."""
        if scope["type"] != "http":
            return
        del receive
        if scope["path"] == "/health/live":
            await _answer(send, 200, {"status": "live"})
        elif scope["path"] == "/health/ready":
            found = await asyncio.to_thread(dependencies, self._house.gateway if self._house else None)
            ready = found["database"] == OK
            await _answer(
                send,
                200 if ready else 503,
                {"status": "ready" if ready else "not ready", "dependencies": found},
            )
        elif self._widget is None or not await self._widget.answers(scope, send):
            await _answer(send, 404, {"status": "not found"})


def create_app() -> ChatApp:
    """For the server: settings from the environment."""
    return ChatApp(Settings.from_environment(os.environ))


def allowed_origins(settings: Settings) -> list[str]:
    """Pages of ours: the web process's, and whatever the chat's own address serves."""
    urls = (
        settings.public_url,
        settings.chat_url,
        f"http://{settings.web_bind}",
        f"http://{settings.chat_bind}",
    )
    origins = {"/".join(url.split("/")[:3]) for url in urls}
    return sorted(origins | {other for origin in origins for other in _same_machine(origin)})


def _same_machine(origin: str) -> list[str]:
    """One's own machine goes by two names; passkeys need the one, and settings often hold the other."""
    scheme, _, rest = origin.partition("://")
    host, _, port = rest.partition(":")
    return [f"{scheme}://{name}:{port}" for name in LOOPBACK if port] if host in LOOPBACK else []


def dependencies(gateway: Gateway | None) -> dict[str, str]:
    """The chat needs SQL; Redis only makes several chat processes quicker."""
    if gateway is None:
        return {"database": "not asked yet", "redis": "not asked yet"}
    redis = redis_stands(
        gateway.settings.redis_url,
        unset="not set: one chat process is enough",
        gone="unavailable: what another process writes comes a little later",
    )
    try:
        with gateway.store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    except StoreUnavailableError:
        return {"database": "unavailable: nothing can be written down", "redis": redis}
    return {"database": OK, "redis": redis}


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
