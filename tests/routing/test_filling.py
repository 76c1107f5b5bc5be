"""Open shifts against who is there: by hand where it matters, and against a plain count of heads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.filling import Headcount, Opened, fill, wanted
from tests.routing.builders import clock

MIDNIGHT = clock("2026-11-22 00:00")
FIRST = datetime.fromisoformat("2026-11-01T12:00+00:00")


def hour(number: float) -> datetime:
    return MIDNIGHT + timedelta(hours=number)


@dataclass
class Plan:
    """One tier of a line: each call is a publication of its own, a minute after the one before."""

    staff: list[tuple[int, int]] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    minutes: int = 0
    now: datetime = MIDNIGHT

    def opens(self, start: int, end: int, *, ill: bool = False) -> str:
        """``ill``: it was somebody's, who had just that shift."""
        self.minutes += 1
        before = self._there()
        if ill:
            self.staff.remove((start, end))
        name = f"{start}-{end} no. {len(self.opened)}"
        self.opened.append(Opened(name, hour(start), hour(end), self._at(), before, self._there()))
        return name

    def comes(self, start: int, end: int) -> tuple[list[str], list[str]]:
        """What it fills, wholly and in part."""
        self.minutes += 1
        self.staff.append((start, end))
        added = Headcount.of([(hour(start), hour(end))])
        done = fill(self.opened, self._there(), added, now=self.now)
        for each in done.wholly:
            self._close(each.id)
        return [each.id for each in done.wholly], [each.id for each in done.partly]

    def goes(self, start: int, end: int) -> None:
        self.minutes += 1
        self.staff.remove((start, end))

    def taken(self, name: str) -> None:
        self.minutes += 1
        found = self._close(name)
        self.staff.append((int((found.start - MIDNIGHT) / HOUR), int((found.end - MIDNIGHT) / HOUR)))

    def withdrawn(self, name: str) -> None:
        self.minutes += 1
        self._close(name, withdrawn=True)

    def standing(self) -> list[str]:
        return [each.id for each in self.opened if each.is_open]

    def _close(self, name: str, *, withdrawn: bool = False) -> Opened:
        (at,) = [number for number, each in enumerate(self.opened) if each.id == name]
        self.opened[at] = replace(self.opened[at], closed_at=self._at(), withdrawn=withdrawn)
        return self.opened[at]

    def _there(self) -> Headcount:
        return Headcount.of((hour(start), hour(end)) for start, end in self.staff)

    def _at(self) -> datetime:
        return FIRST + timedelta(minutes=self.minutes)


HOUR = timedelta(hours=1)


def test_heads_at_each_time():
    count = Headcount.of([(hour(8), hour(16)), (hour(12), hour(20))], [(hour(9), hour(10))])
    told = [count.at(hour(each)) for each in (7.99, 8, 9, 10, 12, 15.99, 16, 19.99, 20)]
    assert told == [0, 1, 0, 1, 2, 2, 1, 1, 0]
    assert Headcount().at(hour(8)) == 0


def test_one_who_goes_and_one_who_comes_fill_nothing():
    plan = Plan(staff=[(8, 16)])
    opened = plan.opens(8, 16)
    plan.goes(8, 16)
    assert plan.comes(8, 16) == ([], [])
    assert plan.comes(8, 16) == ([opened], [])


def test_of_two_sick_calls_one_colleague_closes_one_and_the_next_the_other():
    plan = Plan(staff=[(8, 16), (8, 16), (8, 16)])
    first, second = plan.opens(8, 16, ill=True), plan.opens(8, 16, ill=True)
    assert plan.comes(8, 16) == ([first], [])
    assert plan.comes(8, 16) == ([second], [])
    assert plan.comes(8, 16) == ([], [])


@pytest.mark.parametrize("end", [9, 16])
def test_the_second_sick_call_may_be_for_an_hour_of_it(end):
    plan = Plan(staff=[(8, 16), (8, end)])
    first, second = plan.opens(8, 16, ill=True), plan.opens(8, end, ill=True)
    assert plan.comes(8, 16) == ([first], [])
    assert plan.standing() == [second]


