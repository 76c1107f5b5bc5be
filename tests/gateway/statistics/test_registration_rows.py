"""Every registration as a row: in words, in little memory, and as a spreadsheet opens it."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tracemalloc
from datetime import date

import pytest

from gateway.statistics.registration_rows import COLUMNS, header, rows, write
from gateway.statistics.table import Asked
from tests.gateway.statistics.made_up import facts, register

DAY = date(2026, 11, 24)
ASKED = Asked(DAY, date(2026, 11, 25), ("foenix",))


def exported(store, path, form, language="da"):
    with store.snapshot() as connection:
        return write(path, header(language), rows(connection, ASKED, language), form=form)


def test_rows_say_in_words_what_was_chosen(store, tmp_path):
    with store.write() as connection:
        register(
            connection,
            facts("foenix", DAY, themes=0b101, person="somebody", hour=None),
            facts("toften", DAY),
            facts("foenix", date(2026, 11, 25)),
        )
    assert exported(store, tmp_path / "a.json", "json") == 1
    (row,) = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert row["day"] == "2026-11-24"
    assert row["hour"] is None
    assert row["who"] == "Borger i akut psykisk krise"
    assert row["themes"].count("; ") == 1
    assert row["minutes"] == 12
    assert "somebody" not in (tmp_path / "a.json").read_text("utf-8")
    assert exported(store, tmp_path / "a.csv", "csv", "en") == 1
    told = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))
    assert [len(line) for line in told] == [len(COLUMNS)] * 2
    assert told[0][0] == "Day"


def test_three_times_the_rows_take_no_more_memory(store, tmp_path):
    """Half a million take no more than five thousand: what is held is a batch, and what the formats keep."""
    peaks = {}
    for count in (500, 2_500, 5_000):
        with store.write() as connection:
            register(connection, *(facts("foenix", DAY) for _ in range(count)))
        for form in ("csv", "xlsx"):
            tracemalloc.start()
            written = exported(store, tmp_path / f"a.{form}", form)
            peaks[form, count] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert written >= count
    for form in ("csv", "xlsx"):
        assert peaks[form, 5_000] < peaks[form, 2_500] * 1.3 + 200_000, peaks


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_opens_the_workbook_and_works_nothing_out(tmp_path):
    """Numbers are numbers, and what looks like a formula is the text that it is."""
    texts = ["=1+1", "+45", "-1", "@SUM(A1)", "\t=2+2", "Åben; lukket"]
    made = iter([[7, 2.5, None, *texts], [8, -3, "x", *texts]])
    names = ["=2+3", "b", "c", *(f"t{n}" for n in range(len(texts)))]
    assert write(tmp_path / "a.xlsx", names, made, form="xlsx") == 2
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", tmp_path, tmp_path / "a.xlsx"],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    read = list(csv.reader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert read[0][0] == "'=2+3"
    assert read[1][:3] == ["7", "2.5", ""]
    assert read[2][:3] == ["8", "-3", "x"]
    assert read[1][3:] == ["'=1+1", "'+45", "'-1", "'@SUM(A1)", "'\t=2+2", "Åben; lukket"]
