"""The audit log: only added to, chained, and what was done to it is named."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from gateway.audit.chain import Head
from gateway.audit.log import Action, AuditLog
from gateway.store.engine import Store
from tests.flows.databases import ready_store

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LOG = AuditLog(bytes(32))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = ready_store(database_url)
    yield store
    store.close()


def record(store: Store, count: int = 1, **details: object) -> None:
    for _ in range(count):
        with store.write() as connection:
            LOG.record(connection, at=AT, actor="w1", action=Action.CONTACT_READ, line="foenix", **details)


def tamper(store: Store, statement: str) -> None:
    """As somebody would who owns the database: the triggers are switched off first."""
    with store.write() as connection:
        if store.is_sqlite:
            for what in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS audit_entries_no_{what}"))
        else:
            connection.execute(sa.text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        connection.execute(sa.text(statement))


def test_a_log_that_nobody_touched_is_whole(store: Store) -> None:
    assert LOG.verify(store).faults == ()
    record(store, 5, contact_count=3, note="ok")
    found = LOG.verify(store)
    assert (found.count, found.faults, found.head.number) == (5, (), 5)


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor = 'w2'", "DELETE FROM audit_entries"])
def test_the_database_itself_refuses_to_change_entries(store: Store, statement: str) -> None:
    record(store, 2)
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), store.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert LOG.verify(store).count == 2


@pytest.mark.parametrize(
    "change", ["actor = 'w2'", "action = 'purged'", "contact = 'other'", "line = 'toften'", "details = '{}'"]
)
def test_a_changed_entry_is_named(store: Store, change: str) -> None:
    record(store, 5, about="x")
    tamper(store, f"UPDATE audit_entries SET {change} WHERE number = 3")
    assert LOG.verify(store).faults == ("entry 3 was changed",)


def test_a_changed_time_is_named(store: Store) -> None:
    record(store, 3)
    tamper(store, "UPDATE audit_entries SET at = '2026-11-22 03:00:00.000001' WHERE number = 2")
    assert LOG.verify(store).faults == ("entry 2 was changed",)


def test_an_entry_taken_out_is_named(store: Store) -> None:
    record(store, 5)
    tamper(store, "DELETE FROM audit_entries WHERE number = 3")
    faults = LOG.verify(store).faults
    assert "entry 3 is missing: after 2 comes 4" in faults
    assert "entry 4 does not follow the one before it" in faults


def test_an_entry_taken_off_the_end_is_seen_by_a_noted_head(store: Store) -> None:
    record(store, 4)
    head = LOG.verify(store).head
    record(store, 2)
    assert LOG.verify(store, known_head=head).faults == ()
    tamper(store, "DELETE FROM audit_entries WHERE number > 3")
    assert LOG.verify(store).faults == ()  # the chain alone can't know
    assert LOG.verify(store, known_head=head).faults == (
        "entry 4 is not the one that was noted: entries were taken off",
    )


def test_a_chain_made_with_another_key_does_not_verify(store: Store) -> None:
    other = AuditLog(bytes([1]) * 32)
    with store.write() as connection:
        other.record(connection, at=AT, actor="w1", action=Action.PURGED)
    assert LOG.verify(store).faults == ("entry 1 was changed",)


def test_entries_from_many_threads_make_one_chain(store: Store) -> None:
    threads = [threading.Thread(target=record, args=(store, 10)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = LOG.verify(store)
    assert (found.count, found.faults) == (80, ())


def test_an_entry_whose_act_was_rolled_back_is_not_kept(store: Store) -> None:
    def fails() -> None:
        with store.write() as connection:
            LOG.record(connection, at=AT, actor="w1", action=Action.EXPORTED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    record(store)
    assert LOG.verify(store).count == 1


@pytest.mark.parametrize("text", ["", "x", "3", "3:abc", ":" + "0" * 64, "-1:" + "0" * 64])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NUMBER:HASH"):
        Head.parse(text)


def test_a_head_reads_back_what_it_prints() -> None:
    head = Head(7, "a" * 64)
    assert Head.parse(str(head)) == head
