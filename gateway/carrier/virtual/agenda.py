"""What happens when: a heap of things to do, each at its instant, in the order they were asked for."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta


class Appointment:
    """One thing to do. Cancelling is cheap and may be done at any time, also afterwards."""

    __slots__ = ("_act",)

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    def cancel(self) -> None:
        self._act = None

    @property
    def is_cancelled(self) -> bool:
        return self._act is None

    def keep(self) -> None:
        """Do it, unless it was cancelled."""
        if self._act is not None:
            self._act()


class Agenda:
    """``now`` says the time; nothing here waits for it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._heap: list[tuple[datetime, int, Appointment]] = []
        self._count = 0

    def at(self, when: datetime, act: Callable[[], None]) -> Appointment:
        appointment = Appointment(act)
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, appointment))
        return appointment

    def after(self, seconds: float, act: Callable[[], None]) -> Appointment:
        return self.at(self._now() + timedelta(seconds=seconds), act)

    def next_at(self) -> datetime | None:
        self._drop_cancelled()
        return self._heap[0][0] if self._heap else None

    def take_due(self) -> Appointment | None:
        """The earliest appointment that is due, taken off the agenda; None when none is."""
        self._drop_cancelled()
        if not self._heap or self._heap[0][0] > self._now():
            return None
        return heapq.heappop(self._heap)[2]

    def _drop_cancelled(self) -> None:
        while self._heap and self._heap[0][2].is_cancelled:
            heapq.heappop(self._heap)
