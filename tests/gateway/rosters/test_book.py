"""The live roster: kept up with SQL, good without it, and on disk for a start in the dark."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg
import pytest
import sqlalchemy as sa

from gateway.rosters import planning
from gateway.rosters.book import POLL_SECONDS, RosterBook
from gateway.rosters.drafts_out import publish_drafts
from gateway.rosters.loading import load
from gateway.rosters.roster_import import import_roster
from gateway.rosters.site_source import NoSiteError
from gateway.store import migrate, site_versions
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.vault import Vault
from tests.gateway.rosters.example import SITE_TEXT, shift
from tests.gateway.rosters.office import Office

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # 13:00 on the clocks of the site
NOBODY_THERE = "postgresql://nobody@127.0.0.1:1/none"

DAY = shift("foenix", 1, "w1", "22 08:00", "22 16:00")
OTHER_DAY = shift("foenix", 1, "w2", "22 08:00", "22 16:00")
NIGHT = shift("vest", 1, "w3", "22 00:00", "23 00:00")


def publish(store, *shifts):
    return import_roster(store, shifts, by="test", source="test", at=datetime.now(UTC)).version


def on_duty(book, line="foenix"):
    return [duty.worker for duty in book.current()[1].on_duty(line, AT)]


def until(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def books():
    """Makes books and stops them afterwards."""
    made = []

    def make(*args, **how):
        book = RosterBook(*args, **how)
        made.append(book)
        return book

    yield make
    for book in made:
        book.stop()


@pytest.fixture
def book(store, vault, tmp_path, books):
    site_versions.save(store, vault, SITE_TEXT, AT)
    return books(store, vault, tmp_path / "var")


def test_without_a_site_there_is_nothing_to_stand_on(store, vault, tmp_path, books):
    book = books(store, vault, tmp_path)
    with pytest.raises(NoSiteError, match="akutlinjen site load FILE"):
        book.current()
    with pytest.raises(NoSiteError):
        book.refresh()
    book.start()
    with pytest.raises(NoSiteError):
        book.current()
    site_versions.save(store, vault, SITE_TEXT, AT)
    assert until(lambda: not book.is_stale)
    assert book.current()[0].id == "akutlinjen"


def test_a_site_without_any_roster(book):
    book.refresh()
    assert book.current()[1].version == 0
    assert on_duty(book) == []


def test_refresh_takes_up_a_new_roster_at_once(book, store):
    publish(store, DAY, NIGHT)
    book.refresh()
    assert (on_duty(book), on_duty(book, "vest")) == (["w1"], ["w3"])
    version = publish(store, OTHER_DAY)
    assert on_duty(book) == ["w1"]
    book.refresh()
    assert (on_duty(book), on_duty(book, "vest")) == (["w2"], ["w3"])
    assert book.current()[1].version == version


def test_the_thread_takes_it_up_by_itself(book, store):
    book.start()
    publish(store, DAY)
    assert until(lambda: on_duty(book) == ["w1"])
    book.stop()
    publish(store, OTHER_DAY)
    assert not until(lambda: on_duty(book) == ["w2"], seconds=1)


def test_a_new_site_is_taken_up_and_a_new_zone_compiles_all_again(book, store, vault):
    publish(store, DAY)
    book.refresh()
    site_versions.save(store, vault, SITE_TEXT.replace("Natlinjen Vest", "Natten"), AT)
    book.refresh()
    assert book.current()[0].night_lines["vest"].name == "Natten"
    assert on_duty(book) == ["w1"]
    site_versions.save(store, vault, SITE_TEXT.replace("Europe/Copenhagen", "America/New_York"), AT)
    book.refresh()
    assert on_duty(book) == []


def test_a_site_that_can_not_be_read_leaves_the_last_good_one(book, store, vault):
    book.start()
    site_versions.save(store, vault, "[site]\nid = 3", AT)
    assert not until(lambda: book.current()[0].id != "akutlinjen", seconds=1.2)
    site_versions.save(store, vault, SITE_TEXT.replace("Natlinjen Vest", "Natten"), AT)
    assert until(lambda: book.current()[0].night_lines["vest"].name == "Natten")


def test_only_lines_that_changed_are_read_again(store, vault):
    site_versions.save(store, vault, SITE_TEXT, AT)
    publish(store, DAY, NIGHT)
    first = load(store, vault, None)
    assert first.whole
    assert first.shifts == {"foenix": [DAY], "vest": [NIGHT]}
    assert load(store, vault, first.standing) is None
    publish(store, OTHER_DAY)
    second = load(store, vault, first.standing)
    assert (second.whole, second.shifts) == (False, {"foenix": [OTHER_DAY]})
    assert second.standing.site is first.standing.site
    assert load(store, vault, first.standing, whole=True).shifts == {"foenix": [OTHER_DAY], "vest": [NIGHT]}


def test_a_line_that_lost_all_its_shifts_is_read_as_empty(store, vault):
    site_versions.save(store, vault, SITE_TEXT, AT)
    publish(store, DAY)
    first = load(store, vault, None)
    with store.write() as connection:
        connection.execute(sa.text("INSERT INTO roster_versions (version, published_at, by, what)"
                                   " VALUES (2, '2026-11-22 00:00:00.000000', 'x', 'x')"))  # fmt: skip
        connection.execute(sa.text("UPDATE shifts SET until_version = 2"))
    second = load(store, vault, first.standing)
    assert second.shifts == {"foenix": []}
    assert second.standing.roster.version == 2
    assert second.standing.roster.on_duty("foenix", AT) == ()


def test_another_database_with_the_same_version_is_read_whole(tmp_path, vault):
    stores = [Store(f"sqlite:///{tmp_path / name}.db") for name in ("one", "two")]
    for store, day in zip(stores, (DAY, OTHER_DAY), strict=True):
        migrate.upgrade(store)
        site_versions.save(store, vault, SITE_TEXT, AT)
        publish(store, day)
    first = load(stores[0], vault, None)
    second = load(stores[1], vault, first.standing)
    assert second.whole
    assert second.standing.roster.on_duty("foenix", AT)[0].worker == "w2"


def test_it_is_stale_when_sql_has_not_answered_for_some_seconds(store, vault, tmp_path, books):
    now = [AT]
    book = books(store, vault, tmp_path, now=lambda: now[0])
    site_versions.save(store, vault, SITE_TEXT, AT)
    assert book.is_stale
    assert book.last_good_at is None
    book.refresh()
    assert (book.is_stale, book.last_good_at) == (False, AT)
    now[0] += timedelta(seconds=5)
    assert not book.is_stale
    now[0] += timedelta(seconds=1)
    assert book.is_stale
    book.refresh()
    assert not book.is_stale


def test_sql_gone_at_the_start_and_back_later(store, vault, tmp_path, books):
    site_versions.save(store, vault, SITE_TEXT, AT)
    version = publish(store, DAY, NIGHT)
    books(store, vault, tmp_path).refresh()
    in_the_dark = books(Store(NOBODY_THERE), vault, tmp_path)
    in_the_dark.start()
    assert (on_duty(in_the_dark), on_duty(in_the_dark, "vest")) == (["w1"], ["w3"])
    assert in_the_dark.current()[1].version == version
    assert in_the_dark.is_stale
    with pytest.raises(StoreUnavailableError):
        in_the_dark.refresh()


def test_the_snapshot_follows_every_change(book, store, vault, tmp_path, books):
    publish(store, DAY, NIGHT)
    book.refresh()
    publish(store, OTHER_DAY)
    site_versions.save(store, vault, SITE_TEXT.replace("Natlinjen Vest", "Natten"), AT)
    book.refresh()
    in_the_dark = books(Store(NOBODY_THERE), vault, tmp_path / "var")
    in_the_dark.start()
    assert (on_duty(in_the_dark), on_duty(in_the_dark, "vest")) == (["w2"], ["w3"])
    assert in_the_dark.current()[0].night_lines["vest"].name == "Natten"


def test_what_a_failed_snapshot_missed_is_made_good_by_the_next(book, store, vault, tmp_path, books):
    publish(store, DAY, NIGHT)
    book.refresh()
    path = tmp_path / "var" / "roster-snapshot"
    path.rename(tmp_path / "aside")
    path.mkdir()
    publish(store, OTHER_DAY)
    book.refresh()
    assert on_duty(book) == ["w2"]
    path.rmdir()
    (tmp_path / "aside").rename(path)
    publish(store, shift("vest", 1, "w1", "22 00:00", "23 00:00"))
    book.refresh()
    in_the_dark = books(Store(NOBODY_THERE), vault, tmp_path / "var")
    in_the_dark.start()
    assert (on_duty(in_the_dark), on_duty(in_the_dark, "vest")) == (["w2"], ["w1"])


def test_a_first_start_without_sql_has_the_site_file_at_least(vault, tmp_path, books):
    (tmp_path / "site.toml").write_text(SITE_TEXT)
    book = books(Store(NOBODY_THERE), vault, tmp_path, site_path=tmp_path / "site.toml")
    book.start()
    site, roster = book.current()
    assert site.night_lines["vest"].backup_phone == "+4576160099"
    assert roster.version == 0


def test_a_snapshot_of_another_key_is_passed_over(book, store, tmp_path, books):
    book.refresh()
    stranger = books(Store(NOBODY_THERE), Vault(bytes([1]) * 32), tmp_path / "var")
    stranger.start()
    with pytest.raises(NoSiteError):
        stranger.current()


def test_a_database_without_a_site_is_believed_before_a_snapshot(book, vault, tmp_path, books):
    book.refresh()
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate.upgrade(empty)
    fresh = books(empty, vault, tmp_path / "var")
    fresh.start()
    with pytest.raises(NoSiteError):
        fresh.current()


@contextmanager
def gone(postgres, url):
    """The database refuses everybody, and has thrown out who was there."""
    name = sa.engine.make_url(url).database
    address = f"host={postgres.directory} user=postgres dbname=postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_sql_gone_later_and_back(postgres, postgres_url, vault, tmp_path, books):
    store = Store(postgres_url)
    migrate.upgrade(store)
    site_versions.save(store, vault, SITE_TEXT, AT)
    publish(store, DAY)
    book = books(store, vault, tmp_path, poll_seconds=0.05)
    book.start()
    with gone(postgres, postgres_url):
        assert until(lambda: raises(book.refresh))
        was_good_at = book.last_good_at
        time.sleep(0.3)
        assert on_duty(book) == ["w1"]
        assert book.last_good_at == was_good_at
    publish(store, OTHER_DAY)
    assert until(lambda: on_duty(book) == ["w2"])
    assert book.last_good_at > was_good_at
    store.close()


def raises(call):
    try:
        call()
    except StoreUnavailableError:
        return True
    return False


WATCHER = """
import sys, time
from datetime import datetime
from pathlib import Path
from gateway.rosters.book import RosterBook
from gateway.store.engine import Store
from gateway.store.vault import Vault

