"""What holds for every plan, over random sites, rosters and instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from config.site import Channel, Line, NightLine, Site
from config.windows import parse_windows
from routing.plan import Plan, Question, plan
from routing.roster import Roster, Shift
from tests.routing.builders import COPENHAGEN, LORD_HOWE, at, clock, line, night_line, site, worker

LINES = ("l1", "l2", "l3")
NIGHT_LINES = ("n1", "n2")
WORKERS = tuple(f"w{n}" for n in range(6))
CODES = ("0101", "0147", "0151")
LANGUAGES = ("da", "en", "ar")
# About the changes of the clock, a holiday and an ordinary week.
FROM = ("2026-03-28 12:00", "2026-10-24 12:00", "2026-12-24 12:00", "2026-11-23 12:00", "2026-10-03 12:00")
WINDOWS = st.lists(
    st.sampled_from(
        ["always", "never", "daily 23:00-07:00", "mon-fri 08:00-15:00", "sat,holidays 12:00-24:00"]
    ),
    max_size=2,
).map(parse_windows)


class Case(NamedTuple):
    site: Site
    shifts: list[Shift]
    question: Question

    def roster(self) -> Roster:
        return Roster.compile(self.shifts, self.site.zone, version=1)

    def answer(self) -> Plan:
        return plan(self.site, self.roster(), self.question)

    def asked(self) -> tuple[Line | None, NightLine | None]:
        own = self.site.lines.get(self.question.line)
        pool = own.night_line if own else self.question.line
        return own, self.site.night_lines.get(pool or "")

    def on_duty(self) -> list[list[str]]:
        """Workers on duty, on the line itself and on its night line."""
        return [
            [duty.worker for duty in self.roster().on_duty(place.id, self.question.at)] if place else []
            for place in self.asked()
        ]


def subsets(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    lines = [
        line(
            name,
            municipalities=draw(subsets(CODES).filter(bool)),
            night_line=draw(st.sampled_from([None, *NIGHT_LINES])),
            hours={channel: draw(WINDOWS) for channel in draw(st.sets(st.sampled_from(Channel)))},
            no_answer_seconds=draw(st.integers(10, 60)),
        )
        for name in LINES
    ]
    night_lines = [
        night_line(
            name,
            hours=draw(WINDOWS),
            backup_phone=draw(st.sampled_from([None, "+4576160099"])),
            no_answer_seconds=draw(st.integers(10, 60)),
        )
        for name in NIGHT_LINES
    ]
    workers = [
        worker(
            name,
            lines=draw(subsets(LINES)),
            night_lines=draw(subsets(NIGHT_LINES)),
            languages=draw(subsets(LANGUAGES)),
        )
        for name in WORKERS
    ]
    return site(lines, night_lines, workers, zone=draw(st.sampled_from([COPENHAGEN, LORD_HOWE])))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    here = draw(sites())
    begins = clock(draw(st.sampled_from(FROM)))
    quarter = timedelta(minutes=15)
    shifts = [
        Shift(place, tier, who, begins + start * quarter, begins + (start + lasts) * quarter)
        for place, tier, who, start, lasts in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(LINES + NIGHT_LINES),
                    st.integers(1, 3),
                    st.sampled_from(WORKERS),
                    st.integers(0, 96),
                    st.integers(1, 96),
                ),
                max_size=25,
            )
        )
    ]
    moment = begins.replace(tzinfo=here.zone).astimezone(UTC) + draw(st.integers(-4, 196)) * quarter
    question = Question(
        line=draw(st.sampled_from(LINES + NIGHT_LINES)),
        channel=draw(st.sampled_from(Channel)),
        at=moment + draw(st.sampled_from([-1, 0, 0, 1])) * timedelta(seconds=1),
        municipality=draw(st.sampled_from([None, *CODES])),
        partner=draw(st.booleans()),
        language=draw(st.sampled_from([None, *LANGUAGES])),
        unavailable={who: "away" for who in draw(subsets(WORKERS)) if draw(st.booleans())},
    )
    return Case(here, shifts, question)


checked = settings(max_examples=100, deadline=None)


@checked
@given(cases())
def test_a_worker_never_appears_twice(case: Case) -> None:
    answer = case.answer()
    rung = [ring.worker for step in answer.steps for ring in step.ring if ring.worker]
    skipped = [each.worker for each in answer.skipped]
    assert len(set(rung + skipped)) == len(rung + skipped)
    assert not set(rung) & set(case.question.unavailable)
    assert set(skipped) <= set(case.question.unavailable)


@checked
@given(cases())
def test_everyone_on_duty_rings_or_is_skipped_and_nobody_else(case: Case) -> None:
    answer = case.answer()
    rung = {ring.worker for step in answer.steps for ring in step.ring if ring.worker}
    own, pool = case.on_duty()
    assert rung | {each.worker for each in answer.skipped} == {*own, *pool}


@checked
@given(cases())
def test_own_tiers_precede_the_night_line_and_its_backup_is_last(case: Case) -> None:
    own, pool = case.asked()
    order = []
    for step in case.answer().steps:
        assert step.ring
        assert len({(ring.via, ring.tier, ring.worker is None) for ring in step.ring}) == 1
        ring = step.ring[0]
        kind, _, name = ring.via.partition(":")
        assert name == (own if kind == "line" else pool).id  # type: ignore[union-attr]
        order.append((kind == "night_line", ring.worker is None, ring.tier or 0))
    assert order == sorted(set(order))


@checked
@given(cases())
def test_a_plan_is_never_empty_while_anyone_is_on_duty_and_free(case: Case) -> None:
    own, pool = case.on_duty()
    _line, night = case.asked()
    free = {*own, *pool} - set(case.question.unavailable)
    backup = night is not None and night.backup_phone is not None
    assert bool(case.answer().steps) == (bool(free) or backup)


@checked
@given(cases())
def test_each_step_begins_when_the_one_before_has_rung_long_enough(case: Case) -> None:
    own, pool = case.asked()
    expected = 0
    for step in case.answer().steps:
        assert step.after_seconds == expected
        place = own if step.ring[0].via.startswith("line:") else pool
        expected += place.no_answer_seconds  # type: ignore[union-attr]


@checked
@given(cases())
def test_in_a_tier_who_understands_goes_first_then_who_is_nearest(case: Case) -> None:
    answer = case.answer()

    def rank(who: str, pooled: bool) -> tuple[bool, int]:
        known = case.site.workers[who]
        near = 2
        if case.question.line in known.lines:
            near = 0
        elif any(answer.municipality in case.site.lines[each].municipalities for each in known.lines):
            near = 1
        return case.question.language not in (None, *known.languages), near if pooled else 0

    for step in answer.steps:
        pooled = step.ring[0].via.startswith("night_line:")
        ranks = [rank(ring.worker, pooled) for ring in step.ring if ring.worker]
        assert ranks == sorted(ranks)


@checked
@given(cases())
def test_nothing_changes_until_valid_until(case: Case) -> None:
    answer = case.answer()
    roster = case.roster()

    def rings(instant: datetime) -> tuple[object, ...]:
        later = plan(case.site, roster, Question(**{**_fields(case.question), "at": instant}))
        return later.steps

    if answer.valid_until is None:
        assert rings(at("2040-01-01 00:00+00:00")) == answer.steps
    else:
        assert case.question.at < answer.valid_until
        assert rings(answer.valid_until - timedelta(microseconds=1)) == answer.steps


def _fields(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in Question.__slots__}
