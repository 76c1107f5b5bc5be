"""When a line is open and nobody is on duty: at every edge of hours and shifts."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from config.site import Channel
from config.windows import parse_windows
from routing.gaps import Gap, gaps
from routing.plan import UnknownLineError
from routing.roster import Roster
from routing.wall_clock import instant
from tests.routing.builders import COPENHAGEN, at, clock, line, night_line, shift, site

DAY = ("2026-11-22 00:00", "2026-11-23 00:00")
VOICE = (Channel.VOICE,)


def found(windows, shifts, period=DAY, night_windows=(), place="foenix", **channels):
    hours = {Channel.VOICE: parse_windows(windows)}
    hours |= {Channel(name): parse_windows(each) for name, each in channels.items()}
    nights = (
        [night_line("vest", hours=parse_windows(night_windows), backup_phone="+45")] if night_windows else []
    )
    where = site(
        lines=[line("foenix", hours=hours, night_line="vest" if nights else None)], night_lines=nights
    )
    roster = Roster.compile([shift(*each) for each in shifts], COPENHAGEN, 1)
    starts, ends = (instant(clock(each), COPENHAGEN) for each in period)
    return [
        (on_clock(each.starts), on_clock(each.ends))
        if each.channels == VOICE
        else (each.starts, each.ends, each.channels)
        for each in gaps(where, roster, place, starts, ends)
    ]


def on_clock(moment):
    return f"{moment.astimezone(COPENHAGEN):%d %H:%M}"


def test_without_any_shift_the_whole_opening_is_a_gap():
    assert found(["daily 08:00-22:00"], []) == [("22 08:00", "22 22:00")]
    assert found(["always"], []) == [("22 00:00", "23 00:00")]
    assert found(["never"], []) == []


def test_a_shift_covers_its_time_and_not_a_minute_more():
    assert found(["daily 08:00-22:00"], [("foenix", 1, "a", "2026-11-22 08:01", "2026-11-22 21:59")]) == [
        ("22 08:00", "22 08:01"),
        ("22 21:59", "22 22:00"),
    ]
    assert found(["daily 08:00-22:00"], [("foenix", 1, "a", "2026-11-22 08:00", "2026-11-22 22:00")]) == []


def test_shifts_that_meet_leave_no_gap_and_any_tier_covers():
    shifts = [
        ("foenix", 1, "a", "2026-11-22 00:00", "2026-11-22 12:00"),
        ("foenix", 3, "b", "2026-11-22 12:00", "2026-11-23 00:00"),
    ]
    assert found(["always"], shifts) == []


def test_shifts_of_other_lines_cover_nothing():
    assert found(["always"], [("toften", 1, "a", "2026-11-22 00:00", "2026-11-23 00:00")]) == [
        ("22 00:00", "23 00:00")
    ]


def test_the_night_line_covers_and_keeps_open():
    windows, night = ["daily 08:00-22:00"], ["daily 23:00-07:00"]
    assert found(windows, [], night_windows=night) == [
        ("22 00:00", "22 07:00"), ("22 08:00", "22 22:00"), ("22 23:00", "23 00:00"),
    ]  # fmt: skip
    shifts = [("vest", 1, "a", "2026-11-21 23:00", "2026-11-22 09:00")]
    assert found(windows, shifts, night_windows=night) == [
        ("22 09:00", "22 22:00"), ("22 23:00", "23 00:00"),
    ]  # fmt: skip


def test_a_night_line_by_itself():
    shifts = [("vest", 1, "a", "2026-11-22 00:00", "2026-11-22 06:00"), ("foenix", 1, "b", *DAY)]
    assert found(["always"], shifts, night_windows=["daily 23:00-07:00"], place="vest") == [
        ("22 06:00", "22 07:00"), ("22 23:00", "23 00:00"),
    ]  # fmt: skip


def test_channels_that_are_open_are_told_and_divide_a_gap():
    (first, second, third) = found(["always"], [], chat=["daily 15:00-23:00"])
    assert first == ("22 00:00", "22 15:00")
    assert second == (at("2026-11-22 14:00Z"), at("2026-11-22 22:00Z"), (Channel.VOICE, Channel.CHAT))
    assert third == ("22 23:00", "23 00:00")


def test_boundaries_within_a_gap_do_not_divide_it():
    # The night line's window opens at 23:00, in the midst of the line's own.
    assert found(["always"], [], night_windows=["daily 23:00-07:00"]) == [("22 00:00", "23 00:00")]


@pytest.mark.parametrize(("period", "hours"), [(("2026-03-29 00:00", "2026-03-30 00:00"), 23),
                                               (("2026-10-25 00:00", "2026-10-26 00:00"), 25)])  # fmt: skip
def test_days_on_which_the_clocks_change(period, hours):
    where = site(lines=[line("foenix")])
    starts, ends = (instant(clock(each), COPENHAGEN) for each in period)
    (gap,) = gaps(where, Roster.compile([], COPENHAGEN, 1), "foenix", starts, ends)
    assert gap == Gap(starts, ends, VOICE)
    assert gap.ends - gap.starts == timedelta(hours=hours)
    assert gap.starts.tzinfo is UTC
    full = [shift("foenix", 1, "a", *period)]
    assert gaps(where, Roster.compile(full, COPENHAGEN, 1), "foenix", starts, ends) == []


def test_an_empty_period_and_an_unknown_line():
    where = site(lines=[line("foenix")])
    roster = Roster.compile([], COPENHAGEN, 1)
    noon = at("2026-11-22 12:00Z")
    assert gaps(where, roster, "foenix", noon, noon) == []
    with pytest.raises(UnknownLineError):
        gaps(where, roster, "nowhere", noon, noon)
    with pytest.raises(ValueError, match="time zone"):
        gaps(where, roster, "foenix", noon.replace(tzinfo=None), noon)
