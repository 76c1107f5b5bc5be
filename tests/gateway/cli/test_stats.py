from __future__ import annotations

import csv
import datetime
import json
import zipfile

import pytest

from config.forms import Words
from gateway.statistics.export import neutral, write
from gateway.statistics.table import Asked, Column, Figure, Row, Table, key_of

PERIOD = ("--from", "2010-01-01", "--to", "2013-01-01")


@pytest.mark.parametrize("text", ["=1+1", "+45", "-1", "@SUM(A1)", "\t=1"])
def test_what_a_spreadsheet_would_work_out_is_neutralised(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("value", [-5, 0, "a=b", "Åben", None, 1.5])
def test_anything_else_stays_as_it_is(value):
    assert neutral(value) == value


def test_an_empty_database_gives_empty_tables_in_every_format(with_site, tmp_path):
    for form in ("csv", "xlsx", "json"):
        with_site.good("stats", "export", *PERIOD, "--format", form, "--out", tmp_path / form)
    told = json.loads((tmp_path / "json").read_text("utf-8"))
    assert {table["table"] for table in told} >= {"4-1", "9-16", "answering"}
    (first,) = [table for table in told if table["table"] == "4-1"]
    assert first["rows"][-1] == {"key": "total", "label": "I alt", "values": [0, None]}
    lines = list(csv.reader((tmp_path / "csv").read_text("utf-8-sig").splitlines()))
    assert lines[0] == ["4-1", "Henvendelser efter funktion"]
    assert zipfile.is_zipfile(tmp_path / "xlsx")


def test_a_workbook_has_numbers_a_frozen_header_and_no_formula(tmp_path):
    words = Words("=HYPERLINK()", "=HYPERLINK()")
    row = Row("a", words, (Figure(key_of(), 7),))
    table = Table("t", words, (Column("n", words, "count"),), (row,))

    asked = Asked(datetime.date(2026, 1, 1), datetime.date(2026, 2, 1), ("foenix",))
    write(tmp_path / "a.xlsx", [table], asked, frozenset(), form="xlsx", language="da")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>7</v>" in sheet
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet
    assert "'=HYPERLINK()" in sheet


def test_a_line_that_there_is_not_and_a_period_the_wrong_way_round(with_site, tmp_path):
    said = with_site("stats", "export", *PERIOD, "--line", "x", "--format", "csv", "--out", tmp_path / "a")
    assert said.code == 2
    assert 'there is no line "x"' in said.problems[0]
    period = ("--from", "2013-01-01", "--to", "2013-01-01")
    assert with_site("stats", "export", *period, "--format", "csv", "--out", tmp_path / "a").code == 2


def test_registrations_as_rows(with_site, tmp_path):
    for form in ("csv", "xlsx", "json"):
        said = with_site.good(
            "stats", "registrations", *PERIOD, "--format", form, "--out", tmp_path / f"rows.{form}"
        )
        assert said.startswith("0 registrations written to ")
    assert json.loads((tmp_path / "rows.json").read_text("utf-8")) == []
