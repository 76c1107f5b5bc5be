"""One leg of a call: who is on it, what they heard, and the keys under their fingers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from gateway.carrier import CallStatus
from gateway.carrier.virtual.agenda import Appointment
from gateway.carrier.virtual.scripts import Script

if TYPE_CHECKING:
    from gateway.carrier.virtual.conferences import Stay
    from gateway.carrier.virtual.dialling import Attempt
    from gateway.carrier.virtual.exchange import Exchange
    from gateway.carrier.virtual.flow import Flow
    from gateway.carrier.virtual.phones import Phone


@dataclass(slots=True)
class Spoken:
    """Something said to one leg. ``cut_at``: when a key or a hang-up stopped it; None: heard to the end."""

    at: datetime
    text: str
    language: str | None
    voice: str | None
    until: datetime
    cut_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where a leg's progress is told, and which of initiated, ringing, answered, completed."""

    url: str
    events: frozenset[str] = frozenset({"completed"})


class Activity(Protocol):
    """What a leg is in the middle of, when keys or its end matter to that."""

    def key(self, key: str) -> bool:
        """A key was pressed. True: it was meant for this, False: it was not."""
        ...

    def stop(self) -> None:
        """The leg is taken elsewhere: leave, and tell the leg's flow nothing."""
        ...

    def leg_over(self) -> None:
        """The leg has ended."""
        ...


class Call:
    """A leg between the exchange and one person's phone.

    ``party`` is that person's real number (None: nobody's phone, a withheld caller); ``from_`` and ``to`` are
    what the carrier shows, so ``from_`` of a withheld caller is the carrier's word for it.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        direction: str,
        from_: str,
        to: str,
        phone: Phone,
        parent: Call | None = None,
    ) -> None:
        self.exchange = exchange
        self.sid = exchange.new_sid("CA")
        self.direction = direction  # inbound, outbound-api, outbound-dial
        self.from_ = from_
        self.to = to
        self.phone = phone
        self.script: Script = Script()
        self.parent = parent
        self.status = CallStatus.RINGING if direction == "inbound" else CallStatus.QUEUED
        self.created_at = exchange.now()
        self.answered_at: datetime | None = None
        self.connected_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.sip_code: int | None = None

        self.said: list[Spoken] = []
        self.played: list[str] = []
        self.twiml_errors: list[str] = []
        self.typed_ahead: list[str] = []

        self.url: str | None = None
        self.document: str | None = None
        self.fallback_url: str | None = None
        self.status_callback: StatusCallback | None = None
        self.callbacks_sent = 0

        self._appointments: list[Appointment] = []
        self.flow: Flow | None = None
        self.activity: Activity | None = None
        self.stay: Stay | None = None
        self.partner: Call | None = None
        self.attempt: Attempt | None = None

    @property
    def state(self) -> CallStatus:
        return self.status

    @property
    def party(self) -> str:
        return self.phone.number

    @property
    def is_over(self) -> bool:
        return self.status.is_over

    @property
    def is_in_progress(self) -> bool:
        return self.status is CallStatus.IN_PROGRESS

    @property
    def duration_seconds(self) -> int:
        """From answer to end (or until now), rounded up as the carrier bills it; 0 when never answered."""
        if self.answered_at is None:
            return 0
        seconds = ((self.ended_at or self.exchange.now()) - self.answered_at).total_seconds()
        return max(1, -int(-seconds // 1)) if self.is_over else int(seconds)

    @property
    def talking_with(self) -> set[str]:
        """The numbers of those who can hear this leg right now."""
        if self.stay is not None:
            return {other.party for other in self.stay.conference.heard_by(self)}
        return {self.partner.party} if self.partner is not None else set()

    @property
    def heard(self) -> list[str]:
        """The words said to this leg so far."""
        return [spoken.text for spoken in self.said]

    def press(self, keys: str) -> None:
        """The person presses keys (0-9 * #), one after the other."""
        with self.exchange.lock:
            for key in keys:
                if key not in "0123456789*#":
                    raise ValueError(f"no such key: {key!r}")
                if not self.is_in_progress:
                    break
                taken = self.activity.key(key) if self.activity is not None else False
                if not taken and self.activity is None and self.exchange.habits.keeps_typed_ahead:
                    self.typed_ahead.append(key)
        self.exchange.wake()

    def hang_up(self) -> None:
        """The person puts the phone down, or turns a ringing call away. Over already: nothing."""
        with self.exchange.lock:
            if self.is_in_progress or self.direction == "inbound":
                self.exchange.signalling.end(
                    self, CallStatus.COMPLETED if self.is_in_progress else CallStatus.NO_ANSWER
                )
            elif self.status is CallStatus.RINGING:
                self.exchange.signalling.end(self, CallStatus.BUSY, sip_code=486)
        self.exchange.wake()

    def pick_up(self) -> None:
        """The person answers the ringing phone. Rings no longer: nothing."""
        with self.exchange.lock:
            if self.direction != "inbound" and self.status is CallStatus.RINGING:
                self.exchange.signalling.answer(self)
        self.exchange.wake()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """``act`` in so many seconds, unless the leg is over by then."""
        if not self.is_over:
            self._appointments.append(self.exchange.agenda.after(seconds, act))

    def cancel_appointments(self) -> None:
        for appointment in self._appointments:
            appointment.cancel()
        self._appointments.clear()

    def __repr__(self) -> str:
        return f"<Call {self.sid[:8]} {self.direction} {self.status}>"
