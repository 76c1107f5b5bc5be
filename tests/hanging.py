"""A database that hangs: it takes whatever is sent, and says nothing. A real one, as ``Outage`` has it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import TracebackType

from tests.process_tree import children
from tests.services import Postgres

_HOLDS_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


class StoppedServer:
    """Every process of a PostgreSQL server is stopped: its sockets stay open, and nobody reads them."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._stopped: list[int] = []

    def begin(self) -> None:
        main = int((self._server.directory / "data" / "postmaster.pid").read_text().split()[0])
        self._stop(main)  # first, so that it begins no other
        for pid in children(main):
            self._stop(pid)

    def __enter__(self) -> StoppedServer:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        while self._stopped:
            os.kill(self._stopped.pop(), signal.SIGCONT)

    def _stop(self, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        self._stopped.append(pid)


class HeldLock:
    """Another process has SQLite's only write lock, and does nothing with it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._holder: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        self._holder = subprocess.Popen(
            [sys.executable, "-c", _HOLDS_THE_LOCK, self._path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "held\n"

    def __enter__(self) -> HeldLock:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        if self._holder is not None:
            self._holder.communicate()
            self._holder = None
