"""Months that are missing are found without holding anybody up, and added without undoing what others did."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from gateway.store.kept_months import OF_REGISTRATIONS, OF_WAITS, Month
from tests.flows.databases import ready_store
from tests.gateway.statistics.made_up import call, facts, register

FIRST, LAST = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)
MONTHS = [Month("foenix", f"2026-0{n}") for n in (1, 2, 3)]
BEFORE = "2026-06"


@pytest.fixture
def store(database_url):
    store = ready_store(database_url)
    with store.write() as connection:
        for line, at in (("foenix", FIRST), ("foenix", LAST), ("toften", LAST), (None, FIRST)):
            call(connection, line, at, 5)
        for line, day in (("foenix", FIRST), ("foenix", LAST), ("toften", LAST)):
            register(connection, facts(line, date(day.year, day.month, day.day)))
    yield store
    store.close()


@pytest.fixture(params=[OF_WAITS, OF_REGISTRATIONS], ids=["waits", "registrations"])
def kept(request):
    return request.param


def stale(store, kept):
    with store.read() as connection:
        return sorted(kept.stale(connection, "9999-12"))


def test_each_line_has_the_months_from_its_first_row_to_its_last(store, kept):
    kept.add_missing(store, BEFORE)
    assert stale(store, kept) == [*MONTHS, Month("toften", "2026-03")]


@pytest.mark.parametrize(("before", "count"), [("2026-03", 2), ("2026-04", 4)])
def test_a_month_that_is_not_before_the_given_one_is_not_added(store, kept, before, count):
    kept.add_missing(store, before)
    assert len(stale(store, kept)) == count


def test_what_is_there_is_left_as_it_is(store, kept):
    kept.add_missing(store, BEFORE)
    with store.write() as connection:
        kept.hold(connection, MONTHS[1])
        kept.keep(connection, MONTHS[1], {"waits": {}, "hours": {}, "first_words": {}})
    kept.add_missing(store, BEFORE)
    assert stale(store, kept) == [MONTHS[0], MONTHS[2], Month("toften", "2026-03")]


def test_a_month_that_somebody_else_adds_and_counts_meanwhile_stays_counted(store, kept, monkeypatch):
    """Between our look and our writing."""
    writing = store.write

    @contextmanager
    def write():
        monkeypatch.setattr(store, "write", writing)
        kept.add_missing(store, BEFORE)
        with writing() as connection:
            kept.hold(connection, MONTHS[0])
            kept.keep(connection, MONTHS[0], {"waits": {}, "hours": {}, "first_words": {}})
        with writing() as connection:
            yield connection

    monkeypatch.setattr(store, "write", write)
    kept.add_missing(store, BEFORE)
    assert stale(store, kept) == [*MONTHS[1:], Month("toften", "2026-03")]


def test_nobody_who_writes_waits_for_the_look_and_where_nothing_is_missing_nothing_is_written(
    store, kept, monkeypatch
):
    def in_writing(_connection, _cursor, statement, *_):
        asked.append(statement)

    writing, asked = store.write, []

    @contextmanager
    def write():
        with writing() as connection:
            sa.event.listen(connection, "before_cursor_execute", in_writing)
            yield connection

    monkeypatch.setattr(store, "write", write)
    kept.add_missing(store, BEFORE)
    assert [statement.split()[0] for statement in asked] == ["INSERT"]
    monkeypatch.setattr(store, "write", None)
    kept.add_missing(store, BEFORE)


def test_the_look_does_not_go_through_the_rows(store, kept):
    asked = []

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    if not store.is_sqlite:
        return  # a handful of rows PostgreSQL reads whole, whatever the index
    with store.read() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        kept._missing(connection, BEFORE)
        sa.event.remove(connection, "before_cursor_execute", note)
        for statement, parameters in asked[1:]:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert [row[3] for row in plan if "COVERING INDEX" not in row[3]] == []
