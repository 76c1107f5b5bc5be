from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import spoken_digits, spoken_hours, spoken_number
from config.windows import WEEKDAYS, parse_windows


@pytest.mark.parametrize(
    ("number", "danish"),
    [
        ("+4520123456", "20, 12, 34, 56"),
        ("+4576160001", "76, 16, 0 0, 0 1"),
        ("+4915112345678", "plus 49, 15, 11, 23, 45, 67, 8"),
        ("+12025550100", "plus 1, 20, 25, 55, 0 1, 0 0"),
    ],
)
def test_a_number_is_said_in_pairs(number: str, danish: str) -> None:
    assert spoken_number(number, "da") == danish
    assert spoken_number(number, "en") == danish


def test_a_ticket_is_said_in_pairs() -> None:
    assert spoken_digits("123456") == "12, 34, 56"
    assert spoken_digits("100405") == "10, 0 4, 0 5"
    assert spoken_digits("") == ""


@given(st.text("0123456789", min_size=1, max_size=15))
def test_every_digit_is_said_once_and_in_order(digits: str) -> None:
    said = spoken_digits(digits)
    assert said.replace(", ", "").replace(" ", "") == digits


@pytest.mark.parametrize(
    ("windows", "danish", "english"),
    [
        (["always"], "hele døgnet", "day and night"),
        (["never"], "ikke fastsat", "not set"),
        ([], "ikke fastsat", "not set"),
        (["never", "mon 10:00-11:00"], "mandag fra klokken 10 til 11", "Monday from 10 am to 11 am"),
        (["mon-fri 15:00-23:00"], "hverdage fra klokken 15 til 23", "weekdays from 3 pm to 11 pm"),
        (["daily 23:00-07:00"], "hver dag fra klokken 23 til 7", "every day from 11 pm to 7 am"),
        (["daily 00:00-24:00"], "hele døgnet", "day and night"),
        (
            ["daily 08:30-22:05"],
            "hver dag fra klokken 8 30 til 22 0 5",
            "every day from 8 30 am to 10 0 5 pm",
        ),
        (["mon-fri 00:00-24:00"], "hverdage hele døgnet", "weekdays day and night"),
        (["daily 12:00-24:00"], "hver dag fra klokken 12 til midnat", "every day from 12 pm to midnight"),
        (
            ["daily 00:00-00:30"],
            "hver dag fra midnat til klokken 0 30",
            "every day from midnight to 12 30 am",
        ),
        (
            ["sat,sun 10:00-12:00"],
            "lørdag og søndag fra klokken 10 til 12",
            "Saturday and Sunday from 10 am to 12 pm",
        ),
        (
            ["fri-mon 10:00-11:00"],
            "fredag til mandag fra klokken 10 til 11",
            "Friday to Monday from 10 am to 11 am",
        ),
        (
            ["mon-wed,fri 10:00-11:00"],
            "mandag til onsdag og fredag fra klokken 10 til 11",
            "Monday to Wednesday and Friday from 10 am to 11 am",
        ),
        (
            ["mon-fri 15:00-23:00", "sat,sun,holidays 12:00-24:00"],
            "hverdage fra klokken 15 til 23, og lørdag, søndag og helligdage fra klokken 12 til midnat",
            "weekdays from 3 pm to 11 pm, and Saturday, Sunday and public holidays from 12 pm to midnight",
        ),
    ],
)
def test_hours_are_said_as_people_say_them(windows: list[str], danish: str, english: str) -> None:
    assert spoken_hours(parse_windows(windows), "da") == danish
    assert spoken_hours(parse_windows(windows), "en") == english
    assert spoken_hours(parse_windows(windows), "pl") == danish


@given(st.sets(st.sampled_from(WEEKDAYS), min_size=1), st.booleans())
def test_any_set_of_days_can_be_said(days: set[str], holidays: bool) -> None:
    names = [*sorted(days, key=WEEKDAYS.index), *(["holidays"] if holidays else [])]
    said = spoken_hours(parse_windows([f"{','.join(names)} 10:00-11:00"]), "da")
    assert said.endswith("fra klokken 10 til 11")
    assert ("helligdage" in said) is holidays
