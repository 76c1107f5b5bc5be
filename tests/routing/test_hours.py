from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.windows import parse_windows
from routing.hours import closes_at, is_open, next_opening
from tests.routing.builders import COPENHAGEN, LORD_HOWE, at, clock

SECOND = timedelta(seconds=1)


def open_at(windows: list[str], instant: str, zone: ZoneInfo = COPENHAGEN) -> bool:
    return is_open(parse_windows(windows), at(instant), zone)


def test_always_never_and_nothing() -> None:
    assert open_at(["always"], "2026-12-25 03:00+01:00")
    assert not open_at(["never"], "2026-11-22 12:00+01:00")
    assert not open_at([], "2026-11-22 12:00+01:00")
    assert open_at(["never", "always"], "2026-11-22 12:00+01:00")


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-23 14:59:59.999999+01:00", False),  # a Monday
        ("2026-11-23 15:00+01:00", True),
        ("2026-11-23 22:59:59.999999+01:00", True),
        ("2026-11-23 23:00+01:00", False),
        ("2026-11-22 16:00+01:00", False),  # the Sunday before
    ],
)
def test_a_window_is_half_open(instant: str, expected: bool) -> None:
    assert open_at(["mon-fri 15:00-23:00"], instant) is expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-20 20:00+01:00", True),  # Friday
        ("2026-11-21 07:00+01:00", True),  # Saturday morning still is Friday's
        ("2026-11-21 07:59:59+01:00", True),
        ("2026-11-21 08:00+01:00", False),
        ("2026-11-21 20:00+01:00", False),
        ("2026-11-22 07:00+01:00", False),
        ("2026-11-23 07:00+01:00", False),  # Sunday had none to leave over for Monday
        ("2026-11-23 20:00+01:00", True),
    ],
)
def test_a_window_past_midnight_belongs_to_the_day_it_started_on(instant: str, expected: bool) -> None:
    assert open_at(["mon-fri 20:00-08:00"], instant) is expected


def test_midnight_at_the_end_of_the_day() -> None:
    windows = ["sat 12:00-24:00"]
    assert open_at(windows, "2026-11-21 23:59:59.999999+01:00")
    assert not open_at(windows, "2026-11-22 00:00+01:00")
    # A whole day, written either way.
    for whole in (["sat 00:00-24:00"], ["sat 00:00-00:00"]):
        assert not open_at(whole, "2026-11-20 23:59:59+01:00")
        assert open_at(whole, "2026-11-21 00:00+01:00")
        assert open_at(whole, "2026-11-21 23:59:59+01:00")
        assert not open_at(whole, "2026-11-22 00:00+01:00")


CHAT = ["mon-fri 15:00-23:00", "sat,sun,holidays 12:00-24:00"]


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-12-24 12:30+01:00", False),  # Thursday, no holiday
        ("2026-12-24 15:30+01:00", True),
        ("2026-12-25 12:30+01:00", True),  # Christmas Day, a Friday
        ("2026-12-25 23:30+01:00", True),  # past the weekday's end
        ("2026-12-26 12:30+01:00", True),  # a Saturday and a holiday
        ("2026-12-28 12:30+01:00", False),  # Monday
    ],
)
def test_a_holidays_window_replaces_the_weekday_windows(instant: str, expected: bool) -> None:
    assert open_at(CHAT, instant) is expected


def test_on_a_holiday_no_weekday_window_starts_even_a_longer_one() -> None:
    windows = ["daily 08:00-20:00", "holidays 10:00-12:00"]
    assert open_at(windows, "2026-12-24 09:00+01:00")
    assert not open_at(windows, "2026-12-25 09:00+01:00")
    assert open_at(windows, "2026-12-25 10:00+01:00")
    assert not open_at(windows, "2026-12-25 12:00+01:00")


def test_a_list_without_holidays_treats_them_as_the_weekday_they_are() -> None:
    assert open_at(["mon-fri 08:00-20:00"], "2026-12-25 09:00+01:00")


