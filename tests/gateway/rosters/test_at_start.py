"""What a process that answers does at its start, with SQL and without."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.settings import Settings
from gateway.rosters.at_start import open_book
from gateway.rosters.roster_import import import_roster
from gateway.rosters.site_source import NoSiteError, UnreadableSiteError
from gateway.store import migrate
from gateway.store.engine import Store
from tests.gateway.rosters.example import SITE_TEXT, shift

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOBODY_THERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def opened(tmp_path, vault):
    """Opens books on a database, and stops them afterwards."""
    books = []

    def open_(database_url, *, site=SITE_TEXT):
        env = {"AKUTLINJEN_VAR": str(tmp_path / "var"), "DATABASE_URL": database_url}
        if site is not None:
            (tmp_path / "site.toml").write_text(site)
            env["AKUTLINJEN_SITE"] = str(tmp_path / "site.toml")
        settings = Settings.from_environment(env)
        book = open_book(settings, Store(settings.database_url), vault)
        books.append(book)
        return book

    yield open_
    for book in books:
        book.stop()


def test_a_fresh_machine(opened, tmp_path):
    book = opened(f"sqlite:///{tmp_path / 'new.db'}")
    assert book.current()[0].id == "akutlinjen"
    assert not book.is_stale


def test_the_site_of_the_environment_is_put_in_force(opened, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    opened(url)
    book = opened(url, site=SITE_TEXT.replace("Natlinjen Vest", "Natten"))
    assert book.current()[0].night_lines["vest"].name == "Natten"
    assert opened(url, site=None).current()[0].night_lines["vest"].name == "Natten"


def test_without_any_site(opened, tmp_path):
    with pytest.raises(NoSiteError, match="akutlinjen site load FILE"):
        opened(f"sqlite:///{tmp_path / 'new.db'}", site=None)
    with pytest.raises(NoSiteError):
        opened(NOBODY_THERE, site=None)


def test_a_bad_site_file_is_told(opened, tmp_path):
    with pytest.raises(UnreadableSiteError):
        opened(f"sqlite:///{tmp_path / 'new.db'}", site="[planet]\n")


def test_a_bad_site_file_does_not_stop_a_process_that_has_a_good_site_in_sql(opened, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    good = opened(url).current()[0]
    assert opened(url, site="[planet]\n").current()[0] == good


def test_postgresql_that_nobody_has_migrated(opened, bare_postgres_url):
    with pytest.raises(migrate.SchemaError, match="akutlinjen db upgrade"):
        opened(bare_postgres_url)


def test_sql_gone_at_the_start(opened, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    first = opened(url)
    store = Store(url)
    import_roster(store, [shift("foenix", 1, "w1", "22 08:00", "22 16:00")], by="test", source="test", at=AT)
    first.refresh()
    book = opened(NOBODY_THERE)
    assert [duty.worker for duty in book.current()[1].on_duty("foenix", AT)] == ["w1"]
    assert book.is_stale


def test_sql_gone_at_the_very_first_start_leaves_the_site_file(opened):
    book = opened(NOBODY_THERE)
    assert book.current()[0].night_lines["vest"].backup_phone == "+4576160099"
