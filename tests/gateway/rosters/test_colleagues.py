"""Absences, open shifts and swaps."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.rosters import absence_desk, offers, planning, swapping
from gateway.rosters.drafts_out import publish_drafts, undo_version
from gateway.rosters.duties import WantedError
from gateway.rosters.edit import NotFoundError
from gateway.rosters.offers import TakenError
from gateway.rosters.swapping import SwapError
from gateway.store import open_shifts, roster_lines, swaps
from gateway.store.absences import AbsenceKind
from gateway.store.roster_lines import LineSettings
from gateway.store.roster_versions import Span
from gateway.store.swaps import SwapState
from tests.gateway.rosters.example import shift, wall
from tests.gateway.rosters.office import Office

MONDAY = shift("foenix", 1, "w1", "23 08:00", "23 16:00")
TUESDAY = shift("foenix", 1, "w2", "24 08:00", "24 16:00")


@pytest.fixture
def office(store):
    office = Office(store)
    office.publish(MONDAY, TUESDAY)
    return office


def ill(office, worker, start, end, by=None):
    with office.edit(by or worker) as edit:
        return absence_desk.report(edit, worker, AbsenceKind.ILL, Span(wall(start), wall(end)))


def still_open(office):
    with office.store.read() as connection:
        return open_shifts.still_open(connection, ["foenix", "toften", "vest"])


def test_a_sick_call_makes_an_open_shift_that_colleagues_are_told_of(office):
    done = ill(office, "w1", "23 00:00", "24 00:00")
    assert office.roster() == ["w2 1 24 08:00-16:00"]
    (opened,) = still_open(office)
    assert (opened.from_worker, opened.start, opened.end) == ("w1", wall("23 08:00"), wall("23 16:00"))
    assert done.opened == (opened.id,)
    assert office.told() == [
        ("k1", "sms_gap_opens"), ("k1", "sms_shift_open"), ("w2", "sms_shift_open"),
        ("w3", "sms_gap_opens"), ("w3", "sms_shift_open"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "roster"),
    [
        ("23 00:00", "23 08:00", ["w1 1 23 08:00-16:00"]),
        ("23 00:00", "23 08:01", ["w1 1 23 08:01-16:00"]),
        ("23 15:59", "24 00:00", ["w1 1 23 08:00-15:59"]),
        ("23 16:00", "24 00:00", ["w1 1 23 08:00-16:00"]),
        ("23 10:00", "23 12:00", ["w1 1 23 08:00-10:00", "w1 1 23 12:00-16:00"]),
    ],
)
def test_only_the_part_of_a_shift_that_is_missed_opens(office, start, end, roster):
    ill(office, "w1", start, end)
    assert [each for each in office.roster() if each.startswith("w1")] == roster
    assert bool(still_open(office)) == (roster != ["w1 1 23 08:00-16:00"])


def test_what_is_over_stays_as_it_was(office):
    office.publish(shift("foenix", 2, "w1", "22 08:00", "22 18:00"))  # it is 13:00
    ill(office, "w1", "22 00:00", "23 00:00")
    assert "w1 2 22 08:00-13:00" in office.roster()


def test_on_every_line(office):
    office.publish(shift("vest", 1, "w1", "23 00:00", "23 07:00"))
    ill(office, "w1", "23 00:00", "24 00:00", by="k1")
    assert {each.line for each in still_open(office)} == {"foenix", "vest"}


def test_absences_that_can_not_be(office):
    for worker, start, end, field in (
        ("w9", "23 00:00", "24 00:00", "worker"), ("w1", "23 00:00", "23 00:00", "end"),
        ("w1", "2026-01-01 00:00", "2029-01-01 00:00", "end"),
    ):  # fmt: skip
        with pytest.raises(WantedError) as error:
            ill(office, worker, start, end, by="k1")
        assert list(error.value.problems) == [field]


def test_well_again_and_the_own_shift_taken_back(office):
    done = ill(office, "w1", "23 00:00", "24 00:00")
    with office.edit("w1") as edit:
        absence_desk.end(edit, done.absence.id)
    with pytest.raises(NotFoundError), office.edit("w1") as edit:
        absence_desk.end(edit, done.absence.id)
    with office.edit("w1") as edit:
        offers.take(edit, done.opened[0], "w1")
    assert "w1 1 23 08:00-16:00" in office.roster()


def test_an_open_shift_is_taken_by_one(office):
    key = office.key("w1")
    (opened,) = ill(office, "w1", "23 00:00", "24 00:00").opened
    with office.edit("w3") as edit:
        offers.take(edit, opened, "w3")
    assert "w3 1 23 08:00-16:00" in office.roster()
    assert office.key("w3") == key
    with pytest.raises(TakenError), office.edit("w2") as edit:
        offers.take(edit, opened, "w2")
    with pytest.raises(TakenError), office.edit("k1") as edit:
        offers.withdraw(edit, opened)
    with pytest.raises(NotFoundError), office.edit("k1") as edit:
        offers.take(edit, "nothing", "k1")


@pytest.mark.parametrize(("minute", "is_over"), [(59, False), (60, True)])
def test_an_open_shift_that_is_over_is_nobodys_to_take(office, minute, is_over):
    (opened,) = ill(office, "w1", "23 00:00", "24 00:00").opened
    office.now = datetime(2026, 11, 23, 14, tzinfo=UTC) + timedelta(minutes=minute)
    if is_over:
        with pytest.raises(TakenError), office.edit("w3") as edit:
            offers.take(edit, opened, "w3")
    else:
        with office.edit("w3") as edit:
            offers.take(edit, opened, "w3")
    assert ("w3 1 23 08:00-16:00" in office.roster()) is not is_over


def test_of_many_at_the_same_moment_one_gets_it(office):
    (opened,) = ill(office, "w1", "23 00:00", "24 00:00").opened
    came: list[str] = []
    ready = threading.Barrier(3)

    def take(worker: str) -> None:
        ready.wait()
        try:
            with office.edit(worker) as edit:
                offers.take(edit, opened, worker)
            came.append(worker)
        except TakenError:
            came.append("too late")

    threads = [threading.Thread(target=take, args=[worker]) for worker in ("w2", "w3", "k1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came)[1:] == ["too late", "too late"] or came.count("too late") == 2
    assert len([each for each in office.roster() if "23 08:00" in each]) == 1


def test_who_can_not_be_there_can_not_take_it_and_it_stays_open(office):
    (opened,) = ill(office, "w1", "23 00:00", "24 00:00").opened
    office.publish(shift("foenix", 2, "w3", "23 15:00", "23 20:00"))
    with pytest.raises(WantedError), office.edit("w3") as edit:
        offers.take(edit, opened, "w3")
    assert len(still_open(office)) == 1


def test_taking_back_a_sick_call_closes_the_open_shift(office):
    ill(office, "w1", "23 00:00", "24 00:00")
    with office.edit() as edit:
        undo_version(edit, 2)
    assert still_open(office) == []
    assert len(office.roster()) == 2


# --- swaps ------------------------------------------------------------------------------------------


def offer(office, *, back=True, giver="w1", taker="w2"):
    with office.edit(giver) as edit:
        return swapping.offer(edit, int(office.key("w1")), taker, int(office.key("w2")) if back else None)


def test_a_swap_of_two_shifts(office):
    swap = offer(office)
    assert office.told() == [("w2", "sms_swap_offered")]
    with office.edit("w2") as edit:
        assert swapping.answer(edit, swap.id, accept=True) is SwapState.DONE
    assert sorted(office.roster()) == ["w1 1 24 08:00-16:00", "w2 1 23 08:00-16:00"]


def test_a_shift_given_away(office):
    swap = offer(office, back=False)
    with office.edit("w2") as edit:
        swapping.answer(edit, swap.id, accept=True)
    assert sorted(office.roster()) == ["w2 1 23 08:00-16:00", "w2 1 24 08:00-16:00"]


def test_where_the_line_says_so_a_coordinator_agrees(office):
    with office.edit() as edit:
        roster_lines.set_settings(edit.connection, "foenix", LineSettings(swaps_need_consent=True))
    for consent, state in ((False, SwapState.REFUSED), (True, SwapState.DONE)):
        swap = offer(office)
        with office.edit("w2") as edit:
            assert swapping.answer(edit, swap.id, accept=True) is SwapState.ACCEPTED
        assert "w1 1 23 08:00-16:00" in office.roster()
        with office.edit("k1") as edit:
            assert swapping.decide(edit, swap.id, consent=consent) is state
    assert "w2 1 23 08:00-16:00" in office.roster()
    assert ("k1", "sms_swap_consent") in office.told()
    assert {("w1", "sms_swap_over"), ("w2", "sms_swap_over")} <= set(office.told())


def test_only_the_two_of_them_and_only_once(office):
    swap = offer(office)
    for worker, act in (("w3", swapping.withdraw), ("w2", swapping.withdraw)):
        with pytest.raises(NotFoundError), office.edit(worker) as edit:
            act(edit, swap.id)
    for worker in ("w3", "w1"):
        with pytest.raises(NotFoundError), office.edit(worker) as edit:
            swapping.answer(edit, swap.id, accept=True)
    with office.edit("w2") as edit:
        assert swapping.answer(edit, swap.id, accept=False) is SwapState.DECLINED
    with pytest.raises(SwapError, match="declined already"), office.edit("w2") as edit:
        swapping.answer(edit, swap.id, accept=True)
    with pytest.raises(SwapError), office.edit("w1") as edit:
        swapping.withdraw(edit, swap.id)


def test_nobody_offers_what_is_not_theirs(office):
    with pytest.raises(NotFoundError):
        offer(office, giver="w3")
    with pytest.raises(NotFoundError), office.edit("w1") as edit:
        swapping.offer(edit, int(office.key("w1")), "w3", int(office.key("w2")))
    with pytest.raises(SwapError, match="themselves"), office.edit("w1") as edit:
        swapping.offer(edit, int(office.key("w1")), "w1")


def test_nobody_is_offered_what_they_can_not_have(office):
    office.publish(shift("toften", 1, "w2", "25 08:00", "25 16:00"))
    with pytest.raises(WantedError, match="does not serve"), office.edit("w2") as edit:
        swapping.offer(edit, int(office.key("w2", "toften")), "w1")


def test_a_shift_that_is_over_is_not_offered_and_one_that_is_on_is(office):
    office.publish(
        shift("foenix", 2, "w3", "22 08:00", "22 13:00"), shift("foenix", 2, "k1", "22 08:00", "22 13:01")
    )
    with pytest.raises(SwapError, match="over"), office.edit("w3") as edit:
        swapping.offer(edit, int(office.key("w3")), "w1")
    with office.edit("k1") as edit:
        swapping.offer(edit, int(office.key("k1")), "w1")


def test_a_shift_that_changed_meanwhile_calls_the_swap_off(office):
    swap = offer(office)
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w1"), end=wall("23 15:00"))
        publish_drafts(edit, "foenix", confirm_gaps=True)
    with pytest.raises(SwapError, match="void already"), office.edit("w2") as edit:
        swapping.answer(edit, swap.id, accept=True)


def test_a_file_that_changed_the_shift_meanwhile(office):
    swap = offer(office)
    office.publish(replace(MONDAY, end=wall("23 15:00")))
    with pytest.raises(SwapError, match="changed after"), office.edit("w2") as edit:
        swapping.answer(edit, swap.id, accept=True)


def agreed(office, *, back=False):
    """A swap that waits for the coordinator."""
    with office.edit() as edit:
        roster_lines.set_settings(edit.connection, "foenix", LineSettings(swaps_need_consent=True))
    swap = offer(office, back=back)
    with office.edit("w2") as edit:
        swapping.answer(edit, swap.id, accept=True)
    return swap


def test_what_waits_for_a_coordinator_is_found_by_its_line(office):
    def waiting(*lines):
        with office.store.read() as connection:
            return [each.id for each in swaps.agreed(connection, lines)]

    assert waiting("foenix") == []
    swap = agreed(office)
    offer(office, back=True)  # nobody has answered it
    assert waiting("foenix", "vest") == [swap.id]
    assert waiting("vest") == []
    with office.edit("k1") as edit:
        swapping.decide(edit, swap.id, consent=False)
    assert waiting("foenix") == []


@pytest.mark.parametrize(("minute", "is_over"), [(59, False), (60, True)])
def test_a_shift_that_is_over_changes_hands_no_more(office, minute, is_over):
    swap = agreed(office)
    office.now = datetime(2026, 11, 23, 14, tzinfo=UTC) + timedelta(minutes=minute)  # Monday's ends at 16:00
    if is_over:
        with pytest.raises(SwapError, match="over"), office.edit("k1") as edit:
            swapping.decide(edit, swap.id, consent=True)
        assert "w1 1 23 08:00-16:00" in office.roster()
    else:
        with office.edit("k1") as edit:
            assert swapping.decide(edit, swap.id, consent=True) is SwapState.DONE
        assert "w2 1 23 08:00-16:00" in office.roster()


def test_a_no_is_told_also_where_the_shift_is_no_more_as_it_was(office):
    swap = agreed(office)
    office.publish(replace(MONDAY, end=wall("23 15:00")))
    with office.edit("k1") as edit:
        assert swapping.decide(edit, swap.id, consent=False) is SwapState.REFUSED
    assert {("w1", "sms_swap_over"), ("w2", "sms_swap_over")} <= set(office.told())
