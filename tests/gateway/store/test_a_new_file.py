"""SQLite's file, opened by several processes when it has only just come to be."""

from __future__ import annotations

import sqlite3
import threading

from gateway.store.engine import Store


def test_whoever_opens_a_file_that_another_is_setting_up_waits_for_it(tmp_path):
    """SQLite itself would refuse it at once, whatever its busy time-out."""
    first = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")
    setting_up = threading.Timer(0.2, lambda: first.execute("COMMIT"))
    setting_up.start()
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.close()
    setting_up.join()
    first.close()
