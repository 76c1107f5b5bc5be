"""A night at the line: a chat process, the pages on a port, citizens who write, workers with their phones."""

from __future__ import annotations

import asyncio
import base64
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

from werkzeug.serving import make_server

from config.settings import Settings
from gateway.accounts import sessions
from gateway.accounts.sessions import Method
from gateway.app import build, build_app
from gateway.store.tables import push_subscriptions
from tests.chat.people import DATA_KEY, SECRET_KEY, Citizen, Place
from tests.gateway.pages.served import PHONE, Quiet
from tests.ports import free_port

PATIENCE_MS = 20_000


class Night:
    """``tell`` none of it to sleep: everything here runs on the real clock."""

    def __init__(self, directory):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.place = Place(
            f"sqlite:///{directory / 'akutlinjen.db'}", directory, more={"PUBLIC_URL": self.url}
        )
        self.chat = self.place.start()
        self.settings = Settings.from_environment(
            {
                "DATABASE_URL": self.place.database_url, "PUBLIC_URL": self.url, "CHAT_URL": self.chat.url,
                "SECRET_KEY": base64.b64encode(SECRET_KEY).decode(),
                "DATA_KEY": base64.b64encode(DATA_KEY).decode(), "AKUTLINJEN_VAR": str(directory / "web"),
                "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token",
                "TWILIO_API_BASE_URL": "http://127.0.0.1:9", "PUSH_SERVICES": "127.0.0.1",
            }
        )  # fmt: skip
        self.gateway, self.dispatcher = build(self.settings)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.start_web()
        self.contexts, self.citizens = [], []

    def start_web(self):
        self.server = make_server(
            "127.0.0.1", self.port, build_app(self.gateway), threaded=True, request_handler=Quiet
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop_web(self):
        self.server.shutdown()
        self.server.server_close()

    # --- people ---

    def session(self, worker):
        site, _roster = self.gateway.book.current()
        with self.gateway.store.write() as connection:
            secret, _session = sessions.begin(
                connection, site.workers[worker], Method.PASSKEY, "Chrome, Android", datetime.now(UTC)
            )
        return secret

    def phone(self, chromium, worker, path="/console", language="da", **more):
        """A worker's phone with the duty phone open."""
        context = chromium.new_context(**(PHONE | more), locale="da-DK")
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(
            [
                {"name": "akutlinjen-session", "value": self.session(worker), "url": self.url},
                {"name": "akutlinjen-language", "value": language, "url": self.url},
            ]
        )
        self.contexts.append(context)
        page = context.new_page()
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("request", lambda asked: self._is_ours(asked.url) or page.trouble.append(asked.url))
        page.goto(self.url + path)
        return page

    def _is_ours(self, url):
        ours = (self.url, self.chat.url, self.chat.url.replace("http", "ws", 1))
        return url.startswith(ours)

    def wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def citizen(self, language="da", line="foenix"):
        citizen = self.wait(Citizen(self.chat.url, reconnects=True).connect())
        self.wait(citizen.starts(line=line, language=language))
        self.citizens.append(citizen)
        return citizen

    def leaves(self, citizen, *, erase=False):
        return self.wait(citizen.call("leave", {"erase": erase}))

    def writes(self, citizen, text):
        return self.wait(citizen.writes(text))

    def clear(self):
        """As if nobody had ever been here."""
        for context in self.contexts:
            context.close()
        for citizen in self.citizens:
            self.wait(citizen.leave_the_net())
        self.contexts, self.citizens = [], []
        with self.gateway.store.write() as connection:
            connection.exec_driver_sql("DELETE FROM hand_over_notes")
            connection.exec_driver_sql(f"DELETE FROM {push_subscriptions.name}")
            connection.exec_driver_sql("DELETE FROM legs")
        self.place.clear()

    def close(self):
        self.stop_web()
        self.gateway.book.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.place.close()


@contextmanager
def a_night(directory):
    night = Night(directory)
    try:
        yield night
    finally:
        night.close()
