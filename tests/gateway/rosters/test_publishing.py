"""Publishing: what changes for whom, versions, gaps that open, the trace, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gateway.rosters import drafts_out, planning
from gateway.rosters.drafts_out import NotUndoneError, StaleDraftsError, preview, publish_drafts, undo_version
from gateway.rosters.duties import WantedError
from gateway.rosters.edit import OutdatedError
from gateway.rosters.opened_gaps import NEAR
from gateway.rosters.publishing import Change, GapsOpenError, publish
from gateway.store import roster_history, roster_lines, roster_versions, worker_notices
from gateway.store.roster_versions import Span
from gateway.store.tables import outbox
from gateway.store.worker_notices import Notices
from tests.gateway.rosters.example import shift, wall
from tests.gateway.rosters.office import NOW, Office, want

# Foenix and its night line are open around the clock: somebody has to be there from Sunday on.
WHOLE = shift("foenix", 1, "w1", "22 00:00", "2026-12-20 00:00")
BESIDE = shift("foenix", 2, "w2", "24 08:00", "24 16:00")


@pytest.fixture
def office(store):
    office = Office(store)
    office.publish(WHOLE, BESIDE)
    return office


def test_what_changes_for_whom_is_told_before_and_done_then(office):
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w2"), worker="w3")
    with office.edit() as edit:
        planning.make(edit, want("w2", "26 08:00", "26 16:00", tier=2))
    with office.edit() as edit:
        seen = preview(edit, "foenix")
    assert seen.stale == ()
    assert [(each.worker, len(each.gets), len(each.loses)) for each in seen.summary.workers] == [
        ("w2", 1, 1), ("w3", 1, 0),
    ]  # fmt: skip
    assert seen.summary.opened == ()
    with office.edit() as edit:
        done = publish_drafts(edit, "foenix", seen=office.version())
    assert (done.version, done.new) == (2, True)
    assert done.summary == seen.summary
    assert office.roster()[1:] == ["w2 2 26 08:00-16:00", "w3 2 24 08:00-16:00"]
    assert all(state == "published" for _told, state in office.plan())
    assert office.told() == [("w2", "sms_roster_changed"), ("w3", "sms_roster_changed")]


def test_a_shift_keeps_its_key_over_changes(office):
    key = office.key("w2")
    for worker in ("w3", "w2"):
        with office.edit() as edit:
            planning.change(edit, "foenix", key, worker=worker)
        with office.edit() as edit:
            publish_drafts(edit, "foenix")
        assert office.key(worker) == key


def test_nothing_to_publish_makes_no_version(office):
    with office.edit() as edit:
        done = publish_drafts(edit, "foenix")
    assert (done.version, done.new) == (1, False)


def test_an_old_version_is_refused_and_nothing_changed(office):
    seen = office.version()
    with office.edit() as edit:
        planning.make(edit, want("w2", "26 08:00", "26 16:00"), seen)
    with pytest.raises(OutdatedError), office.edit() as edit:
        publish_drafts(edit, "foenix", seen=seen)
    assert len(office.roster()) == 2


def test_a_draft_of_a_shift_that_was_published_otherwise_stands_in_the_way(office):
    key = office.key("w2")
    with office.edit() as edit:
        planning.change(edit, "foenix", key, end=wall("24 15:00"))
    office.publish(shift("foenix", 2, "w2", "24 08:00", "24 17:00"))
    with office.edit() as edit:
        (stale,) = preview(edit, "foenix").stale
    with pytest.raises(StaleDraftsError), office.edit() as edit:
        publish_drafts(edit, "foenix")
    with office.edit() as edit:
        planning.discard(edit, "foenix", stale.id)
    with office.edit() as edit:
        assert not publish_drafts(edit, "foenix").new


def test_a_draft_that_was_to_go_and_is_gone(office):
    with office.edit() as edit:
        planning.remove(edit, "foenix", office.key("w2"))
    office.publish(shift("foenix", 2, "w3", "24 08:00", "24 16:00"))
    with office.edit() as edit:
        assert not publish_drafts(edit, "foenix").new


def test_only_drafts_that_begin_in_a_stretch(office):
    for day in ("25", "26", "27"):
        with office.edit() as edit:
            planning.make(edit, want("w2", f"{day} 08:00", f"{day} 16:00", tier=3))
    with office.edit() as edit:
        publish_drafts(edit, "foenix", within=Span(wall("25 00:00"), wall("26 08:01")))
    assert [state for told, state in office.plan() if " 3 " in told] == ["published", "published", "draft"]


def test_what_can_not_be_published_any_more(office):
    with office.edit() as edit:
        planning.make(edit, want("w2", "26 08:00", "26 16:00"))
    office.publish(shift("foenix", 1, "w2", "26 10:00", "26 12:00"))
    with pytest.raises(WantedError, match="already"), office.edit() as edit:
        publish_drafts(edit, "foenix")
    assert len(office.roster()) == 3


# --- gaps ------------------------------------------------------------------------------------------


def cut(office, start, end, *, confirm_gaps=False):
    """Whoever is on the line's first tier goes home from one instant to another, UTC, after ``NOW``."""
    local = timedelta(hours=1)
    starts, ends = ((NOW + after + local).replace(tzinfo=None) for after in (start, end))
    with office.edit() as edit:
        version = roster_versions.lock(edit.connection)
        row = roster_history.find(edit.connection, version, int(office.key("w1")))
        parts = [
            want("w1", "22 00:00", f"{starts:%Y-%m-%d %H:%M}"),
            want("w1", f"{ends:%Y-%m-%d %H:%M}", "2026-12-20 00:00"),
        ]
        changes = [Change(row, parts[0]), Change(None, parts[1])]
        return publish(edit, version, changes, what="test", confirm_gaps=confirm_gaps)


