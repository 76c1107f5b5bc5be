"""Opening hours in people's own words, read and said."""

from __future__ import annotations

import pytest

from config.windows import parse_windows
from gateway.directory.hours_text import MOST_LINES, HoursTextError, read, say


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("altid", "always"),
        ("Døgnåbent", "always"),
        ("lukket", "never"),
        ("hver dag 8-16", "daily 08:00-16:00"),
        ("8-16", "daily 08:00-16:00"),
        ("man-fre 15.30-23", "mon-fri 15:30-23:00"),
        ("Mandag til fredag kl. 9 til 15", "mon-fri 09:00-15:00"),
        ("lør,søn,helligdage 10:00–24:00", "sat,sun,holidays 10:00-24:00"),
        ("lørdag og søndag 22-6", "sat,sun 22:00-06:00"),
        ("mon-fri 08:00-16:00", "mon-fri 08:00-16:00"),
    ],
)
def test_what_people_write_is_read(written, window):
    assert read(written) == (window,)


@pytest.mark.parametrize("written", ["ring først", "man 25-26", "man-", "8", "man 8-16 mm", "man 8.75-16"])
def test_what_is_no_time_is_told_by_its_line(written):
    with pytest.raises(HoursTextError) as raised:
        read(f"altid\n{written}")
    assert raised.value.line == written


def test_so_many_lines_and_not_one_more():
    assert len(read("altid\n" * MOST_LINES)) == MOST_LINES
    with pytest.raises(HoursTextError):
        read("altid\n" * (MOST_LINES + 1))


@pytest.mark.parametrize(
    ("window", "danish", "english"),
    [
        ("always", "altid", "always"),
        ("never", "lukket", "never"),
        ("daily 08:00-24:00", "hver dag 08.00-24.00", "daily 08:00-24:00"),
        ("mon-fri 22:00-06:00", "man-fre 22.00-06.00", "Mon-Fri 22:00-06:00"),
        ("mon,wed,thu,holidays 10:30-12:00", "man, ons-tor, helligdage 10.30-12.00", None),
    ],
)
def test_what_is_said_is_read_back(window, danish, english):
    said = say(parse_windows([window]), danish=True)
    assert said == [danish]
    assert parse_windows(read("\n".join(said))) == parse_windows([window])
    if english:
        assert say(parse_windows([window]), danish=False) == [english]
        assert parse_windows(read(english)) == parse_windows([window])
