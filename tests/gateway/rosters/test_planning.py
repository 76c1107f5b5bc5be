"""Drafts: made, changed, split, removed, copied, filled in, taken back."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.rosters import planned, planning
from gateway.rosters.duties import WantedError
from gateway.rosters.edit import NotFoundError, OutdatedError, PlanVersion
from gateway.store import absences, roster_versions
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import Span
from routing.rotation import Rotation, RotationError, Slot
from tests.gateway.rosters.example import shift, wall
from tests.gateway.rosters.office import Office, want

DAY = shift("foenix", 1, "w1", "24 08:00", "24 16:00")
EVENING = shift("foenix", 1, "w2", "24 16:00", "24 23:00")
WEEKDAYS = Slot(frozenset(range(5)), 8 * 60, 8 * 60)


@pytest.fixture
def office(store):
    office = Office(store)
    office.publish(DAY, EVENING)
    return office


def away(edit, worker, start, end):
    span = Span(wall(start), wall(end))
    absences.add(edit.connection, worker, AbsenceKind.HOLIDAY, span, by="k1", at=edit.at)


def test_a_draft_is_on_the_plan_and_not_on_the_roster(office):
    with office.edit() as edit:
        done = planning.make(edit, want("w3", "25 08:00", "25 16:00"))
    assert done.version == PlanVersion(1, 1) == office.version()
    assert office.plan()[-1] == ("w3 1 25 08:00-16:00", "draft")
    assert office.roster() == ["w1 1 24 08:00-16:00", "w2 1 24 16:00-23:00"]


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        (want("w3", "25 16:00", "25 16:00"), "end", "is not after the start"),
        (want("w3", "25 16:00", "25 08:00"), "end", "a shift past midnight ends on the next day"),
        (want("w9", "25 08:00", "25 16:00"), "worker", '"w9" is not in the site'),
        (want("w1", "25 08:00", "25 16:00", line="toften"), "worker", 'does not serve "toften"'),
        (want("w1", "25 08:00", "25 16:00", line="fonix"), "line", 'line "fonix" is not in the site'),
        (want("w1", "25 08:00", "25 16:00", tier=0), "tier", "not one of 1 to 9"),
        (want("w1", "25 08:00", "25 16:00", tier=10), "tier", "not one of 1 to 9"),
        (want("w1", "24 15:59", "24 20:00"), "worker", 'is on "foenix" already, from 2026-11-24 08:00'),
        (want("w1", "24 07:00", "24 08:01", tier=2), "worker", "is on"),
        (want("w1", "2027-01-01 00:00", "2027-02-01 00:01"), "end", "longer than 31 days"),
        (want("w1", "2026-03-29 02:00", "2026-03-29 02:59"), "end", "spring change skips"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_nothing_is_kept(office, wanted, field, words):
    with pytest.raises(WantedError) as error, office.edit() as edit:
        planning.make(edit, wanted)
    assert list(error.value.problems) == [field]
    assert words in error.value.problems[field]
    assert office.version() == PlanVersion(1, 0)


@pytest.mark.parametrize(
    "wanted",
    [
        want("w1", "24 16:00", "24 20:00"),
        want("w1", "24 07:00", "24 08:00"),
        want("w1", "25 08:00", "25 16:00", tier=9),
        want("w1", "2027-01-01 00:00", "2027-02-01 00:00"),
        want(None, "24 08:00", "24 16:00"),
    ],
)
def test_what_just_can_be(office, wanted):
    with office.edit() as edit:
        planning.make(edit, wanted)
    assert office.version().drafts == 1


def test_a_published_shift_is_moved_stretched_and_handed_over_as_a_draft(office):
    key = office.key("w1")
    with office.edit() as edit:
        planning.change(edit, "foenix", key, start=wall("24 07:00"))
    with office.edit() as edit:
        planning.change(edit, "foenix", key, worker="w3", tier=2)
    assert office.plan()[0] == ("w3 2 24 07:00-16:00", "changed")
    assert office.key("w3") == key
    assert office.roster()[0] == "w1 1 24 08:00-16:00"
    with office.edit() as edit:
        planning.change(edit, "foenix", key, opens=True)
    assert office.plan()[0] == ("open 2 24 07:00-16:00", "changed")


def test_changed_back_to_what_is_published_is_no_draft(office):
    key = office.key("w1")
    for end in ("24 17:00", "24 16:00"):
        with office.edit() as edit:
            planning.change(edit, "foenix", key, end=wall(end))
    assert office.plan()[0] == ("w1 1 24 08:00-16:00", "published")


def test_split_and_removed(office):
    with office.edit() as edit:
        planning.split(edit, "foenix", office_key := office.key("w1"), wall("24 12:00"))
    assert office.plan()[:2] == [("w1 1 24 08:00-12:00", "changed"), ("w1 1 24 12:00-16:00", "draft")]
    assert office.planned()[0].id == office_key
    with office.edit() as edit:
        planning.remove(edit, "foenix", office.planned()[1].id)
    with office.edit() as edit:
        planning.remove(edit, "foenix", office_key)
    assert office.plan()[:2] == [("w1 1 24 08:00-16:00", "removed"), ("w2 1 24 16:00-23:00", "published")]
    for at in ("24 16:00", "24 23:00"):
        with pytest.raises(WantedError, match="not within"), office.edit() as edit:
            planning.split(edit, "foenix", office.key("w2"), wall(at))


def test_a_removed_shifts_time_is_free(office):
    with office.edit() as edit:
        planning.remove(edit, "foenix", office.key("w1"))
    with office.edit() as edit:
        planning.make(edit, want("w1", "24 09:00", "24 15:00"))
    assert office.version().drafts == 2


@pytest.mark.parametrize("shift_id", ["999", "nothing", "", "9" * 20, "²"])
def test_a_shift_that_is_not_there(office, shift_id):
    with pytest.raises(NotFoundError), office.edit() as edit:
        planning.remove(edit, "foenix", shift_id)


def test_a_shift_of_another_line_is_not_there(office):
    with pytest.raises(NotFoundError), office.edit() as edit:
        planning.remove(edit, "toften", office.key("w1"))


def test_two_coordinators_never_overwrite_each_other(office):
    seen = office.version()
    with office.edit("k1") as edit:
        planning.make(edit, want("w3", "25 08:00", "25 16:00"), seen)
    with pytest.raises(OutdatedError) as error, office.edit("w3") as edit:
        planning.make(edit, want("w3", "25 09:00", "25 17:00"), seen)
    assert error.value.current == PlanVersion(1, 1)
    (drafted,) = error.value.meanwhile.drafts
    assert (drafted.by, drafted.what) == ("k1", "new w3, tier 1, 2026-11-25 08:00 to 2026-11-25 16:00")
    office.publish(shift("foenix", 2, "w3", "24 08:00", "24 16:00"))
    with pytest.raises(OutdatedError) as error, office.edit("w3") as edit:
        planning.make(edit, want("w3", "26 09:00", "26 17:00"), PlanVersion(1, 1))
    (published,) = error.value.meanwhile.published
    assert (published.version, published.by) == (2, "test")
    with office.edit("w3") as edit:
        planning.make(edit, want("w3", "26 09:00", "26 17:00"), office.version())


def test_another_lines_changes_are_no_matter(office):
    seen = office.version()
    office.publish(shift("toften", 1, "w2", "24 08:00", "24 16:00"))
    with office.edit() as edit:
        planning.make(edit, want("w3", "25 08:00", "25 16:00"), seen)


def test_undo_takes_back_one_step_after_the_other(office):
    key = office.key("w1")
    states = [office.plan()]
    steps = [
        lambda edit: planning.make(edit, want("w3", "25 08:00", "25 16:00")),
        lambda edit: planning.change(edit, "foenix", key, end=wall("24 15:00")),
        lambda edit: planning.split(edit, "foenix", key, wall("24 12:00")),
        lambda edit: planning.remove(edit, "foenix", key),
        lambda edit: planning.copy_week(edit, "foenix", date(2026, 11, 23), date(2026, 11, 30)),
        lambda edit: planning.discard(edit, "foenix"),
    ]
    for step in steps:
        with office.edit() as edit:
            step(edit)
        states.append(office.plan())
    for before in reversed(states[:-1]):
        with office.edit() as edit:
            planning.undo(edit, "foenix")
        assert office.plan() == before
    with pytest.raises(planning.NothingToUndoError, match="no change of yours"), office.edit() as edit:
        planning.undo(edit, "foenix")


def test_undo_is_of_ones_own_and_not_under_a_colleagues_hands(office):
    key = office.key("w1")
    with office.edit("k1") as edit:
        planning.change(edit, "foenix", key, end=wall("24 15:00"))
    with pytest.raises(planning.NothingToUndoError, match="no change of yours"), office.edit("w3") as edit:
        planning.undo(edit, "foenix")
    with office.edit("w3") as edit:
        planning.change(edit, "foenix", key, end=wall("24 14:00"))
    with pytest.raises(planning.NothingToUndoError, match="somebody has changed"), office.edit("k1") as edit:
        planning.undo(edit, "foenix")


def test_undo_of_a_draft_whose_shift_was_published_otherwise(office):
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w1"), end=wall("24 15:00"))
    with office.edit() as edit:
        planning.discard(edit, "foenix")
    office.publish(shift("foenix", 1, "w1", "24 08:00", "24 15:30"))
    with pytest.raises(planning.NothingToUndoError, match="published in another form"), office.edit() as edit:
        planning.undo(edit, "foenix")


def test_a_week_is_copied_but_for_what_can_not_be(office):
    with office.edit() as edit:
        away(edit, "w2", "2026-12-01 00:00", "2026-12-02 00:00")
        done = planning.copy_week(edit, "foenix", date(2026, 11, 23), date(2026, 11, 30))
    assert [(f"{each.start:%m-%d %H:%M}", each.worker) for each in done.shifts] == [("12-01 08:00", "w1")]
    assert done.left_out == ('2026-12-01 16:00: "w2" is away',)
    with office.edit() as edit:
        again = planning.copy_week(edit, "foenix", date(2026, 11, 23), date(2026, 11, 30))
    assert again.shifts == ()
    assert 'is on "foenix" already' in again.left_out[0]


def test_a_template_fills_a_period(office):
    rotation = Rotation("foenix", 1, ("w1", "w2", "w3"), (WEEKDAYS,))
    with office.edit() as edit:
        done = planning.fill(edit, rotation, date(2026, 11, 25), date(2026, 12, 1))
    # The last shift before is w2's: w3 comes next.
    assert [(f"{each.start:%d}", each.worker) for each in done.shifts] == [
        ("25", "w3"), ("26", "w1"), ("27", "w2"), ("30", "w3"),
    ]  # fmt: skip


def test_a_template_passes_over_who_is_away_or_at_work_elsewhere(office):
    office.publish(shift("toften", 1, "w2", "25 15:00", "25 23:00"))
    rotation = Rotation("foenix", 1, ("w1", "w2"), (WEEKDAYS,))
    with office.edit() as edit:
        absences.add(
            edit.connection,
            "w1",
            AbsenceKind.COURSE,
            Span(wall("25 00:00"), wall("27 00:00")),
            by="k1",
            at=edit.at,
        )
        done = planning.fill(edit, rotation, date(2026, 11, 25), date(2026, 11, 28), begins="w1")
    assert [each.worker for each in done.shifts] == [None, "w2", "w1"]


def test_a_fill_of_a_rotation_with_a_worker_who_left(office):
    rotation = Rotation("foenix", 1, ("gone",), (WEEKDAYS,))
    with office.edit() as edit:
        done = planning.fill(edit, rotation, date(2026, 11, 25), date(2026, 11, 26))
    assert done.shifts == ()
    assert '"gone" is not in the site' in done.left_out[0]


def test_a_fill_has_a_limit(office):
    hourly = tuple(Slot(frozenset(range(7)), hour * 60, 60) for hour in range(24))
    rotation = Rotation("foenix", 1, ("w1",), hourly)
    with pytest.raises(WantedError, match="at most 5000"), office.edit() as edit:
        planning.fill(edit, rotation, date(2027, 1, 1), date(2027, 8, 1))
    with pytest.raises(RotationError), office.edit() as edit:
        planning.fill(edit, rotation, date(2027, 1, 1), date(2037, 8, 1))
    assert office.version().drafts == 0


def test_a_draft_moved_out_of_sight_hides_the_published_shift(office):
    with office.edit() as edit:
        planning.change(
            edit, "foenix", office.key("w1"), start=wall("2027-05-01 08:00"), end=wall("2027-05-01 16:00")
        )
    with office.store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        for first, until, seen in (
            ("23 00:00", "30 00:00", ["w2"]),
            ("2027-05-01 00:00", "2027-05-02 00:00", ["w1"]),
        ):
            span = Span(wall(first), wall(until))
            found = planned.plan_of(connection, version, ["foenix"], span, drafts=True)
            assert [each.worker for each in found] == seen
