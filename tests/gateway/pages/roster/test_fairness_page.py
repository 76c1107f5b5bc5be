"""Hours, nights, weekends and holidays, as a table and as a picture that needs no colour."""

from __future__ import annotations

import re

import pytest

from gateway.pages.roster.picture import Column, picture


@pytest.fixture
def rows(world):
    world.on_duty(
        ("foenix", 2, "bo", "2026-12-24 23:00", "2026-12-25 07:00"),  # a night, two holidays by the calendar
        ("foenix", 2, "niels", "2026-12-05 08:00", "2026-12-05 16:00"),
    )


def numbers(page, name):
    found = re.search(rf'<th scope="row">{name}</th>(.*?)</tr>', page, re.DOTALL)
    return re.findall(r"<td>([^<]*)</td>", found[1]) if found else None


def test_each_worker_has_a_row_and_bars_with_numbers(desk, rows):
    page = desk.get("/roster/fairness?line=foenix&from=2026-12-05&to=2026-12-31").text
    assert numbers(page, "Niels") == ["1", "8", "0", "0", "1", "8", "0", "0"]
    bo = numbers(page, "Bo")
    assert bo[:4] == ["1", "8", "1", "7"]
    assert int(bo[6]) >= 1
    svg = page[page.index("<svg") : page.rindex("</svg>")]
    assert svg.count('<rect class="bar"') == 8
    assert "Niels" in svg
    assert ">8<" in svg


def test_on_both_sides_of_the_period(desk, rows):
    assert (
        numbers(desk.get("/roster/fairness?line=foenix&from=2026-12-06&to=2026-12-23").text, "Niels") is None
    )
    assert (
        numbers(desk.get("/roster/fairness?line=foenix&from=2026-12-05&to=2026-12-05").text, "Niels")[1]
        == "8"
    )


def test_all_lines_of_theirs_together(desk, rows):
    page = desk.get("/roster/fairness?from=2026-12-01&to=2026-12-10").text
    assert numbers(page, "Carla")[1] == "240"
    assert numbers(page, "Nadia")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=x", "Skriv datoen som 2026-11-24."),
        ("from=2026-12-02&to=2026-12-01", "Den sidste dag ligger før den første."),
        ("from=2026-01-01&to=2027-02-05", "Højst 400 dage ad gangen."),
    ],
)
def test_a_period_that_makes_no_sense(desk, query, words):
    answer = desk.get(f"/roster/fairness?{query}")
    assert answer.status_code == 400
    assert words in answer.text


def test_the_longest_period_is_just_long_enough(desk):
    assert desk.get("/roster/fairness?from=2026-01-01&to=2027-02-04").status_code == 200


def test_nothing_to_show_says_so(desk):
    assert (
        "Ingen vagter i perioden."
        in desk.get("/roster/fairness?line=foenix&from=2027-12-05&to=2027-12-31").text
    )


def test_the_longest_bar_fills_its_column_and_the_average_stands_between():
    drawn = picture(["A", "B"], [Column("Timer", [10, 5]), Column("Nætter", [0, 0])], str)
    hours, nights = drawn.columns
    assert [bar.width for bar in hours.bars] == [118, 59]
    assert hours.average == pytest.approx(88.5)
    assert [bar.width for bar in nights.bars] == [0, 0]
    assert nights.average is None
    assert picture([], [Column("Timer", [])], str).columns[0].bars == ()
