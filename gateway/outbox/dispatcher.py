"""Does what the outbox says: leases a row, acts outside any transaction, writes down what came of it.

Each kind of row is an ``Errand`` of three steps. ``prepare`` runs in the transaction that leases the row and
says what is to be done, or None when the world has moved on; ``perform`` speaks to the outside; ``record``
writes down what came of it, and may ask for another try. A process that dies in between leaves a lease
that runs out, and the row is done again: so every errand must be harmless when it is done twice.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from config import logs
from gateway.carrier import CarrierError
from gateway.store import contacts as contact_rows
from gateway.store import outbox
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.outbox import OutboxRow

# Longer than the carrier's time-outs together, so that a slow answer is not taken for a death.
LEASE_SECONDS = 12
POLL_SECONDS = 0.5
# They wait for the carrier most of the time, and some of its answers never come.
THREADS = 16
# More than this is due than there are threads: a pause between two looks, so that looking is not all we do.
PAUSE_SECONDS = 0.02
# How many processes may look at the same moment: each takes others of the oldest rows then.
PROCESSES = 4
# An errand that fails by a fault of ours is put off, longer each time, and given up in the end: it must
# neither spin nor keep the others waiting.
MOST_FAULTS = 8
LONGEST_PAUSE_SECONDS = 60.0

log = logs.get("outbox")


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after so many seconds."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class Errand:
    """One kind of outbox row. See the module's docstring for the three steps.

    ``urgent``: somebody is on the line and waits for just this, so it goes before whatever is not.
    """

    prepare: Callable[[Connection, OutboxRow, datetime], Any]
    perform: Callable[[Any], Any]
    record: Callable[[Connection, OutboxRow, Any, Any, datetime], str | Retry]
    urgent: bool = False


Due = tuple[str, str | None]


class Dispatcher:
    def __init__(self, store: Store, errands: Mapping[str, Errand], now: Callable[[], datetime]) -> None:
        self._store = store
        self._errands = errands
        self._urgent = tuple(kind for kind, errand in errands.items() if errand.urgent)
        self._now = now
        self._woken = threading.Event()
        self._stopping = False
        self._under_way: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._pool: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Work in the background until ``stop``."""
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="errand")
        loop = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._threads = [loop]
        loop.start()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()
        for thread in self._threads:
            thread.join(timeout=5)
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def wake(self) -> None:
        """Something was committed: look at once. Never waits and never fails."""
        self._woken.set()

    def next_due_at(self) -> datetime | None:
        with self._store.read() as connection:
            return outbox.next_due_at(connection)

    def run_due(self, most_seconds: float = math.inf) -> int:
        """Do what is due now, in this thread, and begin nothing new after so many seconds.

        Returns how many rows were taken.
        """
        count = 0
        until = time.monotonic() + most_seconds
        while rows := self._due():
            taken = sum(self._do(*row) for row in rows if time.monotonic() < until)
            count += taken
            if not taken:
                break
        return count

    def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            wait = POLL_SECONDS
            try:
                wait = self._begin_due()
            except StoreUnavailableError:
                log.event("outbox_waits", reason="store")
            self._woken.wait(wait)

    def _begin_due(self) -> float:
        """Give what is due to free threads. Returns the seconds until the next look, if nobody wakes us."""
        free = THREADS - len(self._under_way)
        if free <= 0:
            return POLL_SECONDS
        rows = [row for row in self._due() if row[0] not in self._under_way]
        for row, contact in _some(rows, free):
            self._submit(row, contact)
        if len(rows) > free:
            time.sleep(PAUSE_SECONDS)
            return POLL_SECONDS
        next_at = self.next_due_at()
        if next_at is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(PAUSE_SECONDS, (next_at - self._now()).total_seconds()))

    def _submit(self, row: str, contact: str | None) -> None:
        if self._pool is None or self._stopping:
            return
        self._under_way.add(row)

        def job() -> None:
            try:
                self._do(row, contact)
            except StoreUnavailableError:
                log.event("outbox_waits", reason="store")
            finally:
                self._under_way.discard(row)
                self._woken.set()

        self._pool.submit(job)

    def _due(self) -> list[Due]:
        with self._store.read() as connection:
            return outbox.due(connection, self._now(), self._urgent)

    def _do(self, row_id: str, contact_id: str | None) -> bool:
        try:
            return self._carry_out(row_id, contact_id)
        except StoreUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - one errand's fault must not stop the others; it is logged
            log.error("errand_failed", error)
            self._put_off(row_id)
            return True

    def _put_off(self, row_id: str) -> None:
        now = self._now()
        with self._store.write() as connection:
            faults = outbox.count_attempt(connection, row_id)
            if faults >= MOST_FAULTS:
                outbox.done(connection, row_id, now, "given up")
            else:
                pause = min(2.0**faults, LONGEST_PAUSE_SECONDS)
                outbox.postpone(connection, row_id, now + timedelta(seconds=pause))

    def _carry_out(self, row_id: str, contact_id: str | None) -> bool:
        now = self._now()
        with self._store.write() as connection:
            if contact_id is not None:
                contact_rows.lock_contact(connection, contact_id)
            row = outbox.lease(connection, row_id, now, LEASE_SECONDS)
            if row is None:
                return False
            errand = self._errands[row.kind]
            job = errand.prepare(connection, row, now)
            if job is None:
                outbox.done(connection, row.id, now, "moot")
                return True
        answer: Any
        try:
            answer = errand.perform(job)
        except CarrierError as error:
            answer = error
        now = self._now()
        with self._store.write() as connection:
            if contact_id is not None:
                contact_rows.lock_contact(connection, contact_id)
            came_of_it = errand.record(connection, row, job, answer, now)
            if isinstance(came_of_it, Retry):
                outbox.postpone(connection, row.id, now + timedelta(seconds=came_of_it.after_seconds))
            else:
                outbox.done(connection, row.id, now, came_of_it)
        return True


def _some(rows: Sequence[Due], free: int) -> Sequence[Due]:
    """As many as are free, not all of the very oldest: other processes see the same rows at this moment."""
    if len(rows) <= free:
        return rows
    return random.sample(rows[: PROCESSES * free], free)
