"""Open shifts that a publication fills: wholly, in part, or not at all; and what undoing brings back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.rosters import absence_desk, direct, offers, planning
from gateway.rosters.drafts_out import preview, publish_drafts, undo_version
from gateway.rosters.edit import begin
from gateway.rosters.publishing import Change, publish
from gateway.store import open_shifts
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import Span
from tests.gateway.rosters.example import shift, wall
from tests.gateway.rosters.office import Office, told, want

BESIDE = shift("foenix", 1, "w3", "22 00:00", "2026-12-20 00:00")


@pytest.fixture
def office(store):
    """Monday 08-16 is open on the first tier, and w3, who was on duty all along, is there beside it."""
    office = Office(store)
    office.publish(BESIDE)
    opens(office, "23 08:00", "23 16:00")
    return office


def opens(office, start, end, **more):
    office.now += timedelta(seconds=1)
    with office.edit() as edit:
        (opened,) = direct.make(edit, want(None, start, end, **more)).opened_shifts
        return opened


def covers(office, start, end, worker="w1", **more):
    office.now += timedelta(seconds=1)
    with office.edit() as edit:
        return direct.make(edit, want(worker, start, end, **more)).summary.filling


def still_open(office):
    with office.store.read() as connection:
        return said(open_shifts.still_open(connection, ["foenix", "toften", "vest"]))


def said(found):
    return [told(None, each.tier, each.start, each.end) for each in found]


MONDAY = "open 1 23 08:00-16:00"


@pytest.mark.parametrize(
    ("start", "end", "filled", "partly"),
    [
        ("23 08:00", "23 16:00", [MONDAY], []),
        ("23 07:00", "23 17:00", [MONDAY], []),
        ("23 08:01", "23 16:00", [], [MONDAY]),
        ("23 08:00", "23 15:59", [], [MONDAY]),
        ("23 15:59", "23 20:00", [], [MONDAY]),
        ("23 16:00", "23 20:00", [], []),
        ("23 00:00", "23 08:00", [], []),
    ],
)
def test_on_both_sides_of_its_edges(office, start, end, filled, partly):
    filling = covers(office, start, end)
    assert (said(filling.filled), said(filling.partly)) == (filled, partly)
    assert still_open(office) == ([] if filled else [MONDAY])


@pytest.mark.parametrize("more", [{"tier": 2}, {"line": "toften", "worker": "w2"}])
def test_another_tier_or_line_fills_nothing(office, more):
    filling = covers(office, "23 08:00", "23 16:00", **more)
    assert (filling.filled, filling.partly) == ((), ())
    assert still_open(office) == [MONDAY]


def test_a_draft_says_so_beforehand_and_does_it_when_it_is_published(office):
    with office.edit() as edit:
        planning.make(edit, want("w1", "23 08:00", "23 16:00"))
    with office.edit() as edit:
        assert said(preview(edit, "foenix").summary.filling.filled) == [MONDAY]
    assert still_open(office) == [MONDAY]
    with office.edit() as edit:
        assert said(publish_drafts(edit, "foenix").summary.filling.filled) == [MONDAY]
    assert still_open(office) == []


def test_two_who_meet_fill_it_together_and_with_a_minute_between_them_they_do_not(office):
    for start, left in (("12:01", [MONDAY]), ("12:00", [])):
        with office.edit() as edit:
            version = begin(edit, "", None)
            changes = [
                Change(None, want("w1", "23 08:00", "23 12:00")),
                Change(None, want("w2", f"23 {start}", "23 16:00")),
            ]
            publish(edit, version, changes, what="test")
        assert still_open(office) == left
        with office.edit() as edit:
            version = begin(edit, "", None)
            for worker in ("w1", "w2"):
                direct.remove(edit, office.key(worker))


def test_who_takes_over_from_another_or_moves_within_it_adds_nobody(office):
    with office.edit() as edit:
        filling = direct.change(edit, office.key("w3"), worker="w2").summary.filling
    assert (filling.filled, filling.partly) == ((), ())
    with office.edit() as edit:
        filling = direct.change(edit, office.key("w2"), end=wall("2026-12-20 01:00")).summary.filling
    assert (filling.filled, filling.partly) == ((), ())
    assert still_open(office) == [MONDAY]


def test_who_comes_over_from_another_tier_fills_it(office):
    covers(office, "23 08:00", "23 16:00", tier=2)
    with office.edit() as edit:
        assert said(direct.change(edit, office.key("w1"), tier=1).summary.filling.filled) == [MONDAY]


def test_one_more_fills_one_of_two_and_the_longer_first(office):
    opens(office, "23 08:00", "23 18:00")
    longer = "open 1 23 08:00-18:00"
    assert said(covers(office, "23 08:00", "23 18:00").filled) == [longer]
    assert still_open(office) == [MONDAY]
    assert said(covers(office, "23 08:00", "23 16:00", "w2").filled) == [MONDAY]
    assert still_open(office) == []


def test_one_more_for_longer_fills_two_that_follow_each_other(office):
    opens(office, "23 16:00", "23 23:00")
    assert len(covers(office, "23 08:00", "23 23:00").filled) == 2


@pytest.mark.parametrize(("start", "left"), [("23 10:30", []), ("23 10:31", [MONDAY])])
def test_of_one_that_has_begun_only_the_rest_must_be_covered(office, start, left):
    office.now = office.now.replace(day=23, hour=9, minute=30)
    covers(office, start, "23 16:00")
    assert still_open(office) == left


def test_one_that_is_over_is_not_filled(office):
    office.now = office.now.replace(day=23, hour=15, minute=0)  # 16:00 on the wall: it is over
    filling = covers(office, "23 08:00", "23 16:00")
    assert (filling.filled, filling.partly) == ((), ())


def test_what_a_publication_opens_itself_stays(office):
    with office.edit() as edit:
        version = begin(edit, "", None)
        changes = [
            Change(None, want("w1", "24 08:00", "24 16:00")),
            Change(None, want(None, "24 08:00", "24 16:00")),
        ]
        publish(edit, version, changes, what="test")
    assert still_open(office) == [MONDAY, "open 1 24 08:00-16:00"]


def test_whoever_takes_one_does_not_close_another_at_the_same_time(office):
    other = opens(office, "23 08:00", "23 16:00")
    with office.edit("w1") as edit:
        assert offers.take(edit, other, "w1").summary.filling.filled == ()
    assert still_open(office) == [MONDAY]


def test_who_is_told_of_it_can_not_take_it_any_more(office):
    with office.store.read() as connection:
        (opened,) = open_shifts.still_open(connection, ["foenix"])
    covers(office, "23 08:00", "23 16:00")
    with pytest.raises(offers.TakenError), office.edit("w2") as edit:
        offers.take(edit, opened.id, "w2")


def test_a_file_fills_it_too_where_it_is_followed_up(office):
    office.now += timedelta(seconds=1)
    office.brings(BESIDE, shift("foenix", 1, "w1", "23 08:00", "23 15:59"))
    assert still_open(office) == [MONDAY]
    office.brings(BESIDE, shift("foenix", 1, "w1", "23 08:00", "23 16:00"))
    assert still_open(office) == []


@pytest.mark.parametrize(("start", "left"), [("23 12:00", []), ("23 12:01", [MONDAY])])
def test_two_publications_that_each_cover_a_part_fill_it_with_the_second(office, start, left):
    covers(office, "23 08:00", "23 12:00")
    assert still_open(office) == [MONDAY]
    covers(office, start, "23 16:00", "w2")
    assert still_open(office) == left


def test_one_that_was_filled_since_is_not_counted_for_another_too(office):
    longer = opens(office, "23 08:00", "23 18:00")
    covers(office, "23 08:00", "23 16:00")  # fills Monday's
    filling = covers(office, "23 16:00", "23 18:00", "w2")
    assert (said(filling.filled), [each.id for each in filling.partly]) == ([], [longer])


def test_taking_a_version_back_opens_again_what_it_had_closed(office):
    covers(office, "23 08:00", "23 16:00")
    version = office.version().published
    office.now += timedelta(seconds=1)
    with office.edit() as edit:
        undo_version(edit, version)
    assert still_open(office) == [MONDAY]


def test_but_not_what_is_over_or_was_closed_otherwise(office):
    other = opens(office, "24 08:00", "24 16:00")
    covers(office, "23 08:00", "23 16:00")
    version = office.version().published
    office.now += timedelta(seconds=1)
    with office.edit() as edit:
        offers.withdraw(edit, other)
    office.now = office.now.replace(day=23, hour=15, minute=0)
    with office.edit() as edit:
        undo_version(edit, version)
    assert still_open(office) == []


def test_a_sick_call_taken_back_closes_its_own_and_not_another(office):
    """Of two at the same time it is the one that was the worker's."""
    office.brings(BESIDE, shift("foenix", 1, "w1", "23 08:00", "23 16:00"))
    other = opens(office, "23 08:00", "23 16:00")
    office.now += timedelta(seconds=1)
    with office.edit("w1") as edit:
        span = Span(wall("23 00:00"), wall("24 00:00"))
        absence_desk.report(edit, "w1", AbsenceKind.ILL, span)
    version = office.version().published
    with office.edit() as edit:
        (filled,) = undo_version(edit, version).summary.filling.filled
    assert filled.from_worker == "w1"
    with office.store.read() as connection:
        assert [each.id for each in open_shifts.still_open(connection, ["foenix"])] == [other]


