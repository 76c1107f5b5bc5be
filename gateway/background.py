"""What a web process does besides answering: the outbox, the live roster, and setting right what got lost."""

from __future__ import annotations

import threading

from config import logs
from gateway.outbox.dispatcher import Dispatcher
from gateway.outbox.sweep import sweep_once
from gateway.rosters.forgotten_away import end_forgotten
from gateway.store.engine import StoreUnavailableError
from gateway.voice.notebook import write_down
from gateway.wiring import Gateway

HOUSEKEEPING_SECONDS = 5.0

log = logs.get("background")


class Background:
    """Threads that need no Redis: the voice path stands on the web process and SQL alone."""

    def __init__(self, gateway: Gateway, dispatcher: Dispatcher) -> None:
        self._gateway = gateway
        self._dispatcher = dispatcher
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_house, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._dispatcher.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._dispatcher.stop()
        self._gateway.book.stop()
        self._thread.join(timeout=HOUSEKEEPING_SECONDS)

    def _keep_house(self) -> None:
        while not self._stopping.wait(HOUSEKEEPING_SECONDS):
            try:
                write_down(self._gateway)
                sweep_once(self._gateway)
                end_forgotten(self._gateway)
            except StoreUnavailableError:
                log.event("store_unavailable", where="housekeeping")
            except Exception as error:  # noqa: BLE001 - the next turn must come; what went wrong is logged
                log.error("housekeeping_failed", error)