def test_one_that_was_taken_is_not_counted_for_another_too():
    plan = Plan(staff=[(8, 16)])
    first, second = plan.opens(8, 16), plan.opens(8, 16)
    plan.taken(second)
    plan.goes(8, 16)
    assert plan.comes(8, 16) == ([], [])
    assert plan.comes(8, 16) == ([first], [])


@pytest.mark.parametrize("ill", [True, False])
def test_one_that_was_withdrawn_is_wanted_no_more(ill):
    plan = Plan(staff=[(8, 16), (8, 16)])
    first, second = plan.opens(8, 16), plan.opens(8, 16, ill=ill)
    plan.withdrawn(second)
    assert plan.comes(8, 16) == ([first], [])


def test_one_covered_in_part_does_not_pay_for_one_that_is_opened_then():
    plan = Plan()
    long = plan.opens(8, 16)
    assert plan.comes(8, 12) == ([], [long])
    short = plan.opens(8, 12)
    assert plan.comes(12, 16) == ([long], [])
    assert plan.standing() == [short]
    assert plan.comes(8, 12) == ([short], [])


def test_whoever_opens_one_more_has_seen_who_has_gone():
    plan = Plan(staff=[(8, 16)] * 3)
    plan.opens(8, 16)
    plan.goes(8, 16)
    plan.goes(8, 16)
    plan.opens(8, 16)
    assert wanted(plan.opened, hour(8)) == 3
    assert len(plan.comes(8, 16)[0]) == len(plan.comes(8, 16)[0]) == 1


def test_what_is_over_already_needs_no_cover():
    plan = Plan()
    opened = plan.opens(8, 16)
    plan.now = hour(10.5)
    assert plan.comes(11, 16) == ([], [opened])
    plan.now = hour(11)
    assert plan.comes(8, 16) == ([opened], [])


MOVES = st.lists(st.sampled_from(["opens", "ill", "comes", "goes", "taken", "withdrawn"]), max_size=25)


@given(st.integers(0, 3), MOVES)
def test_against_a_count_of_heads(staff, moves):
    """All of the same time, so that two numbers say it: how many stand open, and how many went unnoticed."""
    plan = Plan(staff=[(8, 16)] * staff)
    standing = gone = 0
    for move in moves:
        if move == "opens" or (move == "ill" and plan.staff):
            plan.opens(8, 16, ill=move == "ill")
            standing, gone = standing + 1, 0
        elif move == "comes":
            filled, _partly = plan.comes(8, 16)
            assert len(filled) == (standing > 0 and not gone)
            standing, gone = standing - len(filled), max(0, gone - 1)
        elif move == "goes" and plan.staff:
            plan.goes(8, 16)
            gone += standing > 0
        elif move in ("taken", "withdrawn") and standing:
            getattr(plan, move)(plan.standing()[0])
            standing -= 1
        gone = gone if standing else 0
        assert len(plan.standing()) == standing


SPANS = st.tuples(st.integers(0, 5), st.integers(1, 6)).filter(lambda span: span[0] < span[1])


@given(
    st.lists(st.tuples(st.sampled_from(["opens", "ill", "comes", "taken", "withdrawn"]), SPANS), max_size=12)
)
def test_nobody_counts_twice_and_one_new_colleague_for_each_fills_them_all(moves):
    plan = Plan()
    came: list[tuple[int, int]] = []
    filled: list[str] = []

    def comes(start: int, end: int) -> None:
        came.append((start, end))
        filled.extend(plan.comes(start, end)[0])

    for move, (start, end) in moves:
        if move == "opens":
            plan.opens(start, end)
        elif move == "comes":
            comes(start, end)
        elif move == "ill" and plan.staff:
            plan.opens(*plan.staff[start % len(plan.staff)], ill=True)
        elif move in ("taken", "withdrawn") and plan.standing():
            getattr(plan, move)(plan.standing()[0])
    done = {each.id: each for each in plan.opened}
    for number in range(6):
        closed = sum(done[each].covers(hour(number)) for each in filled)
        assert closed <= sum(start <= number < end for start, end in came)
    for name in plan.standing():
        if name in plan.standing():
            comes(int((done[name].start - MIDNIGHT) / HOUR), int((done[name].end - MIDNIGHT) / HOUR))
    assert plan.standing() == []
