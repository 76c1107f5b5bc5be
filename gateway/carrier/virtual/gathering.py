"""``<Gather>``: speaks, and collects keys meanwhile and for a while after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gateway.carrier.virtual.agenda import Appointment
from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.playback import Playback
from gateway.carrier.virtual.twiml import Verb

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange


class Gathering:
    """Ends at so many digits, at the finishing key, or after ``timeout`` seconds of silence.

    The first key stops the speech. ``then`` gets the digits and the key that finished them ("" for none); it
    is not called after ``stop``.
    """

    def __init__(self, exchange: Exchange, call: Call, verb: Verb, then: Callable[[str, str], None]) -> None:
        self._exchange = exchange
        self._call = call
        self._digits = ""
        self._wanted = verb.number("numDigits", 0)
        self._timeout_seconds = verb.number("timeout", 5)
        finishing = verb.get("finishOnKey")
        self._finishing = "#" if finishing is None else finishing
        self._then: Callable[[str, str], None] | None = then
        self._timer: Appointment | None = None
        self._playback: Playback | None = None
        ahead, call.typed_ahead = call.typed_ahead, []
        while ahead and self.is_open:
            self.key(ahead.pop(0))
        call.typed_ahead = ahead
        if self.is_open and not self._digits:
            self._playback = Playback(exchange, call, verb.children, self._wait)

    @property
    def is_open(self) -> bool:
        return self._then is not None

    def key(self, key: str) -> bool:
        if self._then is None:
            return False
        if self._playback is not None:
            self._playback.cut()
            self._playback = None
        if key == self._finishing:
            self._finish(key)
            return True
        self._digits += key
        if len(self._digits) == self._wanted:
            self._finish("")
        else:
            self._wait()
        return True

    def stop(self) -> None:
        self._then = None
        if self._timer is not None:
            self._timer.cancel()
        if self._playback is not None:
            self._playback.cut()

    leg_over = stop

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._exchange.agenda.after(self._timeout_seconds, lambda: self._finish(""))

    def _finish(self, key: str) -> None:
        then = self._then
        self.stop()
        if then is not None:
            then(self._digits, key)
