"""The schema goes up, down and up again, agrees with tables.py, and is safe to ask for at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gateway.store import migrate
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.tables import contacts, conversations, messages, metadata
from tests.gateway.statistics.made_up import call

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(database_url):
    store = Store(database_url)
    yield store
    store.close()


def tables(store):
    return set(sa.inspect(store.engine).get_table_names()) - {"alembic_version"}


def where(index):
    return sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())


def described(engine):
    """Everything that reflection finds, in an order of its own."""
    inspector = sa.inspect(engine)
    found = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": sorted(inspector.get_foreign_keys(table), key=str),
            "unique": sorted(inspector.get_unique_constraints(table), key=str),
            "indexes": sorted(
                (index["name"], index["column_names"], index["unique"], where(index))
                for index in inspector.get_indexes(table)
            ),
        }
    return found


def test_a_new_database_has_no_revision_and_the_upgrade_gives_it_the_newest(store):
    assert migrate.current(store) is None
    assert not migrate.is_current(store)
    migrate.upgrade(store)
    assert migrate.current(store) == migrate.head()
    assert migrate.is_current(store)


def test_up_down_and_up_again(store):
    migrate.upgrade(store)
    assert tables(store) == set(metadata.tables)
    migrate.downgrade(store, "base")
    assert tables(store) == set()
    assert migrate.current(store) is None
    migrate.upgrade(store)
    assert tables(store) == set(metadata.tables)


def test_an_upgrade_of_what_is_newest_changes_nothing(store):
    migrate.upgrade(store)
    with store.write() as connection:
        connection.execute(sa.text("INSERT INTO away VALUES ('w1', '2026-11-22 00:00:00+00')"))
    migrate.upgrade(store)
    with store.read() as connection:
        assert connection.execute(sa.text("SELECT worker FROM away")).scalars().all() == ["w1"]


def test_alembic_finds_no_difference_between_the_migrations_and_the_tables(store):
    migrate.upgrade(store)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_reflection_finds_no_difference_either(store):
    migrate.upgrade(store)
    migrated = described(store.engine)
    migrate.downgrade(store, "base")
    metadata.create_all(store.engine)
    assert migrated == described(store.engine)


def test_a_migration_that_fails_leaves_nothing_behind(store, monkeypatch):
    whole = migrate.command.upgrade

    def half(config, revision):
        whole(config, revision)
        raise OSError("the power went")

    monkeypatch.setattr(migrate.command, "upgrade", half)
    with pytest.raises(OSError, match="the power went"):
        migrate.upgrade(store)
    assert tables(store) == set()
    assert migrate.current(store) is None


def test_a_database_of_a_newer_release_is_refused_in_words(store):
    migrate.upgrade(store)
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert not migrate.is_current(store)
    for ask in (migrate.upgrade, migrate.make_ready, lambda store: migrate.downgrade(store, "base")):
        with pytest.raises(migrate.SchemaError, match="revision 9999, which this release does not know"):
            ask(store)
    assert tables(store) == set(metadata.tables)


def test_sqlite_makes_itself_ready(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    migrate.make_ready(store)
    assert migrate.is_current(store)
    migrate.make_ready(store)


def test_postgresql_asks_for_the_upgrade(postgres_url):
    store = Store(postgres_url)
    with pytest.raises(migrate.SchemaError, match="run: akutlinjen db upgrade"):
        migrate.make_ready(store)
    assert tables(store) == set()
    migrate.upgrade(store)
    migrate.make_ready(store)


def test_a_database_that_is_gone_is_told_as_such():
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    for ask in (migrate.upgrade, migrate.current, migrate.make_ready):
        with pytest.raises(StoreUnavailableError):
            ask(store)


def test_many_processes_may_upgrade_at_the_same_moment(database_url):
    program = (
        "import sys; from gateway.store.engine import Store; from gateway.store import migrate;"
        "store = Store(sys.argv[1]); print('ready', flush=True); sys.stdin.readline();"
        "migrate.upgrade(store);"
        "print(migrate.is_current(store))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, database_url],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(6)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [process.communicate(timeout=60) for process in processes]
    assert [out.strip() for out, _ in results] == ["True"] * len(processes), results


def test_rows_that_point_at_nothing_stop_a_migration_of_sqlite(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'broken.db'}")
    migrate.upgrade(store)
    with store.read() as connection:
        connection.detach()
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN")
        connection.execute(sa.text("INSERT INTO contact_events (contact, at, kind, details)"
                                   " VALUES ('gone', '2026-11-22 00:00:00', 'x', '{}')"))  # fmt: skip
    with pytest.raises(migrate.SchemaError, match="1 rows pointing at nothing"):
        migrate.upgrade(store)


def test_foreign_keys_hold_again_after_a_migration(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    migrate.upgrade(store)
    for _ in range(3):
        with store.read() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_months_that_were_kept_without_their_hours_are_counted_anew(store):
    migrate.upgrade(store)
    migrate.downgrade(store, "0016")
    with store.write() as connection:
        connection.execute(sa.text("INSERT INTO waiting_months VALUES ('foenix', '2026-03', true, '{}')"))
    migrate.upgrade(store)
    with store.read() as connection:
        assert not connection.execute(sa.text("SELECT is_fresh FROM waiting_months")).scalar_one()


def test_the_first_words_that_are_still_there_are_known_after_the_upgrade(store):
    """Two contacts of one conversation, one after the other; one whose messages are gone; a call."""
    migrate.upgrade(store)
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def at(minutes):
        return noon + timedelta(minutes=minutes)

    with store.write() as connection:
        for name, channel, began, conversation in (
            ("one", "chat", 0, "talk"), ("two", "chat", 30, "talk"), ("gone", "sms", 0, "erased"),
            ("call", "voice", 0, None),
        ):  # fmt: skip
            call(
                connection, "foenix", at(began), 5, id=name, channel=channel, conversation=conversation,
                ended_at=at(began + 20),
            )  # fmt: skip
        began = {"began_at": noon, "changed_at": noon, "citizen_seen_at": noon, "passed": []}
        connection.execute(sa.insert(conversations), {"id": "talk", "contact": "two"} | began)
        for seq, (sender, minutes) in enumerate(
            [("system", 0), ("citizen", 1), ("worker", 2), ("worker", 3), ("system", 30), ("worker", 31)]
        ):
            row = {"conversation": "talk", "seq": seq, "sender": sender, "body": b"", "at": at(minutes)}
            connection.execute(sa.insert(messages), row)
    migrate.downgrade(store, "0017")
    migrate.upgrade(store)
    with store.read() as connection:
        rows = connection.execute(sa.select(contacts.c.id, contacts.c.first_word_at)).all()
        found = {row.id: row.first_word_at for row in rows}
    assert found == {"one": at(2), "two": at(31), "gone": None, "call": None}