# --- how many are wanted, not who is there ------------------------------------------------------------


def ill(office, worker):
    office.now += timedelta(seconds=1)
    with office.edit(worker) as edit:
        return absence_desk.report(edit, worker, AbsenceKind.ILL, Span(wall("23 00:00"), wall("24 00:00")))


def goes(office, worker):
    office.now += timedelta(seconds=1)
    with office.edit() as edit:
        direct.remove(edit, office.key(worker), confirm_gaps=True)


def test_a_colleague_who_comes_after_another_has_gone_fills_nothing(office):
    goes(office, "w3")
    filling = covers(office, "23 08:00", "23 16:00")
    assert (filling.filled, filling.partly) == ((), ())
    assert said(covers(office, "23 08:00", "23 16:00", "w2").filled) == [MONDAY]


def test_of_two_sick_calls_each_colleague_closes_one(office):
    covers(office, "23 08:00", "23 16:00")  # fills Monday's
    covers(office, "23 08:00", "23 16:00", "w2")
    first, second = ill(office, "w1"), ill(office, "w2")
    assert [each.id for each in covers(office, "23 08:00", "23 16:00", "k1").filled] == [*first.opened]
    goes(office, "k1")
    assert covers(office, "23 08:00", "23 16:00", "k1").filled == ()
    with office.edit() as edit:
        offers.take(edit, *second.opened, "w2")
    assert still_open(office) == []


