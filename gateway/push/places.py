"""How many wait for push services at once: few for each, so that one that hangs keeps no other waiting."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

# Of the dispatcher's sixteen threads, which calls need too, no more than these ever wait for push services.
MOST_AT_ONCE = 8
MOST_AT_ONE = 4


class Places:
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def place_at(self, service: str) -> Iterator[bool]:
        """False, at once, when there is none."""
        with self._lock:
            free = self._taken[service] < MOST_AT_ONE and self._taken.total() < MOST_AT_ONCE
            if free:
                self._taken[service] += 1
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._taken[service] -= 1
