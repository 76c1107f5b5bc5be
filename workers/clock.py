"""The clock process: puts every periodic job on its queue in time, and watches that the work gets done.

Not RQ's CronScheduler: that one ends with the first lost connection, pickles what it enqueues, keeps a
history of every turn for a year, and would enqueue each turn once for every machine that runs one.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

import redis

from config import logs
from config.queues import PERIODIC_JOBS, WATCHDOG_SECONDS, PeriodicJob
from config.settings import Settings
from workers import jobs, sweep_outbox

LOOK_SECONDS = 1.0
# A turn that has begun may end; one that hangs is safe to be left: the outbox gives it to another.
STOP_SECONDS = 5.0
# A turn belongs to whoever marks it first, on any machine. The mark goes a little before the next turn is
# due, so that a clock that looks a moment too early does not skip one.
EARLY_SECONDS = 0.5

log = logs.get("clock")


def enqueue_due(connection: redis.Redis) -> list[PeriodicJob]:
    """Put on their queues the jobs whose turn it is, and say which. Raises redis.RedisError.

    Whose turn it is stands in Redis: several clocks share it, and one that is restarted does not begin anew.
    A Redis that forgot everything means that it is everybody's turn.
    """
    due = []
    for job in PERIODIC_JOBS:
        mark = f"akutlinjen:turn:{job.name}"
        if connection.set(mark, 1, nx=True, px=int((job.every_seconds - EARLY_SECONDS) * 1000)):
            jobs.enqueue_turn(job, connection)
            due.append(job)
    return due


class Clock:
    """Two loops that do not wait for each other: what hangs in one leaves the other running."""

    def __init__(self, connection: redis.Redis | None, watchdog_turn: Callable[[], None]) -> None:
        self._connection = connection
        self._watchdog_turn = watchdog_turn
        self._stopped = threading.Event()

    def run(self) -> None:
        """Go on until ``stop``. Without Redis only the watchdog runs."""
        watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        watchdog.start()
        while not self._stopped.wait(LOOK_SECONDS):
            self._enqueue()
        watchdog.join(timeout=STOP_SECONDS)

    def stop(self) -> None:
        self._stopped.set()

    def _enqueue(self) -> None:
        if self._connection is None:
            return
        try:
            enqueue_due(self._connection)
        except redis.RedisError as error:
            log.warning("clock_lost_redis", error=type(error).__name__)

    def _watch(self) -> None:
        while not self._stopped.wait(WATCHDOG_SECONDS):
            try:
                self._watchdog_turn()
            except Exception as error:  # noqa: BLE001 - the watchdog outlives whatever happens; it is logged
                log.error("watchdog_failed", error)


def main() -> None:
    logs.configure(strict=False)
    settings = Settings.from_environment(os.environ)
    connection = jobs.connect(settings.redis_url) if settings.redis_url is not None else None
    clock = Clock(connection, watchdog_turn=sweep_outbox.run)

    def stop(_number: int, _frame: FrameType | None) -> None:
        clock.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    clock.run()


if __name__ == "__main__":
    main()
