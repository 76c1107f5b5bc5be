"""Keeps one process: starts it, sees it end, starts it again after a while."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gateway.processes.process import Process
from gateway.processes.tied import tied

# The first crash is answered at once; a process that can't live is not started in a tight loop.
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
# One that ran this long had started well: the waits begin anew with its next crash.
STEADY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ending:
    """A process ended though nobody asked it to. A ``code`` below zero is the signal that killed it."""

    name: str
    code: int
    restart_in_seconds: float


class Keeper:
    """One process and its restarts. Nothing happens between calls of ``turn``.

    The process leads a group of its own, which is killed whole when its leader is gone: what is left of a
    crashed server never stands in the way of the next.
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.endings = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._start_again_at: float | None = None
        self._wait_seconds = FIRST_WAIT_SECONDS

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        self._start_again_at = None
        self._started = time.monotonic()
        with _opened(self.process.log) as log:
            self._child = subprocess.Popen(  # noqa: S603 - the command is the house's own
                tied(self.process.argv),
                env={**os.environ, **self.process.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def turn(self) -> Ending | None:
        """Look once: the ending that was found, if any. Starts the process again when its wait is over."""
        if self._child is not None:
            return self._look(self._child)
        if self._start_again_at is not None and time.monotonic() >= self._start_again_at:
            self.start()
        return None

    def terminate(self) -> None:
        """Ask it to end, and start it no more."""
        self._start_again_at = None
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and whatever of its group is left, without asking."""
        if self._child is not None:
            _kill_group(self._child.pid)
            self._child.wait()
            self._child = None

    def _look(self, child: subprocess.Popen[bytes]) -> Ending | None:
        code = child.poll()
        if code is None:
            return None
        _kill_group(child.pid)
        self._child = None
        self.endings += 1
        now = time.monotonic()
        if now - self._started >= STEADY_SECONDS:
            self._wait_seconds = FIRST_WAIT_SECONDS
        ending = Ending(self.process.name, code, self._wait_seconds)
        self._start_again_at = now + self._wait_seconds
        self._wait_seconds = min(2 * self._wait_seconds, LONGEST_WAIT_SECONDS)
        return ending


@contextmanager
def _opened(log: Path | None) -> Iterator[IO[bytes] | None]:
    if log is None:
        yield None
        return
    with log.open("ab") as file:
        yield file


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
