from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.windows import WEEKDAYS, Window, WindowKind, parse_window, parse_windows


def days(start: int, end: int, *weekdays: int, holidays: bool = False) -> Window:
    return Window(WindowKind.DAYS, frozenset(weekdays), holidays, start, end)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("always", Window(WindowKind.ALWAYS)),
        ("Never", Window(WindowKind.NEVER)),
        ("daily 08:00-22:00", days(480, 1320, *range(7))),
        ("mon-fri 15:00-23:00", days(900, 1380, 0, 1, 2, 3, 4)),
        ("MON-Fri 15:00-23:00", days(900, 1380, 0, 1, 2, 3, 4)),
        ("sat,sun,holidays 12:00-24:00", days(720, 1440, 5, 6, holidays=True)),
        ("sat, sun 12:00 - 24:00", days(720, 1440, 5, 6)),
        ("holidays 10:00-14:00", days(600, 840, holidays=True)),
        ("fri-mon 10:00-11:00", days(600, 660, 4, 5, 6, 0)),
        ("mon,wed-fri 10:00-11:00", days(600, 660, 0, 2, 3, 4)),
        ("sun-sun 10:00-11:00", days(600, 660, 6)),
        # An end at or before the start runs past midnight.
        ("daily 23:00-07:00", days(1380, 1860, *range(7))),
        ("daily 08:00-08:00", days(480, 1920, *range(7))),
        ("daily 08:00-08:01", days(480, 481, *range(7))),
        ("daily 08:01-08:00", days(481, 1920, *range(7))),
        ("daily 00:00-24:00", days(0, 1440, *range(7))),
        ("daily 00:00-00:00", days(0, 1440, *range(7))),
        ("daily 23:59-24:00", days(1439, 1440, *range(7))),
    ],
)
def test_a_window_is_read(text: str, window: Window) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("daily 25:00-07:00", "25:00 is no time of day; write 00:00 to 24:00"),
        ("daily 08:00-24:01", "24:01 is no time of day; write 00:00 to 24:00"),
        ("daily 08:60-09:00", "08:60 is no time of day"),
        ("daily 8:00-10:00", "write 08:00"),
        ("daily 08.00-10:00", "write 08:00"),
        ("daily 08-10", '"08" is no time of day; write it as HH:MM'),
        ("daily", "is no opening window"),
        ("08:00-10:00", "is no opening window"),
        ("daily 08:00-10:00-12:00", "is no opening window"),
        ("", "a window is empty"),
        ("daily,mon 10:00-11:00", '"daily" stands alone'),
        ("mon,,tue 10:00-11:00", "a comma too many"),
        ("mon- 10:00-11:00", "a day is missing"),
        ("mon-holidays 10:00-11:00", '"holidays" is no end of a range'),
        ("xyz 10:00-11:00", "write mon tue wed thu fri sat sun, holidays or daily"),
        ("monday 10:00-11:00", '"monday" is no day; write "mon"'),
        ("tirsdag 10:00-11:00", 'write "tue"'),
        ("hverdage 10:00-11:00", 'write "mon-fri"'),
        ("helligdage 10:00-11:00", 'write "holidays"'),
    ],
)
def test_a_mistake_says_what_to_write(text: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the message is checked below)
        parse_window(text)
    assert says in str(caught.value)


@given(
    first=st.integers(0, 6),
    last=st.integers(0, 6),
    start=st.integers(0, 1439),
    end=st.integers(0, 1440),
)
def test_whatever_is_written_ends_within_a_day_of_its_start(
    first: int, last: int, start: int, end: int
) -> None:
    times = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    window = parse_window(f"{WEEKDAYS[first]}-{WEEKDAYS[last]} {times}")
    assert {first, last} <= window.weekdays
    assert len(window.weekdays) == (last - first) % 7 + 1
    assert window.start_minute == start
    assert 0 < window.end_minute - start <= 1440
    assert window.end_minute % 1440 == end % 1440


def test_a_list_keeps_its_order() -> None:
    assert parse_windows(["mon 10:00-11:00", "always"]) == (days(600, 660, 0), Window(WindowKind.ALWAYS))
    with pytest.raises(ValueError, match="no day"):
        parse_windows(["always", "abc 10:00-11:00"])
