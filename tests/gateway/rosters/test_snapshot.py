"""The roster on disk: sealed, written in parts, and thrown away when it can't be read."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime

import pytest

from gateway.rosters.snapshot import Snapshot, SnapshotError
from gateway.store.roster_versions import NONE, Newest, Stamp
from gateway.store.vault import Vault
from tests.gateway.rosters.example import SITE_TEXT, shift

AT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
NEWEST = Newest(Stamp(3, AT), Stamp(1, AT))
FOENIX = [shift("foenix", 1, "w1", "22 08:00", "22 16:00"), shift("foenix", 2, "w2", "22 00:00", "23 00:00")]
VEST = [shift("vest", 1, "w3", "22 23:00", "23 07:00")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "roster-snapshot"


@pytest.fixture
def snapshot(path, vault):
    return Snapshot(path, vault)


def test_there_is_none_before_the_first_and_asking_makes_none(snapshot, path):
    assert snapshot.read() is None
    assert not path.exists()


def test_what_is_written_is_read(snapshot):
    snapshot.write(NEWEST, SITE_TEXT, {"foenix": FOENIX, "vest": VEST}, whole=True)
    kept = snapshot.read()
    assert kept.newest == NEWEST
    assert kept.site_text == SITE_TEXT
    assert kept.shifts == {"foenix": FOENIX, "vest": VEST}


def test_a_part_changes_only_its_lines_and_the_whole_all(snapshot):
    snapshot.write(NEWEST, SITE_TEXT, {"foenix": FOENIX, "vest": VEST}, whole=True)
    snapshot.write(Newest(Stamp(4, AT), NONE), "two", {"vest": []}, whole=False)
    kept = snapshot.read()
    assert (kept.newest, kept.site_text) == (Newest(Stamp(4, AT), NONE), "two")
    assert kept.shifts == {"foenix": FOENIX, "vest": []}
    snapshot.write(NEWEST, SITE_TEXT, {"vest": VEST}, whole=True)
    assert snapshot.read().shifts == {"vest": VEST}


def test_nobody_else_can_read_it(snapshot, path):
    snapshot.write(NEWEST, SITE_TEXT, {"foenix": FOENIX}, whole=True)
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes()
    for secret in (b"4520000001", b"Vagt 1", b"2026-11-22"):
        assert secret not in content
    with pytest.raises(SnapshotError, match="DATA_KEY"):
        Snapshot(path, Vault(bytes([1]) * 32)).read()


@pytest.mark.parametrize("whole", [True, False])
def test_a_damaged_one_is_refused_and_only_replaced_as_a_whole(snapshot, path, whole):
    snapshot.write(NEWEST, SITE_TEXT, {"foenix": FOENIX}, whole=True)
    path.write_bytes(b"something else that is long enough to be no database" * 100)
    with pytest.raises(SnapshotError):
        snapshot.read()
    if whole:
        snapshot.write(NEWEST, SITE_TEXT, {"vest": VEST}, whole=True)
        assert snapshot.read().shifts == {"vest": VEST}
    else:
        with pytest.raises(SnapshotError):
            snapshot.write(NEWEST, SITE_TEXT, {"vest": VEST}, whole=False)


def test_another_format_is_refused_and_replaced(snapshot, path):
    snapshot.write(NEWEST, SITE_TEXT, {"foenix": FOENIX}, whole=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(SnapshotError, match="format 99"):
        snapshot.read()
    snapshot.write(NEWEST, SITE_TEXT, {"vest": VEST}, whole=True)
    assert snapshot.read().shifts == {"vest": VEST}


def test_a_line_of_one_can_not_stand_for_another(snapshot, path):
    snapshot.write(NEWEST, SITE_TEXT, {"foenix": FOENIX, "vest": VEST}, whole=True)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE lines SET sealed = (SELECT sealed FROM lines WHERE line = 'vest') WHERE line = 'foenix'"
        )
    with pytest.raises(SnapshotError):
        snapshot.read()


def test_a_place_that_can_not_be_written_is_told(tmp_path, vault):
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(SnapshotError):
        Snapshot(tmp_path / "var" / "roster-snapshot", vault).write(NEWEST, SITE_TEXT, {}, whole=True)


def test_several_may_write_at_once(path, vault):
    failures = []

    def write(version):
        try:
            for _ in range(5):
                Snapshot(path, vault).write(
                    Newest(Stamp(version, AT), NONE), SITE_TEXT, {"vest": VEST}, whole=True
                )
        except SnapshotError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(version,)) for version in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Snapshot(path, vault).read().shifts == {"vest": VEST}
