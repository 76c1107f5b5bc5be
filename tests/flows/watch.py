"""Looks at every conversation again and again while a storm lasts, and keeps what must never be seen."""

from __future__ import annotations

import threading

from gateway.carrier.virtual.exchange import Exchange

EVERY_SECONDS = 0.05


class Watch:
    """Use as a context. ``seen``: what was wrong, each thing once."""

    def __init__(self, exchange: Exchange) -> None:
        self.seen: set[str] = set()
        self._exchange = exchange
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            with self._exchange.lock:
                self._look()

    def _look(self) -> None:
        rooms_of: dict[str, set[str]] = {}
        for room in self._exchange.rooms.values():
            labels = [stay.terms.label for stay in room.members.values()]
            workers = [label for label in labels if label != "citizen"]
            if labels.count("citizen") > 1:
                self.seen.add(f"two citizens in room {room.friendly_name}")
            if len(workers) > 1:
                self.seen.add(f"two workers in room {room.friendly_name}")
            for stay in room.members.values():
                if stay.call.party:
                    rooms_of.setdefault(stay.call.party, set()).add(room.friendly_name)
        for party, rooms in rooms_of.items():
            if len(rooms) > 1:
                self.seen.add(f"{party} in two rooms at once")