def test_a_window_from_the_day_before_a_holiday_runs_out() -> None:
    windows = ["mon-fri 20:00-08:00", "holidays 12:00-14:00"]
    assert open_at(windows, "2026-12-25 07:59:59+01:00")
    assert not open_at(windows, "2026-12-25 08:00+01:00")
    assert open_at(windows, "2026-12-25 13:00+01:00")
    assert not open_at(windows, "2026-12-25 20:00+01:00")
    assert not open_at(windows, "2026-12-26 07:00+01:00")  # the holiday started none


def test_a_holidays_window_runs_into_the_day_after() -> None:
    windows = ["mon-fri 10:00-12:00", "holidays 22:00-02:00"]
    assert open_at(windows, "2026-12-27 01:59+01:00")  # Sunday, from the Saturday holiday
    assert not open_at(windows, "2026-12-27 02:00+01:00")


def test_always_stays_on_holidays() -> None:
    assert open_at(["always", "holidays 10:00-12:00"], "2026-12-25 20:00+01:00")


def test_over_the_spring_change() -> None:
    # 02:30 does not exist on 29 March: it is 03:00 CEST.
    assert not open_at(["daily 02:30-04:00"], "2026-03-29 01:59:59+01:00")
    assert open_at(["daily 02:30-04:00"], "2026-03-29 03:00+02:00")
    assert open_at(["daily 00:00-02:30"], "2026-03-29 01:59:59+01:00")
    assert not open_at(["daily 00:00-02:30"], "2026-03-29 03:00+02:00")
    assert closes_at(parse_windows(["daily 23:00-07:00"]), at("2026-03-29 01:00+01:00"), COPENHAGEN) == at(
        "2026-03-29 07:00+02:00"
    )
    # Wholly swallowed.
    assert not open_at(["daily 02:10-02:50"], "2026-03-29 03:00+02:00")


def test_over_the_autumn_change() -> None:
    # 02:30 is the first of the two, as an end and as a beginning.
    windows = ["daily 00:00-02:30"]
    assert open_at(windows, "2026-10-25 02:29:59+02:00")
    assert not open_at(windows, "2026-10-25 02:30+02:00")
    assert not open_at(windows, "2026-10-25 02:15+01:00")
    assert open_at(["daily 02:30-04:00"], "2026-10-25 02:30+02:00")
    assert open_at(["daily 02:30-04:00"], "2026-10-25 02:15+01:00")


def test_a_zone_that_changes_by_half_an_hour() -> None:
    assert not open_at(["daily 02:15-04:00"], "2026-10-04 01:59:59+10:30", LORD_HOWE)
    assert open_at(["daily 02:15-04:00"], "2026-10-04 02:30+11:00", LORD_HOWE)
    assert not open_at(["daily 00:00-01:45"], "2026-04-05 01:30+10:30", LORD_HOWE)


def test_a_zone_that_turns_back_over_midnight() -> None:
    # St John's, until 2011, at 00:01: Sunday had begun for a minute when Saturday's last hour came again.
    zone = ZoneInfo("America/St_Johns")
    saturdays_again = "2010-11-06 23:30-03:30"
    assert open_at(["sun 00:00-08:00"], saturdays_again, zone)
    assert not open_at(["sat 08:00-24:00"], saturdays_again, zone)


def test_the_question_may_be_asked_in_any_zone_but_not_without() -> None:
    windows = parse_windows(["mon-fri 15:00-23:00"])
    assert is_open(windows, at("2026-11-23 14:00+00:00"), COPENHAGEN)
    assert is_open(windows, datetime(2026, 11, 23, 15, tzinfo=COPENHAGEN), COPENHAGEN)
    for question in (is_open, next_opening, closes_at):
        with pytest.raises(ValueError, match="needs a time zone"):
            question(windows, clock("2026-11-23 15:00"), COPENHAGEN)


