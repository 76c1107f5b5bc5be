from __future__ import annotations

import pytest
import sqlalchemy as sa

from gateway.store import migrate
from gateway.store.engine import Store


def test_upgrade_on_both_databases(command, database_url):
    command.set(DATABASE_URL=database_url)
    assert command.good("db", "upgrade") == f"upgraded to revision {migrate.head()}\n"
    assert command.good("db", "upgrade") == f"at revision {migrate.head()} already\n"
    store = Store(database_url)
    assert migrate.is_current(store)
    store.close()


def test_a_database_that_is_not_there_is_a_failure_in_one_line(command):
    command.set(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    said = command("db", "upgrade")
    assert said.code == 1
    assert said.problems == ["the database does not answer; look at DATABASE_URL, and at the database"]


def test_a_place_where_no_database_can_be_is_a_failure_in_one_line(command, tmp_path):
    (tmp_path / "file").write_text("")
    command.set(DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'akutlinjen.db'}")
    said = command("db", "upgrade")
    assert said.code == 1
    assert len(said.problems) == 1


def test_a_database_of_a_newer_release(command, tmp_path):
    command.good("db", "upgrade")
    store = Store(f"sqlite:///{tmp_path / 'var' / 'akutlinjen.db'}")
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    for arguments in (["db", "upgrade"], ["who-answers", "--line", "foenix"]):
        said = command(*arguments)
        assert said.code == 1
        assert "a newer release has migrated it" in said.problems[0]


@pytest.mark.parametrize(
    "arguments",
    [["who-answers", "--line", "foenix"], ["roster", "export", "--from", "2026-11-22", "--to", "2026-11-23"]],
)
def test_postgresql_waits_for_the_upgrade(command, postgres_url, arguments):
    command.set(DATABASE_URL=postgres_url)
    said = command(*arguments)
    assert said.code == 1
    assert said.problems[0].endswith("run: akutlinjen db upgrade")
    command.good("db", "upgrade")
    assert command(*arguments).problems in ([], [NO_SITE])


NO_SITE = "no site is loaded; run: akutlinjen site load FILE, or set AKUTLINJEN_SITE to one"
