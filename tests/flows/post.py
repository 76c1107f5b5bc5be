"""The carrier's post, with a list of everything that was sent and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.carrier.virtual.webhooks import Answer, OnAnswer, Transport


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook and what was answered."""

    at: datetime
    path: str
    form: Mapping[str, str]
    status: int | None
    body: str


class Post:
    def __init__(self, transport: Transport, now: Callable[[], datetime]) -> None:
        self.transport = transport
        self.letters: list[Letter] = []
        self._now = now

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], on_answer: OnAnswer
    ) -> None:
        def look(answer: Answer) -> None:
            path = "/" + url.split("/", 3)[3]
            self.letters.append(Letter(self._now(), path, form, answer.status, answer.body))
            on_answer(answer)

        self.transport.post(url, form, headers, look)

    def of(self, call_sid: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.form.get("CallSid") == call_sid]

    def documents(self, call_sid: str) -> list[Letter]:
        """Those that were answered with something to hear."""
        return [letter for letter in self.of(call_sid) if letter.body.startswith("<?xml")]
