"""The roster file, read: what is accepted, and every problem at once with its line."""

from __future__ import annotations

import time

import pytest

from gateway.rosters.roster_file import RosterFileError, read_roster, write_roster
from tests.gateway.rosters.example import SITE, shift

HEADER = "line,tier,worker,start,end"
GOOD = "foenix,1,w1,2026-11-22 08:00,2026-11-22 16:00"


def read(*rows, header=HEADER, end="\n", encoding="utf-8"):
    return read_roster((end.join([header, *rows]) + end).encode(encoding), SITE)


def problems(*rows, **how):
    with pytest.raises(RosterFileError) as raised:
        read(*rows, **how)
    return [str(problem) for problem in raised.value.problems]


def only_problem(*rows, **how):
    (problem,) = problems(*rows, **how)
    return problem


def test_rows_become_shifts_in_the_order_of_the_file():
    assert read(
        "vest,9,w3,2026-11-22 23:00,2026-11-23 07:00",
        GOOD,
    ) == (
        shift("vest", 9, "w3", "22 23:00", "23 07:00"),
        shift("foenix", 1, "w1", "22 08:00", "22 16:00"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n;;;;\r\n"])
def test_files_as_excel_and_others_write_them(encoding, delimiter, end):
    end = end.replace(";", delimiter)
    rows = [GOOD.replace(",", delimiter), GOOD.replace("22", "23").replace(",", delimiter)]
    header = HEADER.replace(",", delimiter)
    assert len(read(*rows, header=header, end=end, encoding=encoding)) == 2


def test_quotes_spaces_and_capitals_in_the_header_do_no_harm():
    row = '" foenix ", 1 ,"w1","2026-11-22 08:00",2026-11-22 16:00'
    assert read(row, header="Line, Tier,WORKER,start,end") == read(GOOD)


def test_danish_letters_of_windows_are_told_as_they_are():
    assert 'line "fønix" is not in the site; did you mean "foenix"?' in only_problem(
        GOOD.replace("foenix", "fønix"), encoding="cp1252"
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("foenx,1,w1,2026-11-22 08:00,2026-11-22 16:00",
         'line "foenx" is not in the site; did you mean "foenix"?'),
        ("foenix,1,w9,2026-11-22 08:00,2026-11-22 16:00", 'worker "w9" is not in the site'),
        ("toften,1,w1,2026-11-22 08:00,2026-11-22 16:00",
         'worker "w1" does not serve "toften"; add it to their lines in the site file'),
        ("vest,1,w2,2026-11-22 08:00,2026-11-22 16:00",
         'worker "w2" does not serve "vest"; add it to their night_lines in the site file'),
        ("foenix,0,w1,2026-11-22 08:00,2026-11-22 16:00", 'tier "0" is not one of 1 to 9'),
        ("foenix,10,w1,2026-11-22 08:00,2026-11-22 16:00", 'tier "10" is not one of 1 to 9'),
        ("foenix,,w1,2026-11-22 08:00,2026-11-22 16:00", 'tier "" is not one of 1 to 9'),
        ("foenix,1,w1,22-11-2026 08:00,2026-11-22 16:00",
         'start "22-11-2026 08:00" is no time; write it as 2026-11-22 23:30'),
        ("foenix,1,w1,2026-11-22 08:00,2026-11-22 16:00:00",
         'end "2026-11-22 16:00:00" is no time'),
        ("foenix,1,w1,2026-11-22 8:00,2026-11-22 16:00", 'start "2026-11-22 8:00" is no time'),
        ("foenix,1,w1,2026-11-31 08:00,2026-12-01 16:00", 'start "2026-11-31 08:00" is no day or time'),
        ("foenix,1,w1,2026-11-22 08:60,2026-11-22 16:00", 'start "2026-11-22 08:60" is no day or time'),
        ("foenix,1,w1,2026-11-22 08:00,2026-11-22 24:00",
         'end "2026-11-22 24:00": write 2026-11-23 00:00, the midnight of the next day'),
        ("foenix,1,w1,2026-12-31 08:00,2026-12-31 24:00", "write 2027-01-01 00:00"),
        ("foenix,1,w1,1999-12-31 08:00,2026-11-22 16:00", "outside of the years 2000 to 2199"),
        ("foenix,1,w1,2026-11-22 08:00,9999-12-31 24:00", "no day or time that exists"),
        ("foenix,1,w1,2026-11-22 08:00,2026-11-22 08:00", "is not after the start"),
        ("foenix,1,w1,2026-11-22 23:00,2026-11-22 07:00",
         "is not after the start 2026-11-22 23:00; a shift past midnight ends on the next day"),
        ("foenix,1,w1,2026-11-22 08:00", "has 4 columns, not the 5 of line,tier,worker,start,end"),
        ("foenix,1,w1,2026-11-22 08:00,2026-11-22 16:00,sick", "has 6 columns, not the 5"),
        # 29 March 2026: the clocks go from 02:00 to 03:00.
        ("foenix,1,w1,2026-03-29 02:10,2026-03-29 02:50", "lies in the hour that the spring change skips"),
        ("foenix,1,w1,2026-03-29 02:00,2026-03-29 03:00", "lies in the hour that the spring change skips"),
    ],
)  # fmt: skip
def test_one_bad_row_is_told_in_one_line_with_its_number(row, words):
    told = only_problem("", row, GOOD.replace("22", "24"))
    assert told.startswith("line 3: ")
    assert words in told


@pytest.mark.parametrize(
    "row",
    [
        "foenix,1,w1,2026-03-29 02:10,2026-03-29 03:01",
        "foenix,1,w1,2026-03-29 01:59,2026-03-29 03:00",
        "foenix,1,w1,2026-10-25 02:10,2026-10-25 02:50",
        "foenix,1,w1,2026-11-22 08:00,2026-11-22 08:01",
        "foenix,9,w1,2000-01-01 00:00,2199-12-31 23:59",
    ],
)
def test_what_is_just_good_enough(row):
    assert len(read(row)) == 1


def test_all_problems_of_a_row_and_of_a_file_at_once():
    told = problems("foenx,0,w9,never,2026-11-22 16:00", GOOD, "vest,1,w2,2026-11-22 08:00,2026-11-22 07:00")
    assert [problem.split(":")[0] for problem in told] == ["line 2"] * 3 + ["line 4"] * 2
    assert (
        'line "foenx" is not in the site; did you mean "foenix"?; worker "w9" is not in the site' in told[0]
    )


@pytest.mark.parametrize(
    "header",
    [
        "line,tier,worker,start",
        "linje,trin,medarbejder,start,slut",
        "tier,line,worker,start,end",
        '"line,tier',
    ],
)
def test_a_wrong_header_is_told_alone(header):
    assert only_problem("x,y", GOOD, header=header).startswith("line 1: ")


def test_a_file_without_a_header_is_told_along_with_its_other_problems():
    told = problems("foenix,0,w1,2026-11-22 08:00,2026-11-22 16:00", header=GOOD.replace("22", "21"))
    assert told == [
        "line 1: the first row must be the header line,tier,worker,start,end; "
        'it is "foenix,1,w1,2026-11-21 08:00,2026-11-21 16:00"',
        'line 2: tier "0" is not one of 1 to 9; 1 rings first',
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the first row must be the header line,tier,worker,start,end, but the file is empty"),
        (b"\n \r\n", "the file is empty"),
        (HEADER.encode(), "the file holds no shift"),
        (b"PK\x03\x04\x14\0\0", "is a workbook or an archive; save it as CSV"),
        ((HEADER + "\n" + GOOD).encode("utf-16"), "is no text in UTF-8"),
        (HEADER.encode() + b"\n\xc3\x81\x81", "line 2: is neither UTF-8 nor Windows-1252"),
        (HEADER.encode() + b'\n"foenix,1\nx\ny', "line 2: can't be read as CSV"),
    ],
)
def test_what_is_no_roster_file(content, words):
    with pytest.raises(RosterFileError) as raised:
        read_roster(content, SITE)
    (problem,) = raised.value.problems
    assert words in str(problem)


