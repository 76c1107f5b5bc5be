"""SQLite's only write lock, where many want it: whoever has no luck has not found a database that hangs."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from gateway.store import sqlite
from gateway.store.pulse import Pulse

WAITS_SECONDS = 0.4
TRIES = 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE seen (number INTEGER)")
        connection.commit()
    return path


class Holder:
    """Has the write lock, and commits now and then without letting anybody else have it for long."""

    def __init__(self, file: Path, *, commits: bool) -> None:
        self._file, self._commits = file, commits
        self._stopping, self._holds = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Holder:
        self._thread.start()
        self._holds.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        with closing(sqlite3.connect(self._file, timeout=5, isolation_level=None)) as connection:
            while not self._stopping.is_set():
                connection.execute("BEGIN IMMEDIATE")
                self._holds.set()
                connection.execute("INSERT INTO seen VALUES (1)")
                self._stopping.wait(0.05 if self._commits else None)
                connection.execute("COMMIT")


class Asked(Pulse):
    """Only notes whether somebody thought that it hangs."""

    def __init__(self) -> None:
        super().__init__(lambda: False)
        self.was_missed = False

    def missed(self) -> None:
        self.was_missed = True


@pytest.fixture
def refused(file: Path) -> Iterator[object]:
    """Waits in vain for the lock; who got it between two others after all tries again."""
    engine, own = sqlite.engine(make_url(f"sqlite:///{file}"), 5)

    def refused() -> bool:
        pulse = Asked()
        for _ in range(TRIES):
            with engine.connect() as connection:
                try:
                    sqlite.begin_writing(connection, pulse, time.monotonic() + WAITS_SECONDS, 5)
                except sqlite3.OperationalError:
                    return pulse.was_missed
                connection.connection.rollback()
        raise AssertionError("got the lock each time")

    yield refused
    own.stop()
    engine.dispose()


@pytest.mark.parametrize("commits", [True, False], ids=["others write", "one hangs"])
def test_only_a_lock_that_nobody_gives_back_is_one_that_hangs(file, refused, commits):
    with Holder(file, commits=commits):
        assert refused() is not commits


def test_asked_on_the_side_it_answers_where_others_write(file):
    with Holder(file, commits=True):
        assert sqlite._answers(file)
    with Holder(file, commits=False):
        assert not sqlite._answers(file)
    assert sqlite._answers(file)
