"""Serves the panel to the page of phones, on a port of this machine.

It looks into the database by itself: a reading through the API leaves a trace in the audit log, and that one
is about what staff read, not about a page that looks every second.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response
from sqlalchemy.engine import Connection
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from config.site import Channel, Site
from gateway.api.shapes import contact_json, whole_contact_json
from gateway.demo.decisions import panel
from gateway.demo.surroundings import HOST
from gateway.rosters.who_answers import about_line, answer_from_sql
from gateway.store import contact_pages
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.store.engine import Store, StoreUnavailableError

EARLIER = 5
# Duty changes by the hour.
DUTY_SECONDS = 3.0
PATH = "/decisions"


class PanelServer:
    """Answers in a thread, as long as the context lasts."""

    def __init__(self, site: Site, database_url: str) -> None:
        self._site = site
        self._store = Store(database_url)
        self._plans: list[Mapping[str, Any]] = []
        self._planned_at = -DUTY_SECONDS
        app = Flask(__name__, static_folder=None)
        app.add_url_rule(PATH, "decisions", self._answer)
        self._server: BaseWSGIServer = make_server(HOST, 0, app, threaded=False, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, name="panel", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_port}{PATH}"

    def __enter__(self) -> PanelServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._store.close()

    def _answer(self) -> Response:
        """503 while the database is busy: the page keeps what it shows and asks again."""
        now = datetime.now(UTC)
        try:
            with self._store.read() as connection:
                newest = contact_pages.page(connection, sa.true(), states=None, after=None, limit=EARLIER + 1)
                whole = self._whole(connection, newest[0], now) if newest else None
            plans = self._who_answers(now)
        except StoreUnavailableError:
            return Response(status=503)
        shown = panel(self._site, [contact_json(contact, now) for contact in newest], whole, plans)
        return Response(json.dumps(shown, ensure_ascii=False), content_type="application/json")

    def _whole(self, connection: Connection, contact: Contact, now: datetime) -> Mapping[str, Any]:
        events, legs = store.events_of(connection, contact.id), store.legs_of(connection, contact.id)
        return whole_contact_json(contact, self._site, events, legs, earlier=0, lifted=False, now=now)

    def _who_answers(self, now: datetime) -> list[Mapping[str, Any]]:
        """Who is on duty, for each line and night line; also those who are in a conversation."""
        if time.monotonic() - self._planned_at > DUTY_SECONDS:
            places = (*self._site.lines, *self._site.night_lines)
            self._plans = [
                answer_from_sql(
                    self._store, self._site, about_line(self._site, place), Channel.VOICE, now, is_now=False
                ).as_json()
                for place in places
            ]
            self._planned_at = time.monotonic()
        return self._plans


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        del type, message, args
