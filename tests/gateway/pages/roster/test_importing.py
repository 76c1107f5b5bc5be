"""Files into the roster: shown first, all of it or nothing; and the plan on paper."""

from __future__ import annotations

import base64
import io
import zlib

import pytest
import sqlalchemy as sa

from gateway.pages.roster.parcel import MOST_BYTES, ParcelError, packed, unpacked
from gateway.store.tables import outbox
from tests.flows.world import local
from tests.gateway.pages.roster.conftest import desk_of
from tests.gateway.rosters.test_month_plan import text_of

HEADER = "line,tier,worker,start,end\n"
FILE = (
    HEADER
    + "foenix,1,bo,2026-12-10 08:00,2026-12-10 16:00\nfoenix,1,niels,2026-12-10 16:00,2026-12-11 08:00\n"
)
EVENT = (
    "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:20261101T000000Z\r\n"
    "DTSTART:{start}\r\nDTEND:{end}\r\nSUMMARY:{who}\r\nEND:VEVENT\r\n"
)
PREVIEW = "/roster/import/preview"


def calendar(*events):
    inside = "".join(
        EVENT.format(n=n, start=start, end=end, who=who) for n, (start, end, who) in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inside}END:VCALENDAR\r\n"


def uploads(desk, content, *, kind="csv", name="plan.csv", **fields):
    given = {"form_token": desk.token(), "kind": kind, "file": (io.BytesIO(content.encode()), name), **fields}
    return desk.ask("POST", PREVIEW, data=given, content_type="multipart/form-data")


def on_duty(world, at, line="foenix"):
    _site, roster = world.book.current()
    return [each.worker for each in roster.on_duty(line, local(at))]


def test_a_file_is_shown_first_and_counts_when_somebody_says_so(desk, world):
    answer = uploads(desk, FILE)
    assert answer.status_code == 200
    assert "2 nye vagter, 0 forsvinder, 0 er som før." in answer.text
    assert "Niels tor 10/12 16.00–08.00" in answer.text
    assert on_duty(world, "2026-12-10 12:00") == []
    assert desk.send("/roster/import").status_code == 303
    assert "Filens 2 vagter gælder nu." in desk.follow().text
    assert on_duty(world, "2026-12-10 12:00") == ["bo"]
    assert "Filen ændrer intet" in uploads(desk, FILE).text
    with world.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action FROM audit_entries").all()
    assert ("koord", "roster_changed") in [tuple(row) for row in rows]


def test_one_shift_is_said_as_one(desk):
    assert "1 ny vagt, 0 forsvinder, 0 er som før." in uploads(desk, FILE.partition("foenix,1,niels")[0]).text
    desk.send("/roster/import")
    assert "Filens ene vagt gælder nu." in desk.follow().text
    assert "1 ny vagt, 0 forsvinder, 1 er som før." in uploads(desk, FILE).text


def test_what_it_takes_away_is_shown_too(desk):
    uploads(desk, FILE)
    desk.send("/roster/import")
    answer = uploads(desk, FILE.replace("foenix,1,niels", "foenix,2,niels").replace("16:00\n", "17:00\n", 1))
    assert "2 nye vagter, 2 forsvinder, 0 er som før." in answer.text
    assert "trin 2" in answer.text


def test_a_file_that_opens_a_gap_within_a_week_asks(desk, world):
    uploads(
        desk,
        HEADER
        + "toften,1,carla,2026-11-20 00:00,2026-11-26 12:00\n"
        + "toften,1,carla,2026-11-27 12:00,2026-12-20 00:00\n",
    )
    assert "Akuttilbuddet Toften: tor 26/11 12.00–20.00" in desk.page.text
    assert desk.send("/roster/import").status_code == 409
    assert on_duty(world, "2026-11-26 13:00", "toften") == ["carla"]
    assert desk.send("/roster/import", confirm_gaps="yes").status_code == 303
    assert on_duty(world, "2026-11-26 13:00", "toften") == []


def test_a_roster_that_moved_on_meanwhile_is_shown_anew(desk, world):
    uploads(desk, FILE)
    world.on_duty(("foenix", 1, "anna", "2026-12-10 00:00", "2026-12-10 12:00"))
    assert desk.send("/roster/import").status_code == 409
    assert "Intet er gemt" in desk.page.text
    assert "Anna tor 10/12 00.00–12.00" not in desk.page.text  # it reaches over the file's edge and stays
    assert on_duty(world, "2026-12-10 13:00") == []
    assert desk.send("/roster/import").status_code == 303


