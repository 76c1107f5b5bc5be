"""Site texts in SQL: encrypted, the newest in force, the same again no new version."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from gateway.store import migrate, site_versions
from gateway.store.engine import Store
from gateway.store.vault import Vault, VaultError

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))


@pytest.fixture
def store(database_url):
    store = Store(database_url)
    migrate.upgrade(store)
    yield store
    store.close()


def newest(store, vault=VAULT):
    with store.read() as connection:
        return site_versions.newest(connection, vault)


def test_there_is_none_before_the_first(store):
    assert newest(store) is None


def test_the_newest_is_in_force(store):
    first = site_versions.save(store, VAULT, "one ø", AT)
    assert first.new
    assert (newest(store).version, newest(store).text) == (first.version, "one ø")
    second = site_versions.save(store, VAULT, "two", AT)
    assert second.version > first.version
    assert newest(store).text == "two"


def test_the_same_again_makes_no_version_but_an_old_one_does(store):
    first = site_versions.save(store, VAULT, "one", AT)
    assert site_versions.save(store, VAULT, "one", AT) == site_versions.Saved(first.version, new=False)
    site_versions.save(store, VAULT, "two", AT)
    assert site_versions.save(store, VAULT, "one", AT).new
    assert newest(store).text == "one"


def test_nothing_of_the_text_can_be_read_in_the_table(store):
    site_versions.save(store, VAULT, "mobile = +4520000001", AT)
    with store.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT digest, content FROM site_versions").all()
    assert b"4520000001" not in bytes(row.content)
    assert len(row.digest) == 64
    # A digest that anybody can make would give a mobile away to whoever tries all numbers.
    assert row.digest != Vault(bytes([1]) * 32).fingerprint(b"mobile = +4520000001", "site")


def test_another_key_opens_nothing_and_replaces_the_text(store):
    other = Vault(bytes([1]) * 32)
    site_versions.save(store, VAULT, "one", AT)
    with pytest.raises(VaultError):
        newest(store, other)
    assert site_versions.save(store, other, "one", AT).new
    assert newest(store, other).text == "one"


class SlowVault(Vault):
    """Leaves time for others between a look at what is newest and the writing of what is newer."""

    def seal(self, content, purpose):
        time.sleep(0.05)
        return super().seal(content, purpose)


def test_processes_that_load_the_same_at_once_make_one_version(store):
    done = []
    slow = SlowVault(bytes(32))
    threads = [
        threading.Thread(target=lambda: done.append(site_versions.save(store, slow, "one", AT)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(saved.new for saved in done) == [False] * 5 + [True]
    assert len({saved.version for saved in done}) == 1