@pytest.mark.parametrize("withdraws", [True, False])
def test_of_one_that_is_withdrawn_nobody_is_missing_any_more(office, withdraws):
    """Of Monday's two one is given up, or stands on: w3 was ill, so that two are wanted."""
    other = ill(office, "w3").opened[0]
    office.now += timedelta(seconds=1)
    if withdraws:
        with office.edit() as edit:
            offers.withdraw(edit, other)
        office.now += timedelta(seconds=1)
    covers(office, "23 08:00", "23 16:00")
    assert len(still_open(office)) == (0 if withdraws else 1)


def test_one_that_was_taken_since_is_not_counted_for_another_too(office):
    other = opens(office, "23 08:00", "23 16:00")
    office.now += timedelta(seconds=1)
    with office.edit("w1") as edit:
        offers.take(edit, other, "w1")
    goes(office, "w1")
    assert covers(office, "23 08:00", "23 16:00").filled == ()
    assert said(covers(office, "23 08:00", "23 16:00", "w2").filled) == [MONDAY]


def test_one_that_is_open_again_is_wanted_from_then_on(office):
    """Filled, Monday's was wanted no more when w3 went and one was opened: now two are, and not three."""
    covers(office, "23 08:00", "23 16:00")
    version = office.version().published
    goes(office, "w3")
    opens(office, "23 08:00", "23 16:00")
    office.now += timedelta(seconds=1)
    with office.edit() as edit:
        undo_version(edit, version, confirm_gaps=True)
    assert len(still_open(office)) == 2
    assert len(covers(office, "23 08:00", "23 16:00").filled) == 1
    assert len(covers(office, "23 08:00", "23 16:00", "w2").filled) == 1