def test_fifty_thousand_rows_with_one_bad_line(desk, world):
    rows = "foenix,1,bo,2027-01-01 08:00,2027-01-01 16:00\n" * 1
    many = HEADER + "".join(
        f"foenix,1,bo,{2030 + n // 10000}-{n % 12 + 1:02}-{n // 12 % 28 + 1:02} {n // 336 % 24:02}:00,"
        f"{2030 + n // 10000}-{n % 12 + 1:02}-{n // 12 % 28 + 1:02} {n // 336 % 24:02}:30\n"
        for n in range(8000)
    )
    many += rows * 42_000
    bad = many.replace("foenix,1,bo,2030", "foenix,1,boo,2030", 1)
    answer = uploads(desk, bad)
    assert answer.status_code == 400
    assert "Linje 2: Medarbejderen &#34;boo&#34; findes ikke. Er det &#34;bo&#34;?" in answer.text
    assert "Intet er ændret." in answer.text
    assert on_duty(world, "2030-01-01 00:15") == []


def test_many_rows_are_packed_into_the_page_and_come_back(desk, world):
    rows = "".join(
        f"foenix,1,bo,{2030 + n // 8000}-{n % 12 + 1:02}-{n // 12 % 28 + 1:02} {n // 336 % 24:02}:00,"
        f"{2030 + n // 8000}-{n % 12 + 1:02}-{n // 12 % 28 + 1:02} {n // 336 % 24:02}:30\n"
        for n in range(4000)
    )
    assert uploads(desk, HEADER + rows).status_code == 200
    assert desk.send("/roster/import").status_code == 303
    assert on_duty(world, "2030-01-01 00:15") == ["bo"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "Vælg en fil."),
        ("line,tier\n", "Den første række skal være line,tier,worker,start,end"),
        (HEADER, "Der er ingen vagter i filen."),
        (
            FILE + "foenix,1,bo,2026-12-10 12:00,2026-12-10 20:00\n",
            "Linje 4: Bo er allerede på Akuttilbuddet Fønix",
        ),
        (
            FILE + "foenix,1,bo,2026-12-12 12:00,2026-12-12 12:00\n",
            "Linje 4: Vagten slutter 2026-12-12 12:00",
        ),
        (
            FILE + "foenix,1,carla,2026-12-12 12:00,2026-12-12 13:00\n",
            "Linje 4: Carla hører ikke til Akuttilbuddet Fønix",
        ),
        (FILE + "foenix,1,bo,12/12,2026-12-12 13:00\n", "Linje 4: Start: &#34;12/12&#34; er ikke en tid"),
        ("PK\x03\x04", "Filen er et regneark. Gem den som CSV."),
    ],
)
def test_a_file_that_can_not_be_used_changes_nothing_and_says_where(desk, content, words):
    answer = uploads(desk, content)
    assert answer.status_code == 400
    assert words in answer.text


def test_a_file_of_a_line_that_is_not_theirs(desk, world):
    from dataclasses import replace

    site, _roster = world.book.current()
    koord = replace(site.workers["koord"], lines=("toften",))
    world.book._standing = replace(
        world.book._standing, site=replace(site, workers={**site.workers, "koord": koord})
    )
    answer = uploads(desk, FILE)
    assert answer.status_code == 400
    assert "Du planlægger ikke Akuttilbuddet Fønix." in answer.text


def test_a_calendar_becomes_shifts_of_a_line(desk, world):
    content = calendar(
        ("20261210T080000", "20261210T160000", "Bo"), ("20261210T150000Z", "20261210T230000Z", "Niels")
    )
    answer = uploads(desk, content, kind="ics", name="plan.ics", line="foenix", tier="2")
    assert "2 nye vagter" in answer.text
    assert "Niels tor 10/12 16.00–00.00, trin 2" in answer.text
    assert desk.send("/roster/import").status_code == 303
    assert on_duty(world, "2026-12-10 18:00") == ["niels"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hej", "Filen er ikke en kalender (.ics)."),
        (calendar(), "Der er ingen begivenheder i filen."),
        (
            calendar(("20261210T080000", "20261210T160000", "Hr. Nobody")),
            "Begivenhed 1: Den nævner ingen medarbejder",
        ),
        (calendar(("20261210T080000", "20261210T080000", "Bo")), "Begivenhed 1: Vagten slutter"),
    ],
)
def test_a_calendar_that_can_not_be_used(desk, content, words):
    answer = uploads(desk, content, kind="ics", line="foenix", tier="1")
    assert answer.status_code == 400
    assert words in answer.text