def test_a_row_twice():
    assert only_problem(GOOD, GOOD.replace("w1", "w2"), GOOD) == (
        "line 4: is the same as line 2; take one of them out"
    )


def test_a_worker_on_a_line_twice_at_the_same_time():
    assert only_problem(GOOD, "foenix,2,w1,2026-11-22 15:59,2026-11-22 18:00") == (
        'line 3: "w1" is on "foenix" already, from 2026-11-22 08:00 to 2026-11-22 16:00 (line 2)'
    )
    # Told at the later row, whichever of them is first on the clock.
    assert only_problem("foenix,2,w1,2026-11-22 15:59,2026-11-22 18:00", GOOD).startswith("line 3: ")


def test_one_long_shift_over_several_is_told_for_each():
    told = problems(
        "foenix,1,w1,2026-11-22 00:00,2026-11-23 00:00",
        "foenix,1,w1,2026-11-22 01:00,2026-11-22 02:00",
        "foenix,1,w1,2026-11-22 03:00,2026-11-22 04:00",
        "foenix,1,w1,2026-11-23 00:00,2026-11-23 04:00",
    )
    assert [problem.split(":")[0] for problem in told] == ["line 3", "line 4"]
    assert all("(line 2)" in problem for problem in told)


def test_what_meets_or_is_on_another_line_is_no_double_shift():
    read(
        GOOD,
        "foenix,1,w1,2026-11-22 16:00,2026-11-22 18:00",
        "foenix,1,w2,2026-11-22 08:00,2026-11-22 16:00",
        "vest,1,w1,2026-11-22 08:00,2026-11-22 16:00",
    )


def test_fifty_thousand_rows_with_one_bad_line_are_one_message_and_quick():
    rows = [
        f"foenix,{tier},{worker},{2001 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02} {hour:02}:00,"
        f"{2001 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02} {hour + 8:02}:00"
        for day in range(8400)
        for hour in (0, 8)
        for tier, worker in enumerate(("w1", "w2", "w3"), 1)
    ]
    rows[25_000] = rows[25_000].replace("foenix", "fonix")
    assert len(rows) > 50_000
    began = time.process_time()
    assert only_problem(*rows) == 'line 25002: line "fonix" is not in the site; did you mean "foenix"?'
    assert time.process_time() - began < 5


def test_what_is_written_is_read_back():
    shifts = (
        shift("vest", 1, "w3", "22 23:00", "23 07:00"),
        shift("foenix", 2, "w1", "2026-03-29 02:30", "2026-03-29 08:00"),
    )
    assert read_roster(write_roster(shifts).encode(), SITE) == shifts
