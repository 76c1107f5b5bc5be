"""The servers: granian for the web, uvicorn for the chat, and nothing of anybody in their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config import logs
from config.addresses import Bind

if TYPE_CHECKING:
    import uvicorn
    from granian.server.common import AbstractServer

# As many as the database's pool keeps open: a thread more would only wait for a connection.
WEB_THREADS = 32
# A request that takes longer than this is not one of ours; the supervisor's own patience is a little longer.
STOP_SECONDS = 5
# More than the chat reads, which answers in words what is too long; beyond this it is no text of a person's.
MOST_FRAME_BYTES = 1024 * 1024


def web_server(app: str, bind: Bind, processes: int) -> AbstractServer[Any]:
    """A server that is not yet started. ``app``: ``module:factory``, called once in each process.

    A server process that dies is started again by this one, which only watches.
    """
    # Not at the top: whoever only supervises needs no server.
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    return Server(
        app,
        factory=True,
        interface=Interfaces.WSGI,
        address=bind.host,
        port=bind.port,
        workers=processes,
        blocking_threads=WEB_THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        # Access logs hold addresses of people.
        log_access=False,
        log_level=LogLevels.error,  # its one warning is about the threads, which are meant
        log_dictconfig=logs.dict_config(),
    )


def chat_server(app: str, bind: Bind) -> uvicorn.Server:
    """The chat's server, not yet started: one process, whose event loop holds every connection.

    Unlike the web's it is nobody's child: whoever started it starts it again.
    """
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            factory=True,
            host=bind.host,
            port=bind.port,
            loop="uvloop",
            ws="websockets-sansio",
            ws_max_size=MOST_FRAME_BYTES,
            # Compressing keeps buffers for each connection; pings are sent by Engine.IO.
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            timeout_graceful_shutdown=STOP_SECONDS,
            # Addresses of people stand in access logs, and whom to believe about them is settled by us.
            access_log=False,
            proxy_headers=False,
            server_header=False,
            log_config=None,
            log_level="error",
        )
    )
