"""Importing and exporting rosters, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.rosters.roster_file import read_roster, write_roster
from gateway.rosters.roster_import import export_roster, import_roster
from gateway.store import roster_versions
from gateway.store.roster_versions import Span
from routing.roster import Shift
from tests.flows.databases import ready_store
from tests.gateway.rosters.example import SITE, shift, wall

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

WEEK = [
    shift("foenix", 1, "w1", "22 08:00", "22 16:00"),
    shift("foenix", 2, "w2", "22 00:00", "23 00:00"),
    shift("vest", 1, "w3", "22 23:00", "23 07:00"),
]


def publish(store, shifts, at=AT):
    return import_roster(store, shifts, by="command line", source="week.csv", at=at)


def in_force(store):
    with store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        return list(roster_versions.shifts_at(connection, version))


def test_an_import_is_one_version_with_who_when_and_what(store):
    done = publish(store, WEEK)
    assert done.new
    assert [(each.line, each.added, each.removed) for each in done.lines] == [
        ("foenix", 2, 0),
        ("vest", 1, 0),
    ]
    assert in_force(store) == WEEK
    with store.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT version, by, what FROM roster_versions").all()
        assert tuple(row) == (done.version, "command line", "import week.csv: 3 added, 0 removed")
        assert roster_versions.newest(connection).roster == (done.version, AT)


def test_importing_the_same_again_makes_no_version(store):
    first = publish(store, WEEK)
    again = publish(store, WEEK)
    assert (again.version, again.new) == (first.version, False)
    assert [(each.added, each.removed, each.unchanged) for each in again.lines] == [(0, 0, 2), (0, 0, 1)]


def test_other_lines_and_times_are_left_alone(store):
    publish(store, WEEK)
    publish(store, [shift("foenix", 1, "w3", "22 08:00", "22 16:00")])
    assert in_force(store) == [WEEK[1], WEEK[2], shift("foenix", 1, "w3", "22 08:00", "22 16:00")]


def test_every_past_version_can_be_shown(store):
    first = publish(store, WEEK)
    second = publish(store, [shift("vest", 1, "w1", "22 23:00", "23 07:00")])
    with store.read() as connection:
        assert list(roster_versions.shifts_at(connection, first.version)) == WEEK
        assert list(roster_versions.shifts_at(connection, second.version))[:2] == WEEK[:2]
        assert list(roster_versions.shifts_at(connection, 0)) == []
        assert roster_versions.lines_touched(connection, 0, first.version) == {"foenix", "vest"}
        assert roster_versions.lines_touched(connection, first.version, second.version) == {"vest"}
        assert roster_versions.lines_touched(connection, second.version, second.version) == set()


def test_shifts_of_a_stretch_of_time_on_both_sides_of_its_edges(store):
    publish(store, WEEK)

    def found(start, end):
        with store.read() as connection:
            stretch = Span(wall(start), wall(end))
            return len(list(roster_versions.shifts_at(connection, 99, lines=["vest"], overlapping=stretch)))

    assert found("22 22:00", "22 23:00") == 0
    assert found("22 22:00", "22 23:01") == 1
    assert found("23 06:59", "23 07:30") == 1
    assert found("23 07:00", "23 07:30") == 0


def test_two_imports_at_once_are_two_versions_one_after_the_other(database_url):
    store = ready_store(database_url)
    weeks = [
        [shift(line, 1, worker, "22 08:00", "22 16:00")]
        for line, worker in (("foenix", "w1"), ("toften", "w2"), ("vest", "w3"), ("foenix", "w2"))
    ]
    done = []
    threads = [threading.Thread(target=lambda week=week: done.append(publish(store, week))) for week in weeks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.version for each in done) == [1, 2, 3, 4]
    assert len(in_force(store)) == 3  # one of the two of foenix replaced the other
    store.close()


def test_an_import_waits_for_the_one_before_it_and_sees_what_that_did(store):
    publish(store, [shift("foenix", 1, "w1", "22 08:00", "22 16:00")])
    later = threading.Thread(target=publish, args=(store, [shift("foenix", 1, "w3", "22 08:00", "22 16:00")]))
    with store.write() as connection:
        roster_versions.lock(connection)
        (row,) = roster_versions.published_at(connection, 1)
        second = shift("foenix", 1, "w2", "22 08:00", "22 16:00")
        roster_versions.publish(connection, ending=[row.id], beginning=[second], by="x", what="x", at=AT)
        later.start()
        later.join(0.3)
        assert later.is_alive()
    later.join()
    assert in_force(store) == [shift("foenix", 1, "w3", "22 08:00", "22 16:00")]


def export(store, first="2026-11-22", last="2026-11-23"):
    return export_roster(store, Span(datetime.fromisoformat(first), datetime.fromisoformat(last)))


def test_an_export_holds_what_overlaps_on_both_sides_of_its_edges(store):
    shifts = [
        shift("foenix", 1, "w1", "20 00:00", "22 00:00"),
        shift("foenix", 1, "w2", "21 00:00", "22 00:01"),
        shift("toften", 1, "w2", "22 23:59", "24 00:00"),
        shift("toften", 1, "w3", "23 23:00", "24 12:00"),
    ]
    publish(store, shifts)
    assert export(store) == shifts[1:3]
    assert export(store, "2026-11-25", "2026-11-30") == []


def test_an_export_holds_what_its_import_would_replace_otherwise(store):
    night = shift("foenix", 1, "w1", "22 23:00", "23 07:00")
    early = shift("foenix", 2, "w2", "23 00:00", "23 06:00")
    back_up = shift("foenix", 3, "w3", "23 00:00", "24 00:00")
    publish(store, [night, early, back_up])
    assert export(store) == [night, early]
    again = publish(store, read_roster(write_roster(export(store)).encode(), SITE))
    assert not again.new


WORKERS = {"foenix": ("w1", "w2", "w3"), "toften": ("w2", "w3"), "vest": ("w1", "w3")}


@st.composite
def rosters(draw):
    """Rosters in which nobody is on one line twice at once."""
    shifts = []
    for line, workers in WORKERS.items():
        for worker in workers:
            hours = draw(st.lists(st.integers(0, 96), max_size=8, unique=True))
            edges = sorted(hours)[: len(hours) // 2 * 2]
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                day = wall("20 00:00")
                tier = draw(st.integers(1, 2))
                shifts.append(
                    Shift(line, tier, worker, day + timedelta(hours=start), day + timedelta(hours=end))
                )
    return draw(st.permutations(shifts))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=rosters(), second=rosters(), days=st.tuples(st.integers(20, 24), st.integers(20, 24)))
def test_export_and_import_change_nothing_and_an_import_twice_is_one(tmp_path_factory, first, second, days):
    store = ready_store(f"sqlite:///{tmp_path_factory.mktemp('roster') / 'akutlinjen.db'}")
    for roster in (first, second):
        if not roster:
            continue
        before = in_force(store)
        publish(store, roster)
        after = in_force(store)
        assert set(roster) <= set(after)
        assert not publish(store, roster).new
        assert in_force(store) == after
        assert_only_the_period_changed(before, after, roster)
    exported = export(store, *(f"2026-11-{day}" for day in sorted(days)))
    if exported:
        assert not publish(store, exported).new
    store.close()


def assert_only_the_period_changed(before, after, roster):
    """Nobody went off duty outside the file's period for a line, unless the file gives them other times."""
    for line in WORKERS:
        own = [shift for shift in roster if shift.line == line]
        for gone in set(before) - set(after):
            if gone.line != line:
                continue
            inside = min(shift.start for shift in own) <= gone.start and gone.end <= max(
                shift.end for shift in own
            )
            moved = any(
                shift.worker == gone.worker and shift.start < gone.end and gone.start < shift.end
                for shift in own
            )
            assert inside or moved


@pytest.mark.parametrize("rows", [30_000])
def test_a_large_import_is_quick(sqlite_store, rows):
    day = wall("2026-01-01 00:00")
    shifts = [
        Shift("foenix", 1, "w1", day + timedelta(hours=8 * at), day + timedelta(hours=8 * at + 8))
        for at in range(rows)
    ]
    began = datetime.now(UTC)
    publish(sqlite_store, shifts)
    publish(sqlite_store, shifts)
    assert datetime.now(UTC) - began < timedelta(seconds=20)
