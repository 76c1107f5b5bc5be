"""The telephone company, as the gateway sees it: one Protocol, the real one and one in a box."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# The carrier's number for a call that is not in progress: it is over, or does not go yet.
CALL_IS_OVER = 21220


class CarrierError(Exception):
    """The carrier did not do what was asked. ``code`` is its own number for why, where it gave one."""

    def __init__(self, message: str, *, status: int | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class CarrierRefusedError(CarrierError):
    """A 4xx other than 429: asking again the same way will not help."""


class CarrierBusyError(CarrierError):
    """429: too much at once; ask again in a moment."""


class CarrierUnreachableError(CarrierError):
    """5xx, a time-out or no connection: whether it was done is not known."""


class CallStatus(enum.StrEnum):
    """The carrier's words for a call leg (REST ``Status``, webhook ``CallStatus``)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in _OVER


_OVER = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.CANCELED, CallStatus.FAILED}
)


@dataclass(frozen=True, slots=True)
class NumberAddresses:
    """Where the calls and texts of an own number are handled; an empty one is not set."""

    voice_url: str
    voice_fallback_url: str
    status_callback: str
    sms_url: str
    sms_fallback_url: str


@dataclass(frozen=True, slots=True)
class Account:
    """What the carrier says of our account. ``at``: its clock when it answered, to the second, if it told."""

    at: datetime | None
    numbers: Mapping[str, NumberAddresses]


class Carrier(Protocol):
    """What the gateway asks of a telephone company. Numbers are E.164; every method raises CarrierError."""

    def place_call(
        self, *, to: str, from_: str, url: str, fallback_url: str, status_url: str, ring_seconds: int
    ) -> str:
        """Ring ``to`` and run the TwiML at ``url`` when it is picked up. Returns the call's sid."""
        ...

    def redirect_call(self, sid: str, *, url: str) -> None:
        """Make a leg that is in progress fetch its TwiML from ``url`` now."""
        ...

    def end_call(self, sid: str) -> None:
        """End a leg, whether it rings still or is in progress. A leg that is over already is no error."""
        ...

    def call_status(self, sid: str) -> CallStatus: ...

    def send_message(self, *, to: str, from_: str, body: str, status_url: str | None = None) -> str:
        """Send an SMS. Returns the message's sid."""
        ...

    def point_number(
        self,
        phone: str,
        *,
        voice_url: str,
        voice_fallback_url: str,
        status_callback: str,
        sms_url: str,
        sms_fallback_url: str,
    ) -> bool:
        """Point an own number at these addresses, all fetched by POST. False: not a number of the account."""
        ...

    def account(self) -> Account:
        """All own numbers, and the carrier's clock."""
        ...
