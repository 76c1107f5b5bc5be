"""A worker who writes with citizens, through the API, and what stands in a conversation."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from gateway.accounts import tokens
from gateway.conversations import deliveries, transcript
from gateway.conversations.transcript import Message
from gateway.store import conversations as store
from gateway.store import tickets
from tests.flows.world import World


class Writer:
    """``anna = Writer(world, "anna"); anna.accepts(); anna.writes("Hej")``, on the newest contact."""

    def __init__(self, world: World, worker: str, app: Flask | None = None) -> None:
        self.world, self.worker = world, worker
        with world.store.write() as connection:
            token = tokens.issue(connection, worker, world.clock())
        self.token = token
        self._app = app or world.app
        self._headers = {"Authorization": f"Bearer {token}"}

    @property
    def contact(self) -> str:
        return self.world.contacts()[-1].id

    def accepts(self, contact: str | None = None) -> TestResponse:
        return self._post("accept", contact)

    def writes(self, text: str, contact: str | None = None, *, name: str | None = None) -> TestResponse:
        return self._post("message", contact, id=name or str(uuid.uuid4()), text=text)

    def closes(self, contact: str | None = None) -> TestResponse:
        return self._post("close", contact)

    def reads(self, contact: str | None = None) -> dict[str, Any]:
        path = f"/api/v1/contacts/{contact or self.contact}"
        answer = self._app.test_client().get(path, headers=self._headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def asks(self, what: str, contact: str, **body: str) -> TestResponse:
        """From any thread: nothing follows from it here."""
        path = f"/api/v1/contacts/{contact}/{what}"
        return self._app.test_client().post(path, json=body, headers=self._headers)

    def _post(self, what: str, contact: str | None, **body: str) -> TestResponse:
        answer = self.asks(what, contact or self.contact, **body)
        self.world.run(0)
        return answer


def conversation(world: World) -> list[Message]:
    """All that was written in the newest contact's conversation."""
    with world.store.read() as connection:
        found = store.find(connection, world.contacts()[-1].conversation or "")
        return transcript.read(connection, world.gateway.vault, found, 0) if found else []


def said(world: World) -> list[tuple[str, str]]:
    return [(message.sender, message.text) for message in conversation(world)]


def ticket(world: World) -> str:
    with world.store.read() as connection:
        return tickets.of_conversation(connection, world.contacts()[-1].conversation or "") or ""


def states(world: World) -> list[str]:
    """How each SMS of the gateway fared, in the order in which they were written."""
    of = world.contacts()[-1].conversation or ""
    with world.store.read() as connection:
        return [each.state for each in deliveries.shown(connection, [of]).get(of, [])]