book = RosterBook(Store(sys.argv[1]), Vault(bytes(32)), Path(sys.argv[2]))
book.start()
at = datetime.fromisoformat(sys.argv[3])
last = None
while True:
    found = [duty.worker for duty in book.current()[1].on_duty("foenix", at)]
    if found != last:
        print(time.time(), *found, flush=True)
        last = found
    time.sleep(0.005)
"""


# The median of so many changes is held against a second: a machine that does other things may be late once.
TIMES = 5


def seconds_until_seen(watcher, worker):
    """From now, when it is published, until the other process has it."""
    published_at = time.time()
    seen_at, *seen = watcher.stdout.readline().split()
    assert seen == [worker]
    return float(seen_at) - published_at


def test_it_looks_for_changes_twice_a_second():
    assert POLL_SECONDS <= 0.5


def test_an_import_here_counts_in_another_process_within_a_second(store, vault, tmp_path, database_url):
    site_versions.save(store, vault, SITE_TEXT, AT)
    publish(store, DAY)
    env = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCHER, database_url, str(tmp_path / "var"), AT.isoformat()],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env,
    )  # fmt: skip
    try:
        assert watcher.stdout.readline().split()[1:] == ["w1"]
        took = []
        for day, worker in itertools.islice(itertools.cycle(((OTHER_DAY, "w2"), (DAY, "w1"))), TIMES):
            publish(store, day)
            took.append(seconds_until_seen(watcher, worker))
        assert median(took) < 1, took
    finally:
        watcher.kill()
        watcher.wait()


def test_an_edit_here_counts_in_another_process_within_a_second(store, vault, tmp_path, database_url):
    """As the editor publishes; Redis has no part in it, be it up or down: there is none here."""
    office = Office(store)
    site_versions.save(store, vault, SITE_TEXT, AT)
    publish(store, DAY)
    env = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCHER, database_url, str(tmp_path / "var"), AT.isoformat()],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env | {"REDIS_URL": "redis://127.0.0.1:1"},
    )  # fmt: skip
    try:
        assert watcher.stdout.readline().split()[1:] == ["w1"]
        took = []
        for worker in itertools.islice(itertools.cycle(("w2", "w1")), TIMES):
            with office.edit() as edit:
                planning.change(edit, "foenix", office.planned()[0].id, worker=worker)
            with office.edit() as edit:
                publish_drafts(edit, "foenix")
            took.append(seconds_until_seen(watcher, worker))
        assert median(took) < 1, took
    finally:
        watcher.kill()
        watcher.wait()
