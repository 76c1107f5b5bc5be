"""The virtual carrier on a port: its REST API, its webhooks on time, and the page of phones."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from gateway.carrier.virtual.directory import Directory
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.phones_page import create_phones
from gateway.carrier.virtual.realtime import PooledTransport, Runner, real_now
from gateway.carrier.virtual.rest import create_rest_app

STOP_SECONDS = 0.05  # how soon the server notices that it is to stop


class _QuietHandler(WSGIRequestHandler):
    """Writes no request, which may hold a number, anywhere."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        del type, message, args


class VirtualCarrier:
    """A running carrier; use as a context, or ``start`` and ``stop``.

    ``port`` 0 takes a free one: ``url`` says which. ``directory``: whose phones are shown; None: no page.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        host: str = "127.0.0.1",
        port: int = 0,
        directory: Directory | None = None,
        decisions_url: str | None = None,
        chat_page: str | None = None,
        faults: Faults | None = None,
        habits: Habits | None = None,
        seed: int = 0,
    ) -> None:
        habits = habits or Habits()
        self._transport = PooledTransport(habits.webhook_timeout_seconds)
        self.exchange = Exchange(
            account_sid=account_sid,
            auth_token=auth_token,
            now=real_now,
            transport=self._transport,
            faults=faults,
            habits=habits,
            seed=seed,
        )
        self._runner = Runner(self.exchange)
        app = create_rest_app(self.exchange)
        if directory is not None:
            app.register_blueprint(create_phones(self.exchange, directory, decisions_url, chat_page))
        self._server: BaseWSGIServer = make_server(
            host, port, app, threaded=True, request_handler=_QuietHandler
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.host, self.port = host, self._server.server_port
        self._thread = threading.Thread(target=self._serve, name="carrier", daemon=True)

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=STOP_SECONDS)

    @property
    def url(self) -> str:
        """The base address for REST, without a slash at its end. The page is at ``/phones/``."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        self._runner.start()
        self._thread.start()

    def stop(self) -> None:
        """Everything stops; calls are not ended, they are gone."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._runner.stop()
        self._transport.close()

    def __enter__(self) -> VirtualCarrier:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
