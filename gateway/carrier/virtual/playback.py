"""Says, plays and pauses to one leg, one thing after the other, until done or cut."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.carrier.virtual.agenda import Appointment
from gateway.carrier.virtual.calls import Call, Spoken
from gateway.carrier.virtual.twiml import Verb

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange

SPOKEN_VERBS = frozenset({"Say", "Play", "Pause"})
ENDLESS = 1000  # how often loop="0" repeats: the carrier's limit


class Playback:
    """``then`` is called once everything was heard, never after ``cut``."""

    def __init__(
        self, exchange: Exchange, call: Call, verbs: Iterable[Verb], then: Callable[[], None]
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._queue = deque(verb for verb in verbs for _ in range(verb.number("loop", 1) or ENDLESS))
        self._then = then
        self._spoken: Spoken | None = None
        self._timer: Appointment | None = None
        self._next()

    def cut(self) -> None:
        """Silence, now. Nothing more is said and ``then`` is not called."""
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
        if self._spoken is not None and self._spoken.until > self._exchange.now():
            self._spoken.cut_at = self._exchange.now()

    def _next(self) -> None:
        if not self._queue:
            self._then()
            return
        seconds = self._begin(self._queue.popleft())
        self._timer = self._exchange.agenda.after(seconds, self._next)

    def _begin(self, verb: Verb) -> float:
        habits = self._exchange.habits
        self._spoken = None
        if verb.name == "Pause":
            return verb.number("length", 1)
        if verb.name == "Play":
            self._call.played.append(verb.text)
            return habits.play_seconds
        seconds = len(verb.text) / habits.characters_per_second
        now = self._exchange.now()
        self._spoken = Spoken(
            now, verb.text, verb.get("language"), verb.get("voice"), now + timedelta(seconds=seconds)
        )
        self._call.said.append(self._spoken)
        return seconds
