"""Pictures tell with shapes and words what the table tells."""

from __future__ import annotations

import pytest

from config.forms import Words
from gateway.pages.statistics.drawing import WIDTH, Bar, bars, columns, heat
from gateway.pages.statistics.figures_shown import written
from gateway.pages.statistics.pictures import pictures_of
from gateway.statistics.by_hour import by_hour
from gateway.statistics.table import SUPPRESSED, Column, Figure, Row, Share, Table, key_of
from gateway.statistics.waits import Waits

A, B, WHOLE = (Figure(key_of(a=word), count) for word, count in (("a", 30), ("b", 10), ("", 40)))


def a_table():
    rows = tuple(
        Row(key, Words(key, key), (figure, Share(figure, WHOLE)))
        for key, figure in (("a", A), ("b", B), ("total", WHOLE))
    )
    columns = (
        Column("count", Words("Antal", "Count"), "count"),
        Column("percent", Words("Procent", "Percent"), "percent"),
    )
    return Table("x", Words("Navn", "Name"), columns, rows)


def test_a_bar_is_as_long_as_its_share_of_the_largest_and_says_its_value():
    (picture,) = pictures_of(a_table(), [[30, 75], [10, 25], [40, 100]], "en")
    lengths = [box.width for box in picture.boxes if box.css == "bar"]
    assert lengths[0] == pytest.approx(3 * lengths[1], abs=0.5)
    assert [label.text for label in picture.labels] == ["a", "75\u00a0%", "b", "25\u00a0%"]
    assert picture.title == "Name"
    assert picture.describes.startswith("Largest: a, 75\u00a0%.")


def test_what_is_hidden_has_no_bar_and_says_so():
    (picture,) = pictures_of(a_table(), [[30, 75], [SUPPRESSED, SUPPRESSED], [40, 100]], "da")
    assert [box.width for box in picture.boxes if box.css == "bar"][1] == 0
    assert "skjult" in [label.text for label in picture.labels]


def test_nothing_sticks_out_of_a_picture():
    rows = [Bar("æ" * 80, value, "100 %", 90) for value in (0, 50, 100, 1000, None)]
    many = [
        bars("t", "d", rows, most=100),
        columns("t", "d", [None, *range(23)], aim=20),
        columns("t", "d", [0.0] * 24),
        heat("t", "d", ["ma"] * 7, [("00", [1, 2, 3, 4, 5, None, 1])] * 24),
        bars("t", "d", []),
    ]
    for picture in many:
        for box in picture.boxes:
            assert 0 <= box.x <= box.x + box.width <= WIDTH
            assert 0 <= box.y <= box.y + box.height <= picture.height + 1


def test_each_cell_of_the_heat_map_has_its_band_in_it():
    picture = heat("t", "d", ["ma"], [("00", [4]), ("01", [None])])
    assert [box.css for box in picture.boxes] == ["band-4", "band-hidden"]
    assert [label.text for label in picture.labels] == ["ma", "00", "4", "01", "·"]


def test_figures_as_they_are_written():
    assert written(45406, "count", "da") == "45.406"
    assert written(45406, "count", "en") == "45,406"
    assert written(3.5, "number", "da") == "3,5"
    assert written(29, "percent", "da") == "29\u00a0%"
    assert written(None, "count", "da") == "–"
    assert written(SUPPRESSED, "count", "en") == "hidden"


@pytest.mark.parametrize(("percents", "most"), [((0, 4), 10), ((10, None), 10), ((11, 100), 100)])
def test_missed_calls_by_hour_have_the_aim_as_a_line_that_is_always_on_the_scale(percents, most):
    table = by_hour(Waits())
    place = [column.key for column in table.columns].index("abandoned_after_30_percent")
    cells = [[None] * len(table.columns) for _ in table.rows]
    for row, percent in enumerate(percents):
        cells[row][place] = percent
    cells[-1][place] = 77  # of all hours: no column
    titles = {picture.title: picture for picture in pictures_of(table, cells, "da")}
    assert list(titles) == [
        "Indkomne opkald",
        "Opgivet efter 30 s",
        "Ventetid, median",
        "Ventetid, 95-percentil",
    ]
    missed = titles["Opgivet efter 30 s"]
    assert missed.describes.startswith("Målet er under 5 %.")
    assert missed.labels[0].text == f"{most} %"
    bottom, aim = 114, next(box for box in missed.boxes if box.css == "aim")
    assert aim.y + 1 == pytest.approx(bottom - 96 * 5 / most)
    assert sum(box.css == "bar" for box in missed.boxes) == sum(each is not None for each in percents)
