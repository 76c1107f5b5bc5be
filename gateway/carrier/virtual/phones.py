"""A phone on somebody's table or in their pocket: what rings it, and the text messages it got."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.carrier.virtual.scripts import Manual, Script

if TYPE_CHECKING:
    from gateway.carrier.virtual.calls import Call


@dataclass(slots=True)
class TextMessage:
    """One text message. ``status`` in the carrier's words: queued, sent, delivered, undelivered, received."""

    sid: str
    from_: str
    to: str
    body: str
    at: datetime
    status: str
    direction: str
    status_url: str | None = None
    error_code: int | None = None
    sent_at: datetime | None = None
    media: int = 0


@dataclass(slots=True)
class Phone:
    """``script`` says what its owner does; it may be replaced at any time and counts for the next ring.

    ``call_waiting`` False: a second call to a phone in use gets the busy tone. ``takes_texts`` False: a
    landline.
    """

    number: str
    script: Script = field(default_factory=Manual)
    call_waiting: bool = False
    takes_texts: bool = True
    calls: list[Call] = field(default_factory=list)
    messages: list[TextMessage] = field(default_factory=list)
    sent: list[TextMessage] = field(default_factory=list)
    _open: set[Call] = field(default_factory=set)

    @property
    def call(self) -> Call | None:
        """The newest call that rings or is in progress here."""
        return next((call for call in reversed(self.calls) if not call.is_over), None) if self._open else None

    @property
    def is_ringing(self) -> bool:
        return any(call.direction != "inbound" and call.status == "ringing" for call in self._open)

    @property
    def is_in_use(self) -> bool:
        return bool(self._open)

    @property
    def texts(self) -> list[str]:
        """The words of every text message that came."""
        return [message.body for message in self.messages]

    def pick_up(self) -> Call:
        """Answer what rings. Raises LookupError when nothing does."""
        for call in list(self._open):
            if call.direction != "inbound" and call.status == "ringing":
                call.pick_up()
                return call
        raise LookupError("this phone does not ring")

    def press(self, keys: str) -> None:
        self._current().press(keys)

    def hang_up(self) -> None:
        """End, or turn away, the newest call. Raises LookupError when there is none."""
        self._current().hang_up()

    def _current(self) -> Call:
        call = self.call
        if call is None:
            raise LookupError("this phone is not in use")
        return call

    def takes(self, call: Call) -> None:
        self.calls.append(call)
        self._open.add(call)

    def loses(self, call: Call) -> None:
        self._open.discard(call)