def test_a_file_that_is_too_large(desk):
    assert "Filen er for stor" in uploads(desk, HEADER + "x" * MOST_BYTES).text
    assert uploads(desk, "x" * (13 * 1024 * 1024)).status_code == 413


def test_what_comes_back_from_the_page_is_looked_at_again(desk, world):
    uploads(desk, FILE)
    forged = packed(FILE.replace("bo", "carla").encode())
    assert desk.send("/roster/import", content=forged).status_code == 400
    uploads(desk, FILE)
    assert desk.send("/roster/import", content="x").status_code == 400
    uploads(desk, FILE)
    assert desk.send("/roster/import", seen="-1").status_code == 409
    assert on_duty(world, "2026-12-10 12:00") == []


def test_a_parcel_is_what_was_packed_or_nothing():
    assert unpacked(packed(b"x" * MOST_BYTES)) == b"x" * MOST_BYTES
    bomb = base64.b64encode(zlib.compress(b"\0" * (MOST_BYTES + 1))).decode()
    for text in (bomb, packed(b"abc")[:-6], "%%%", "", "æ"):
        with pytest.raises(ParcelError):
            unpacked(text)


def test_the_months_plan_on_paper_with_numbers_only_when_asked_for(desk):
    page = desk.get("/roster/month.pdf?line=foenix&month=2026-11")
    assert page.headers["Content-Type"] == "application/pdf"
    plain = text_of(page.data)
    assert "november 2026" in plain
    assert "Bo" in plain
    assert "+45" not in plain
    page = desk.get("/roster/month.pdf?line=foenix&month=2026-11&numbers=yes")
    assert "+45 20 00 00 02" in text_of(page.data)


def test_what_goes_out_as_a_file_comes_back_in_unchanged(desk):
    out = desk.get("/roster/month.csv?line=foenix&month=2026-11").text
    assert out.startswith(HEADER.strip())
    assert "Filen ændrer intet" in uploads(desk, out).text


def test_papers_of_others_and_of_no_month(desk, world):
    assert desk.get("/roster/month.pdf?line=nowhere&month=2026-11").status_code == 404
    assert desk.get("/roster/month.pdf?line=foenix&month=11").status_code == 400
    assert desk_of(world, "anna").get("/roster/month.pdf?line=foenix&month=2026-11").status_code == 403


def told(world):
    with world.store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    return sorted(row.details["worker"] for row in rows if row.details.get("text") == "sms_roster_changed")


def test_those_whose_shifts_change_are_told_and_of_looking_at_it_nobody(desk, world):
    assert "de, hvis vagter ændres, får besked" in uploads(desk, FILE).text
    assert told(world) == []
    desk.send("/roster/import")
    assert told(world) == ["bo", "niels"]
    uploads(desk, FILE.replace("12-11 08:00", "12-11 07:00"))
    desk.send("/roster/import")
    assert told(world) == ["bo", "niels", "niels"]


@pytest.mark.parametrize(
    ("end", "words"),
    [("16:00", "der lukkes, fordi de nu er dækket"), ("15:59", "der kun er delvist dækket")],
)
def test_open_shifts_that_the_file_covers_are_named(desk, end, words):
    desk.query = "view=month&date=2026-12-10"
    desk.does("shifts", worker=None, tier=1, start="2026-12-10T08:00", end="2026-12-10T16:00")
    desk.does("publish")
    answer = uploads(desk, FILE.replace("12-10 16:00\n", f"12-10 {end}\n"))
    assert f"Åbne vagter, {words}" in answer.text
    assert "Akuttilbuddet Fønix: tor 10/12 08.00–16.00" in answer.text
    desk.send("/roster/import")
    assert len(desk.now()["open"]) == (0 if end == "16:00" else 1)
