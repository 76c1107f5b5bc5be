from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.roster import OnDuty, Roster, Shift, ShiftError
from routing.wall_clock import wall
from tests.routing.builders import COPENHAGEN, LORD_HOWE, at, clock, shift

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def compiled(*shifts: Shift, zone: ZoneInfo = COPENHAGEN) -> Roster:
    return Roster.compile(shifts, zone, version=1)


def names(roster: Roster, instant: datetime | str, line: str = "foenix") -> list[str]:
    if isinstance(instant, str):
        instant = at(instant)
    return [duty.worker for duty in roster.on_duty(line, instant)]


def handed_over(first: str, second: str, until: str, *, days_each_way: int = 1) -> Roster:
    """One worker until a wall-clock time and the next from then on."""
    then = clock(until)
    return compiled(
        Shift("foenix", 1, first, then - days_each_way * DAY, then),
        Shift("foenix", 1, second, then, then + days_each_way * DAY),
    )


def test_the_instant_of_handover_belongs_to_who_comes() -> None:
    roster = handed_over("w1", "w2", "2026-11-22 15:00")
    assert names(roster, "2026-11-22 14:59:59+01:00") == ["w1"]
    assert names(roster, "2026-11-22 14:59:59.999999+01:00") == ["w1"]
    assert names(roster, "2026-11-22 15:00:00+01:00") == ["w2"]
    assert names(roster, "2026-11-22 15:00:01+01:00") == ["w2"]


def test_before_the_first_shift_after_the_last_and_between() -> None:
    roster = compiled(
        shift("foenix", 1, "w1", "2026-11-22 07:00", "2026-11-22 15:00"),
        shift("foenix", 1, "w2", "2026-11-22 16:00", "2026-11-22 23:00"),
    )
    assert names(roster, "2026-11-22 06:59:59+01:00") == []
    assert names(roster, "2026-11-22 07:00+01:00") == ["w1"]
    assert names(roster, "2026-11-22 15:00+01:00") == []
    assert names(roster, "2026-11-22 16:00+01:00") == ["w2"]
    assert names(roster, "2026-11-22 23:00+01:00") == []
    assert names(roster, "2026-11-22 12:00+01:00", "toften") == []


def test_by_tier_then_in_file_order() -> None:
    day = ("2026-11-22 07:00", "2026-11-22 15:00")
    roster = compiled(
        shift("foenix", 2, "leader", *day),
        shift("toften", 1, "elsewhere", *day),
        shift("foenix", 1, "zoe", "2026-11-22 09:00", "2026-11-22 12:00"),
        shift("foenix", 1, "adam", *day),
    )
    assert names(roster, "2026-11-22 10:00+01:00") == ["zoe", "adam", "leader"]
    assert names(roster, "2026-11-22 12:00+01:00") == ["adam", "leader"]
    assert roster.on_duty("foenix", at("2026-11-22 12:00+01:00")) == (
        OnDuty("adam", 1, at("2026-11-22 06:00+00:00"), at("2026-11-22 14:00+00:00"), "2026-11-22 15:00"),
        OnDuty("leader", 2, at("2026-11-22 06:00+00:00"), at("2026-11-22 14:00+00:00"), "2026-11-22 15:00"),
    )
    assert roster.on_duty("foenix", at("2026-11-22 12:00+01:00"))[0].ends.tzinfo is UTC


def test_shifts_over_midnight_and_over_years() -> None:
    roster = compiled(
        shift("foenix", 1, "w1", "2026-12-31 23:00", "2027-01-01 07:00"),
        shift("foenix", 3, "always", "2020-01-01 00:00", "2035-01-01 00:00"),
    )
    assert names(roster, "2027-01-01 00:00+01:00") == ["w1", "always"]
    assert names(roster, "2027-01-01 07:00+01:00") == ["always"]


def test_next_change() -> None:
    roster = handed_over("w1", "w2", "2026-11-22 15:00")

    def next_change(instant: str) -> datetime | None:
        return roster.next_change("foenix", at(instant))

    assert next_change("2026-01-01 00:00+01:00") == at("2026-11-21 15:00+01:00")
    assert next_change("2026-11-22 14:59:59.5+01:00") == at("2026-11-22 15:00+01:00")
    assert next_change("2026-11-22 15:00+01:00") == at("2026-11-23 15:00+01:00")
    assert next_change("2026-11-23 15:00+01:00") is None
    assert roster.next_change("toften", at("2026-11-22 15:00+01:00")) is None


