"""Keeps a table of processes running on one machine, for ``akutlinjen up`` and the demo.

Why not honcho, circus or supervisord: honcho ends everything as soon as one process ends, and here one that
crashes at night must come back by itself; circus and supervisord bring a daemon, a socket and a configuration
of their own for what is one loop. A machine with systemd may run the Procfile's commands as units instead.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from gateway.processes.keeper import Ending, Keeper
from gateway.processes.process import Process
from gateway.processes.readiness import is_ready

# Until everything has been ready once, a process may end this often before we call it broken.
ENDINGS_AT_START = 3
BAD_INPUT = 2  # how our own commands end when the settings are wrong: no restart mends that
READY_SECONDS = 60.0
TURN_SECONDS = 0.1
# Long enough for a request or a job that has begun; below the 10 s that containers are given to stop.
GRACE_SECONDS = 8.0


class GaveUpError(Exception):
    """The house did not come up; says which process is why. Everything that was started is ended."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, everything may take to get ready, and to end when told to."""

    ready_seconds: float = READY_SECONDS
    grace_seconds: float = GRACE_SECONDS


def supervise(
    processes: Sequence[Process],
    *,
    when_ready: Callable[[], None],
    when_ended: Callable[[Ending], None],
    patience: Patience = Patience(),
) -> None:
    """Start every process and restart those that end, until SIGINT or SIGTERM; then end them all.

    A second signal ends them without waiting. Calls ``when_ready`` once, when all are ready for the first
    time, and ``when_ended`` at each ending that nobody asked for. Raises GaveUpError when they do not get
    ready. From the main thread only: the kernel ends each process when the thread that started it is gone.
    """
    keepers = [Keeper(process) for process in sorted(processes, key=lambda each: not each.serves_others)]
    with _signals_counted() as signals:
        try:
            for keeper in keepers:
                keeper.start()
            _get_ready(keepers, signals, when_ended, patience.ready_seconds)
            if not signals:
                when_ready()
            while not signals:
                _turn(keepers, when_ended)
        finally:
            _end(keepers, signals, patience.grace_seconds)


def _turn(keepers: Sequence[Keeper], when_ended: Callable[[Ending], None]) -> None:
    for keeper in keepers:
        ending = keeper.turn()
        if ending:
            when_ended(ending)
    time.sleep(TURN_SECONDS)


def _get_ready(
    keepers: Sequence[Keeper], signals: list[int], when_ended: Callable[[Ending], None], seconds: float
) -> None:
    until = time.monotonic() + seconds
    waiting: Sequence[Keeper] = keepers

    def ended(ending: Ending) -> None:
        when_ended(ending)
        keeper = next(each for each in keepers if each.process.name == ending.name)
        if ending.code == BAD_INPUT or keeper.endings >= ENDINGS_AT_START:
            raise GaveUpError(f"{ending.name} ended with {ending.code} instead of getting ready")

    while waiting and not signals:
        _turn(keepers, ended)
        waiting = [each for each in keepers if not _answers(each)]  # all of them at one time
        if waiting and time.monotonic() > until:
            names = ", ".join(each.process.name for each in waiting)
            raise GaveUpError(f"not ready within {seconds:g} s: {names}")


def _answers(keeper: Keeper) -> bool:
    url = keeper.process.ready_url
    return keeper.is_running and (url is None or is_ready(url))


def _end(keepers: Sequence[Keeper], signals: list[int], grace_seconds: float) -> None:
    """First those that use the others, then the others. Whoever is not gone in time is killed."""
    impatient = max(2, len(signals) + 1)  # one signal may have brought us here; the next one means: at once
    until = time.monotonic() + grace_seconds
    for serves_others in (False, True):
        wave = [keeper for keeper in keepers if keeper.process.serves_others is serves_others]
        for keeper in wave:
            keeper.terminate()
        while any(each.is_running for each in wave) and time.monotonic() < until and len(signals) < impatient:
            time.sleep(TURN_SECONDS / 2)
        for keeper in wave:
            keeper.kill()


@contextmanager
def _signals_counted() -> Iterator[list[int]]:
    """SIGINT and SIGTERM go into the list that this gives, and do nothing else."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
