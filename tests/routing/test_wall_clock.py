from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.wall_clock import instant, wall
from tests.routing.builders import COPENHAGEN, LORD_HOWE, at, clock

SECOND = timedelta(seconds=1)
ZONES = [
    COPENHAGEN,
    LORD_HOWE,
    ZoneInfo("Africa/Casablanca"),  # turns back for Ramadan
    ZoneInfo("America/Havana"),  # turns back to midnight
    ZoneInfo("Asia/Beirut"),  # skips midnight, and turns back over it
    ZoneInfo("Pacific/Apia"),  # skipped a whole day in 2011
]
any_clock = st.datetimes(datetime.fromisoformat("2005-01-01"), datetime.fromisoformat("2037-12-31"))


@pytest.mark.parametrize(
    ("shown", "zone", "expected"),
    [
        ("2026-01-15 12:00", COPENHAGEN, "2026-01-15 12:00+01:00"),
        ("2026-07-15 12:00", COPENHAGEN, "2026-07-15 12:00+02:00"),
        # The spring change: 02:00 becomes 03:00.
        ("2026-03-29 01:59:59", COPENHAGEN, "2026-03-29 01:59:59+01:00"),
        ("2026-03-29 02:00", COPENHAGEN, "2026-03-29 03:00+02:00"),
        ("2026-03-29 02:30", COPENHAGEN, "2026-03-29 03:00+02:00"),
        ("2026-03-29 02:59:59", COPENHAGEN, "2026-03-29 03:00+02:00"),
        ("2026-03-29 02:59:59.999999", COPENHAGEN, "2026-03-29 03:00+02:00"),
        ("2026-03-29 03:00", COPENHAGEN, "2026-03-29 03:00+02:00"),
        ("2026-03-29 03:00:01", COPENHAGEN, "2026-03-29 03:00:01+02:00"),
        # The autumn change: 03:00 becomes 02:00.
        ("2026-10-25 01:59:59", COPENHAGEN, "2026-10-25 01:59:59+02:00"),
        ("2026-10-25 02:00", COPENHAGEN, "2026-10-25 02:00+02:00"),
        ("2026-10-25 02:30", COPENHAGEN, "2026-10-25 02:30+02:00"),
        ("2026-10-25 02:59:59", COPENHAGEN, "2026-10-25 02:59:59+02:00"),
        ("2026-10-25 03:00", COPENHAGEN, "2026-10-25 03:00+01:00"),
        # Half an hour: 02:00 becomes 02:30 in October, and 01:30 in April.
        ("2026-10-04 02:15", LORD_HOWE, "2026-10-04 02:30+11:00"),
        ("2026-10-04 02:30", LORD_HOWE, "2026-10-04 02:30+11:00"),
        ("2026-04-05 01:45", LORD_HOWE, "2026-04-05 01:45+11:00"),
        ("2026-04-05 02:00", LORD_HOWE, "2026-04-05 02:00+10:30"),
        # 30 December 2011 did not take place.
        ("2011-12-30 09:12:34.5", ZoneInfo("Pacific/Apia"), "2011-12-31 00:00+14:00"),
    ],
)
def test_a_wall_clock_time_is_one_instant(shown: str, zone: ZoneInfo, expected: str) -> None:
    found = instant(clock(shown), zone)
    assert found == at(expected)
    assert found.tzinfo is UTC


def test_fold_has_no_say() -> None:
    second_time = clock("2026-10-25 02:30").replace(fold=1)
    assert instant(second_time, COPENHAGEN) == at("2026-10-25 02:30+02:00")


@pytest.mark.parametrize("offset", ["+02:00", "+01:00"])
def test_both_of_a_repeated_hour_show_the_same(offset: str) -> None:
    shown = wall(at(f"2026-10-25 02:30{offset}"), COPENHAGEN)
    assert shown == clock("2026-10-25 02:30")
    assert (shown.tzinfo, shown.fold) == (None, 0)


def test_a_clock_time_with_a_zone_and_an_instant_without_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone of its own"):
        instant(at("2026-01-01 00:00+01:00"), COPENHAGEN)
    with pytest.raises(ValueError, match="needs a time zone"):
        wall(clock("2026-01-01 00:00"), COPENHAGEN)


@given(any_clock, any_clock, st.sampled_from(ZONES))
def test_a_later_clock_time_is_never_an_earlier_instant(
    one: datetime, other: datetime, zone: ZoneInfo
) -> None:
    earlier, later = sorted((one, other))
    assert instant(earlier, zone) <= instant(later, zone)


@given(any_clock, st.sampled_from(ZONES))
def test_an_instant_shows_its_clock_time_unless_that_was_skipped(shown: datetime, zone: ZoneInfo) -> None:
    found = instant(shown, zone)
    assert wall(found, zone) >= shown
    if wall(found, zone) != shown:
        # The first after the gap: a second before, the clocks had not yet reached the time asked.
        assert wall(found - SECOND, zone) < shown
        assert found.microsecond == 0