@pytest.mark.parametrize(
    ("handover", "zone", "happens"),
    [
        ("2026-03-28 02:30", COPENHAGEN, "2026-03-28 02:30+01:00"),
        ("2026-03-29 02:30", COPENHAGEN, "2026-03-29 03:00+02:00"),
        ("2026-03-30 02:30", COPENHAGEN, "2026-03-30 02:30+02:00"),
        ("2026-10-25 02:30", COPENHAGEN, "2026-10-25 02:30+02:00"),
        ("2026-10-26 02:30", COPENHAGEN, "2026-10-26 02:30+01:00"),
        ("2026-10-04 02:10", LORD_HOWE, "2026-10-04 02:30+11:00"),
        ("2026-04-05 01:40", LORD_HOWE, "2026-04-05 01:40+11:00"),
    ],
)
def test_a_daily_handover_happens_once_each_day(handover: str, zone: ZoneInfo, happens: str) -> None:
    time_of_day = clock(handover)
    roster = Roster.compile(
        [
            Shift("foenix", 1, f"w{n}", time_of_day + n * DAY, time_of_day + (n + 1) * DAY)
            for n in range(-3, 3)
        ],
        zone,
        version=1,
    )
    then = at(happens)
    assert names(roster, then - SECOND) == ["w-1"]
    assert names(roster, then) == ["w0"]
    assert names(roster, then + SECOND) == ["w0"]
    # Once: through the hours that follow, the same clock time shown again hands over to nobody.
    assert {tuple(names(roster, then + n * 60 * SECOND)) for n in range(22 * 60)} == {("w0",)}
    assert roster.next_change("foenix", then - SECOND) == then


@pytest.mark.parametrize(
    ("monday", "hours"),
    [("2026-03-16", 168), ("2026-03-23", 167), ("2026-03-30", 168), ("2026-10-19", 169), ("2026-10-26", 168)],
)
def test_a_weekly_shift_is_as_long_as_its_week(monday: str, hours: int) -> None:
    begins = clock(f"{monday} 08:00")
    roster = compiled(Shift("foenix", 1, "w1", begins, begins + 7 * DAY))
    (duty,) = roster.on_duty("foenix", begins.replace(tzinfo=COPENHAGEN))
    assert duty.ends - duty.starts == hours * HOUR


def test_a_shift_that_the_clocks_skip_is_nobodys() -> None:
    roster = compiled(
        shift("foenix", 1, "w1", "2026-03-29 00:00", "2026-03-29 02:10"),
        shift("foenix", 1, "w2", "2026-03-29 02:10", "2026-03-29 02:50"),
        shift("foenix", 1, "w3", "2026-03-29 02:50", "2026-03-29 07:00"),
    )
    assert names(roster, "2026-03-29 01:59:59+01:00") == ["w1"]
    assert names(roster, "2026-03-29 03:00+02:00") == ["w3"]


def test_the_instant_may_be_given_in_any_zone_but_not_without() -> None:
    roster = handed_over("w1", "w2", "2026-10-25 02:30")
    in_copenhagen = datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN)
    assert names(roster, in_copenhagen - SECOND) == ["w1"]
    assert names(roster, in_copenhagen) == ["w2"]
    assert names(roster, datetime(2026, 10, 25, 2, 29, 59, tzinfo=COPENHAGEN, fold=1)) == ["w2"]
    with pytest.raises(ValueError, match="needs a time zone"):
        roster.on_duty("foenix", clock("2026-10-25 02:30"))
    with pytest.raises(ValueError, match="needs a time zone"):
        roster.next_change("toften", clock("2026-10-25 02:30"))


def test_bad_shifts_are_refused_by_name() -> None:
    with pytest.raises(ShiftError, match="shift of w1 on foenix"):
        compiled(shift("foenix", 1, "w1", "2026-11-22 15:00", "2026-11-22 15:00"))
    with pytest.raises(ShiftError, match="shift of w1 on foenix"):
        compiled(shift("foenix", 1, "w1", "2026-11-22 15:00", "2026-11-22 07:00"))
    with pytest.raises(ShiftError, match="no time zone of its own"):
        compiled(Shift("foenix", 1, "w1", at("2026-11-22 07:00+01:00"), at("2026-11-22 15:00+01:00")))
    with pytest.raises(ShiftError, match="of toften among those of foenix"):
        compiled().replaced("foenix", [shift("toften", 1, "w1", "2026-11-22 07:00", "2026-11-22 15:00")], 2)


def test_replacing_one_line_leaves_the_others_and_the_old_roster() -> None:
    noon = at("2026-11-22 12:00+01:00")
    day = ("2026-11-22 07:00", "2026-11-22 15:00")
    before = compiled(shift("foenix", 1, "w1", *day), shift("toften", 1, "w2", *day))
    after = before.replaced("foenix", [shift("foenix", 1, "w3", *day)], version=2)
    assert (before.version, names(before, noon)) == (1, ["w1"])
    assert (after.version, names(after, noon), names(after, noon, "toften")) == (2, ["w3"], ["w2"])
    emptied = after.replaced("toften", [], version=3)
    assert names(emptied, noon, "toften") == []
    added = emptied.replaced("havnen", [shift("havnen", 1, "w4", *day)], version=4)
    assert names(added, noon, "havnen") == ["w4"]


