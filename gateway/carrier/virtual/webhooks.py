"""What goes to the gateway over HTTP: signed forms, and what comes back."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from twilio.request_validator import RequestValidator


class Kind(enum.StrEnum):
    """Why a webhook is sent; faults are aimed at one kind or several."""

    FETCH = "fetch"
    """TwiML is wanted for a call: its answer is what the caller hears."""
    STATUS = "status"
    """A call's progress."""
    CONFERENCE = "conference"
    """A conference's progress."""
    SMS = "sms"
    """A text message has come in."""
    MESSAGE_STATUS = "message-status"
    """An outgoing text message's progress."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A webhook's answer. ``status`` None: none came, and ``problem`` says why."""

    status: int | None
    content_type: str = ""
    body: str = ""
    problem: str = ""


OnAnswer = Callable[[Answer], None]


class Transport(Protocol):
    """Carries a form to ``url`` by POST. Calls ``on_answer`` once, at once or later, from any thread."""

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], on_answer: OnAnswer
    ) -> None: ...


def signature_headers(auth_token: str, url: str, form: Mapping[str, str]) -> dict[str, str]:
    """The headers that prove to the gateway that the account's carrier sent this."""
    signature = RequestValidator(auth_token).compute_signature(url, dict(form))
    return {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"}
