"""Whether the database answers at all, asked on the side: a slow answer and none look alike from within.

A server that is stopped, or waits for its disk, takes connections and statements and says nothing. Whoever
waits for it finds out once; then nobody else of this process waits, until it has been heard again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from config import logs

# Between two questions while it is gone.
PAUSE_SECONDS = 0.5

log = logs.get("store")


class Pulse:
    """``ask``: one question that commits something, on a connection of its own; False when no answer came.

    It has to come back in two seconds or so, and never raises.
    """

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._asking = threading.Lock()
        self._heard_at = 0.0
        self._is_gone = threading.Event()
        self._stopping = threading.Event()

    @property
    def is_gone(self) -> bool:
        """Whether it was found to hang, and has not been heard since. Costs nothing to ask."""
        return self._is_gone.is_set()

    def beats(self) -> bool:
        """Ask. Those who want to know at the same time share one question."""
        came_at = time.monotonic()
        with self._asking:
            if self.is_gone:
                return False
            if self._heard_at < came_at:
                asks_at = time.monotonic()
                if not self._ask():
                    self.missed()
                    return False
                self._heard_at = asks_at
        return True

    def missed(self) -> None:
        """Somebody has waited in vain: it is gone until it answers, which is asked in the background."""
        if self.is_gone:
            return
        self._is_gone.set()
        log.warning("store_hangs")
        threading.Thread(target=self._listen, name="pulse", daemon=True).start()

    def stop(self) -> None:
        """Nobody asks any more."""
        self._stopping.set()

    def _listen(self) -> None:
        since = time.monotonic()
        while not self._stopping.wait(PAUSE_SECONDS):
            if self._ask():
                self._is_gone.clear()
                log.event("store_answers_again", seconds=round(time.monotonic() - since, 1))
                return