def test_a_roster_can_be_kept_on_disk() -> None:
    roster = handed_over("w1", "w2", "2026-11-22 15:00")
    assert pickle.loads(pickle.dumps(roster)) == roster


# Every change of the clock of some zones in 2020-2035, as the instant it happens.


def changes_of_clock(zone: ZoneInfo) -> list[datetime]:
    changes = []
    hour = at("2020-01-01 00:00+00:00")
    while hour < at("2036-01-01 00:00+00:00"):
        if hour.astimezone(zone).utcoffset() != (hour + DAY).astimezone(zone).utcoffset():
            while hour.astimezone(zone).utcoffset() == (hour + HOUR / 2).astimezone(zone).utcoffset():
                hour += HOUR / 2
            changes.append(hour + HOUR / 2)
        hour += DAY
    return changes


CHANGES = [
    (zone, change)
    for zone in (COPENHAGEN, LORD_HOWE, ZoneInfo("Asia/Beirut"), ZoneInfo("America/Havana"))
    for change in changes_of_clock(zone)
]


def test_the_changes_of_the_clock_are_all_there() -> None:
    assert len([change for zone, change in CHANGES if zone is COPENHAGEN]) == 32
    assert at("2026-03-29 03:00+02:00") in [change for _zone, change in CHANGES]


def meeting(clocks: Iterable[datetime]) -> list[Shift]:
    """Shifts that meet at these clock times, each by the next worker."""
    ordered = sorted(set(clocks))
    return [Shift("foenix", 1, f"w{number}", *pair) for number, pair in enumerate(pairwise(ordered))]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_shifts_that_meet_every_minute_meet_over_each_change(zone: ZoneInfo, change: datetime) -> None:
    about = wall(change, zone)
    shifts = meeting(about + timedelta(minutes=n) for n in range(-150, 151))
    roster = Roster.compile(shifts, zone, version=1)
    for minutes in range(-60, 61):
        for seconds in (-1, 0, 1):
            instant = change + timedelta(minutes=minutes, seconds=seconds)
            assert len(names(roster, instant)) == 1, instant


@settings(max_examples=200)
@given(
    st.sampled_from(CHANGES),
    st.lists(st.integers(-4 * 3600, 4 * 3600), min_size=1, max_size=12),
    st.lists(st.integers(-4 * 3600, 4 * 3600), min_size=1, max_size=5),
)
def test_shifts_that_meet_neither_gap_nor_overlap(
    change_in_zone: tuple[ZoneInfo, datetime], handovers: list[int], asked: list[int]
) -> None:
    zone, change = change_in_zone
    about = wall(change, zone)
    ends = (about - DAY, about + DAY)
    roster = Roster.compile(meeting([*ends, *(about + n * SECOND for n in handovers)]), zone, version=1)
    first, last = change - 12 * HOUR, change + 12 * HOUR
    instants = {first, *(change + n * SECOND for n in asked)}
    boundary = roster.next_change("foenix", first)
    while boundary is not None and boundary < last:
        instants |= {boundary - SECOND, boundary, boundary + SECOND}
        boundary = roster.next_change("foenix", boundary)
    for instant in instants:
        (duty,) = roster.on_duty("foenix", instant)
        assert duty.starts <= instant < duty.ends


minutes = st.integers(0, 3 * 24 * 60).map(lambda n: clock("2026-03-28 00:00") + timedelta(minutes=n))
random_shifts = st.lists(
    st.builds(
        lambda line, tier, worker, one, other: Shift(
            line, tier, worker, min(one, other), max(one, other) + timedelta(minutes=1)
        ),
        st.sampled_from(["foenix", "toften"]),
        st.integers(1, 3),
        st.sampled_from(["w1", "w2", "w3"]),
        minutes,
        minutes,
    ),
    max_size=12,
)


@settings(max_examples=200)
@given(random_shifts, minutes)
def test_the_answer_is_that_of_reading_every_shift(shifts: list[Shift], asked: datetime) -> None:
    roster = Roster.compile(shifts, COPENHAGEN, version=1)
    instant = asked.replace(tzinfo=COPENHAGEN).astimezone(UTC)
    # On these days no clock time is repeated, so what the clocks show tells who is on duty.
    shown = wall(instant, COPENHAGEN)
    expected = sorted(
        (each for each in shifts if each.line == "foenix" and each.start <= shown < each.end),
        key=lambda each: each.tier,
    )
    assert names(roster, instant) == [each.worker for each in expected]


@given(random_shifts)
def test_replacing_each_line_is_compiling_them_all(shifts: list[Shift]) -> None:
    whole = Roster.compile(shifts, COPENHAGEN, version=1)
    piecewise = Roster.compile([], COPENHAGEN, version=1)
    for name in ("foenix", "toften"):
        own = [each for each in shifts if each.line == name]
        if own:
            piecewise = piecewise.replaced(name, own, version=1)
    assert piecewise == whole