@pytest.mark.parametrize(
    ("windows", "instant", "expected"),
    [
        (["mon-fri 15:00-23:00"], "2026-11-23 14:59:59+01:00", "2026-11-23 15:00+01:00"),
        (["mon-fri 15:00-23:00"], "2026-11-23 15:00+01:00", "2026-11-24 15:00+01:00"),
        (["mon-fri 15:00-23:00"], "2026-11-20 23:00+01:00", "2026-11-23 15:00+01:00"),
        (["mon-fri 20:00-08:00"], "2026-11-21 07:00+01:00", "2026-11-23 20:00+01:00"),
        (["holidays 12:00-14:00"], "2026-05-26 00:00+02:00", "2026-12-25 12:00+01:00"),
        (CHAT, "2026-12-24 23:00+01:00", "2026-12-25 12:00+01:00"),
        # What meets at midnight is one opening.
        (["sat,sun 00:00-24:00"], "2026-11-21 12:00+01:00", "2026-11-28 00:00+01:00"),
        (["always"], "2026-11-21 12:00+01:00", None),
        (["always", "sat 10:00-12:00"], "2026-11-21 09:00+01:00", None),
        (["daily 00:00-24:00"], "2026-11-21 12:00+01:00", None),
        (["never"], "2026-11-21 12:00+01:00", None),
        ([], "2026-11-21 12:00+01:00", None),
    ],
)
def test_next_opening(windows: list[str], instant: str, expected: str | None) -> None:
    found = next_opening(parse_windows(windows), at(instant), COPENHAGEN)
    assert found == (at(expected) if expected else None)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("windows", "instant", "expected"),
    [
        (["mon-fri 15:00-23:00"], "2026-11-23 15:00+01:00", "2026-11-23 23:00+01:00"),
        (["mon-fri 15:00-23:00"], "2026-11-23 23:00+01:00", None),
        (["mon-fri 20:00-08:00"], "2026-11-21 07:59:59+01:00", "2026-11-21 08:00+01:00"),
        # Friday's two windows overlap, and meet Saturday's.
        (
            ["mon-fri 12:00-20:00", "fri 16:00-24:00", "sat 00:00-03:00"],
            "2026-11-20 13:00+01:00",
            "2026-11-21 03:00+01:00",
        ),
        (["mon-fri 00:00-24:00"], "2026-11-23 12:00+01:00", "2026-11-28 00:00+01:00"),
        (["always"], "2026-11-23 12:00+01:00", None),
        (["daily 00:00-24:00"], "2026-11-23 12:00+01:00", None),
        (["never"], "2026-11-23 12:00+01:00", None),
    ],
)  # fmt: skip
def test_closes_at(windows: list[str], instant: str, expected: str | None) -> None:
    found = closes_at(parse_windows(windows), at(instant), COPENHAGEN)
    assert found == (at(expected) if expected else None)


times = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
days = st.sampled_from(["daily", "mon-fri", "sat,sun", "holidays", "sun,holidays", "wed"])
lists = st.lists(st.builds("{} {}-{}".format, days, times, times), min_size=1, max_size=3).map(parse_windows)
# Two weeks around each change of the clock and over Easter and Christmas.
instants = st.sampled_from(["2026-03-28", "2026-04-02", "2026-10-24", "2026-12-24"]).flatmap(
    lambda day: st.integers(-2 * 96, 5 * 96).map(
        lambda quarters: at(f"{day} 00:00+00:00") + timedelta(minutes=15 * quarters)
    )
)


@given(lists, instants, st.sampled_from([COPENHAGEN, LORD_HOWE]))
def test_opening_and_closing_are_where_the_answer_changes(windows, instant, zone) -> None:  # type: ignore[no-untyped-def]
    opens, closes = next_opening(windows, instant, zone), closes_at(windows, instant, zone)
    if is_open(windows, instant, zone):
        if closes is not None:
            assert instant < closes
            assert is_open(windows, closes - SECOND, zone)
            assert not is_open(windows, closes, zone)
    else:
        assert closes is None
    if opens is not None:
        assert instant < opens
        assert not is_open(windows, opens - SECOND, zone)
        assert is_open(windows, opens, zone)
        # Nothing opens in between, on any quarter of an hour, but where it was open all along.
        between = instant + timedelta(minutes=15)
        while between < min(opens, instant + timedelta(days=3)):
            assert not is_open(windows, between, zone) or (closes is not None and between < closes)
            between += timedelta(minutes=15)
