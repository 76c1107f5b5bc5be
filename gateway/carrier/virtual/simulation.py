"""Simulated time: a clock that stands still until the exchange's next event, or a test, moves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.carrier.virtual.exchange import Exchange


class SetClock:
    """A clock that somebody sets. Give it to the exchange and to the gateway alike."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs a time zone")
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """Never backwards."""
        self._at = max(self._at, at)


class Simulation:
    """Plays an exchange in no time. ``beside``: called at each instant, e.g. to let due jobs run."""

    def __init__(
        self, exchange: Exchange, clock: SetClock, beside: Callable[[], None] = lambda: None
    ) -> None:
        self.exchange = exchange
        self.clock = clock
        self._beside = beside

    def run(self, seconds: float) -> None:
        """Let so many seconds pass."""
        until = self.clock() + timedelta(seconds=seconds)
        self._now()
        while (at := self.exchange.next_event_at()) is not None and at <= until:
            self._step(at)
        self.clock.set(until)
        self._now()

    def until(self, done: Callable[[], bool], limit_seconds: float = 600) -> None:
        """Let time pass until ``done()``. Raises TimeoutError after ``limit_seconds`` or the last event."""
        limit = self.clock() + timedelta(seconds=limit_seconds)
        self._now()
        while not done():
            at = self.exchange.next_event_at()
            if at is None or at > limit:
                raise TimeoutError(f"not within {limit_seconds:g} s")
            self._step(at)

    def settle(self, limit_seconds: float = 600) -> None:
        """Let time pass until nothing is left to happen. Raises TimeoutError after ``limit_seconds``."""
        self.until(lambda: self.exchange.next_event_at() is None, limit_seconds)

    def _step(self, at: datetime) -> None:
        self.clock.set(at)
        self._now()

    def _now(self) -> None:
        self.exchange.run_due()
        self._beside()
        self.exchange.run_due()
