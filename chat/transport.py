"""A WebSocket as the chat carries it: Engine.IO's own, without a task and a timer for every packet.

Engine.IO waits for each packet, read or written, in a task with a deadline of its own; measured, that was
some 15 % of what a message costs. Here one deadline a connection is moved with everything that is read. A
browser that began with long polling and goes over to a WebSocket is still carried the library's way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import engineio
from engineio.async_drivers import asgi
from engineio.async_socket import AsyncSocket
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import Packet

from config import logs

log = logs.get("chat")


def carry_by_websocket(server: engineio.AsyncServer) -> None:
    """From now on this server's WebSockets are ours."""
    server._async = {**server._async, "websocket": WebSocket}


class WebSocket(asgi.WebSocket):  # type: ignore[misc]
    def __init__(self, handler: Callable[..., Any], server: engineio.AsyncServer) -> None:
        super().__init__(handler, server)
        self._socket: AsyncSocket = handler.__self__  # type: ignore[attr-defined]
        # Nothing read for so long, not even the answer to a ping: nobody is there.
        self._silence_seconds: float = server.ping_interval + server.ping_timeout

    async def __call__(self, environ: dict[str, Any]) -> str:
        if self._socket.connected:
            return str(await super().__call__(environ))
        self.asgi_receive, self.asgi_send = environ["asgi.receive"], environ["asgi.send"]
        await self.asgi_send({"type": "websocket.accept"})
        await self._carry()
        return ""

    async def _carry(self) -> None:
        socket = self._socket
        socket.connected = socket.upgraded = True
        writing = asyncio.create_task(self._write())
        try:
            await self._read()
        except (OSError, ValueError, LookupError, TimeoutError):
            pass  # gone, no packet or too large a one, or silent: each ends the connection
        finally:
            socket.queue.put_nowait(None)
            await asyncio.wait([writing], timeout=socket.server.ping_timeout)
            writing.cancel()
            await socket.close(wait=False, abort=True, reason=socket.server.reason.TRANSPORT_CLOSE)

    async def _read(self) -> None:
        socket, now = self._socket, asyncio.get_running_loop().time
        async with asyncio.timeout(self._silence_seconds) as silence:
            while True:
                data = await self.wait()
                # What we do about it takes as long as it takes: silence is theirs.
                silence.reschedule(None)
                if len(data) > socket.server.max_http_buffer_size:
                    raise ValueError
                packet = Packet(encoded_packet=data)
                try:
                    await socket.receive(packet)
                except SocketIsClosedError:
                    return
                except UnknownPacketError:
                    pass
                except Exception as error:  # noqa: BLE001 - what fails here must not end a conversation
                    log.error("packet_failed", error)
                silence.reschedule(now() + self._silence_seconds)

    async def _write(self) -> None:
        queue = self._socket.queue
        try:
            while True:
                packet = await queue.get()
                queue.task_done()
                if packet is None:
                    break
                await self.send(packet.encode())
                if self._socket.closed and queue.empty():
                    break
        except OSError:
            pass  # gone; the reader hears of it, too
        await self.close()


__all__ = ["WebSocket", "carry_by_websocket"]