WEEK, MINUTE, HOUR = timedelta(days=7), timedelta(minutes=1), timedelta(hours=1)


def test_a_gap_within_a_week_needs_a_confirmation(office):
    with pytest.raises(GapsOpenError) as error:
        cut(office, 30 * HOUR, 31 * HOUR)
    (opened,) = error.value.opened
    assert (opened.place, opened.starts, opened.ends) == ("foenix", NOW + 30 * HOUR, NOW + 31 * HOUR)
    assert len(office.roster()) == 2
    assert office.told() == []
    cut(office, 30 * HOUR, 31 * HOUR, confirm_gaps=True)
    assert len(office.roster()) == 3
    assert ("k1", "sms_gap_opens") in office.told()


@pytest.mark.parametrize(
    ("start", "asks"), [(WEEK - MINUTE, True), (WEEK, False), (WEEK + MINUTE, False), (MINUTE, True)]
)
def test_on_both_sides_of_seven_days(office, start, asks):
    assert NEAR == WEEK
    if asks:
        with pytest.raises(GapsOpenError):
            cut(office, start, start + HOUR)
    else:
        assert cut(office, start, start + HOUR).new


def test_a_gap_that_is_covered_by_a_colleague_is_none(office):
    # Tuesday 08-16 w2 is there.
    start = wall("24 08:00") - (NOW + HOUR).replace(tzinfo=None)
    assert cut(office, start, start + 8 * HOUR).new
    assert "sms_gap_opens" not in {text for _worker, text in office.told()}


def test_a_gap_that_was_there_before_needs_no_confirmation(office):
    cut(office, 30 * HOUR, 32 * HOUR, confirm_gaps=True)
    with office.edit() as edit:
        planning.make(edit, want("w3", "28 08:00", "28 09:00", tier=2))
    with office.edit() as edit:
        assert publish_drafts(edit, "foenix").new


def test_a_gap_that_is_meant_to_be_alarms_nobody(office):
    with office.edit() as edit:
        roster_lines.intend(
            edit.connection, "foenix", Span(wall("23 19:00"), wall("23 20:00")), by="k1", at=edit.at
        )
    with pytest.raises(GapsOpenError):
        cut(office, 30 * HOUR, 31 * HOUR + MINUTE)
    assert cut(office, 30 * HOUR, 31 * HOUR).new
    assert "sms_gap_opens" not in {text for _worker, text in office.told()}


def test_a_gap_on_a_night_line_is_one_of_the_lines_that_it_answers_for(store):
    office = Office(store)
    office.publish(shift("vest", 1, "w3", "22 00:00", "2026-12-20 00:00"))
    with office.edit() as edit:
        planning.remove(edit, "vest", office.key("w3", "vest"))
    with pytest.raises(GapsOpenError) as error, office.edit() as edit:
        publish_drafts(edit, "vest")
    assert {gap.place for gap in error.value.opened} == {"vest", "foenix"}


