"""SQLite's only write lock, where many want it: whoever has no luck has not found a database that hangs."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from gateway.store import sqlite
from gateway.store.pulse import Pulse


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


class Naps:
    """Stands for the module ``time``: one nap is one second, and what happens in it is up to the test."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._now, self._meanwhile = 0.0, meanwhile

    def monotonic(self) -> float:
        return self._now

    def sleep(self, _seconds: float) -> None:
        self._meanwhile()
        self._now += 1


@pytest.mark.parametrize("commits", [True, False], ids=["others write", "one hangs"])
def test_only_a_lock_that_nobody_gives_back_is_one_that_hangs(file, monkeypatch, commits):
    engine, own = sqlite.engine(make_url(f"sqlite:///{file}"), 5)
    pulse = Asked()
    with closing(sqlite3.connect(file, isolation_level=None)) as other, engine.connect() as connection:

        def takes_it() -> None:
            other.execute("BEGIN IMMEDIATE")
            other.execute("INSERT INTO seen VALUES (1)")

        def while_nobody_looks() -> None:
            if commits:
                other.execute("COMMIT")
                takes_it()

        takes_it()
        monkeypatch.setattr(sqlite, "time", Naps(while_nobody_looks))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.begin_writing(connection, pulse, 5, 5)
        assert pulse.was_missed is not commits
    own.stop()
    engine.dispose()


def test_asked_on_the_side_it_answers_where_others_write(file):
    with Holder(file, commits=True):
        assert sqlite._answers(file)
    with Holder(file, commits=False):
        assert not sqlite._answers(file)
    assert sqlite._answers(file)