def test_an_alarm_is_told_once_and_waits_for_the_morning_unless_it_is_soon(store):
    office = Office(store, now=datetime(2026, 11, 22, 22, 30, tzinfo=UTC))  # half past eleven at night
    office.publish(WHOLE)
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w1"), start=wall("24 00:00"))
        publish_drafts(edit, "foenix", confirm_gaps=True)
    with store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    due = {(row.details["worker"], row.details["text"]): row.due_at for row in rows}
    assert due["k1", "sms_gap_opens"] == office.now
    office.publish(shift("toften", 1, "w2", "22 00:00", "2026-12-20 00:00"))
    with office.edit() as edit:
        planning.change(edit, "toften", office.key("w2", "toften"), end=wall("26 00:00"))
        publish_drafts(edit, "toften", confirm_gaps=True)
    with store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    due = [row.due_at for row in rows if row.details["line"] == "toften" and row.details["worker"] == "k1"]
    # Seven in the morning; one for each day that Toften is open and nobody is there, within a week.
    assert set(due) == {datetime(2026, 11, 23, 6, 0, tzinfo=UTC)}


# --- the trace, and taking it back -------------------------------------------------------------------


def test_every_line_that_changed_is_in_the_audit_log(office):
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w2"), worker="w3")
        publish_drafts(edit, "foenix")
    assert office.audited() == [("k1", "foenix", {"version": 2, "ended": 1, "begun": 1})]
    assert office.audit.verify(office.store).faults == ()


def test_the_roster_as_it_stood(office):
    times = [office.now]
    for worker in ("w3", "w2"):
        office.now += HOUR
        times.append(office.now)
        with office.edit() as edit:
            planning.change(edit, "foenix", office.key({"w3": "w2", "w2": "w3"}[worker]), worker=worker)
            publish_drafts(edit, "foenix")
    second = timedelta(seconds=1)
    with office.store.read() as connection:
        asked = [times[0] - second, times[0], times[1] - second, times[1], times[2] - second, times[2]]
        versions = [roster_history.version_at(connection, at) for at in asked]
        who = [
            [each.worker for each in roster_versions.shifts_at(connection, version) if each.tier == 2]
            for version in versions
        ]
        notes = roster_history.notes_after(connection, "foenix", 0)
    assert versions == [0, 1, 1, 2, 2, 3]
    assert who == [[], ["w2"], ["w2"], ["w3"], ["w3"], ["w2"]]
    assert [(note.version, note.by, note.at) for note in notes] == [
        (3, "k1", times[2]), (2, "k1", times[1]), (1, "test", times[0]),
    ]  # fmt: skip


def test_a_version_is_taken_back_as_a_version_of_its_own(office):
    before, key = office.roster(), office.key("w2")
    with office.edit() as edit:
        planning.remove(edit, "foenix", key)
        planning.make(edit, want("w3", "25 08:00", "25 16:00", tier=2))
        planning.split(edit, "foenix", office.key("w1"), wall("30 00:00"))
        publish_drafts(edit, "foenix")
    after = office.roster()
    with office.edit() as edit:
        done = undo_version(edit, 2)
    assert done.version == 3
    assert sorted(office.roster()) == sorted(before)
    assert office.key("w2") == key
    with office.edit() as edit:
        undo_version(edit, 3)
    assert sorted(office.roster()) == sorted(after)
    with office.store.read() as connection:
        assert roster_history.note_of(connection, 3).undoes == 2


def test_a_version_that_others_built_on_is_not_taken_back(office):
    for worker in ("w3", "w2"):
        with office.edit() as edit:
            planning.change(edit, "foenix", office.key({"w3": "w2", "w2": "w3"}[worker]), worker=worker)
            publish_drafts(edit, "foenix")
    with pytest.raises(NotUndoneError, match="changed again"), office.edit() as edit:
        undo_version(edit, 2)
    with office.edit() as edit:
        undo_version(edit, 3)
    with office.edit() as edit, pytest.raises(NotUndoneError):
        undo_version(edit, 3)
    with pytest.raises(LookupError), office.edit() as edit:
        drafts_out.undo_version(edit, 99)


def test_taking_back_asks_before_it_opens_a_gap(store):
    office = Office(store)
    office.publish(WHOLE)
    with pytest.raises(GapsOpenError), office.edit() as edit:
        undo_version(edit, 1)
    with office.edit() as edit:
        undo_version(edit, 1, confirm_gaps=True)
    assert office.roster() == []


def test_an_open_shift_is_published_as_one(office):
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w2"), opens=True)
        planning.make(edit, want(None, "27 08:00", "27 16:00", tier=3))
        done = publish_drafts(edit, "foenix")
    assert len(done.opened_shifts) == 2
    assert [each.worker for each in done.summary.opens] == [None, None]
    assert len(office.roster()) == 1


def test_who_does_not_want_to_know_is_not_told(office):
    with office.edit() as edit:
        worker_notices.save(edit.connection, "w2", Notices(changes=False))
        planning.change(edit, "foenix", office.key("w2"), worker="w3")
        publish_drafts(edit, "foenix")
    assert office.told() == [("w3", "sms_roster_changed")]
