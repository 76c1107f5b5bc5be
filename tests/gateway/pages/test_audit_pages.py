"""The log as coordinators and administrators read it, and as a file that tricks no spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway import csv_cells
from gateway.audit.log import SYSTEM, Action
from gateway.pages import audit_pages
from gateway.store.tables import audit_entries
from tests.flows.world import World, local
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched
from tests.gateway.pages.visiting import signed_in


def record(world: World, actor: str = "anna", action: Action = Action.CONTACT_READ, *, at=None, **fields):
    with world.store.write() as connection:
        world.gateway.audit.record(connection, at=at or world.clock(), actor=actor, action=action, **fields)


@pytest.fixture
def entries(world: World) -> None:
    """One entry of each line, of the night line, and of none."""
    record(world, line="foenix")
    record(world, "carla", line="toften")
    record(world, "nadia", night_line="vest")
    record(world, "bo", Action.SIGNED_IN, how="passkey")


def shown(page) -> list[str]:
    """Who is named by the entries of a page, from its top."""
    found = re.findall(r'<strong>([^<]+)</strong>\s*<span class="soft small">([^<·]+)', page.text)
    return [who.strip() for _action, who in found]


def rows(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def last(world: World):
    with world.store.read() as connection:
        return connection.execute(
            sa.select(audit_entries).order_by(audit_entries.c.number.desc()).limit(1)
        ).one()


@pytest.fixture
def of_one_line(world: World, monkeypatch):
    """Kirsten coordinates Fønix alone."""
    from dataclasses import replace

    site, _roster = world.book.current()
    workers = dict(site.workers)
    workers["koord"] = replace(workers["koord"], lines=("foenix",), night_lines=())
    world.book._standing = replace(world.book._standing, site=replace(site, workers=workers))


def test_a_coordinator_reads_of_their_own_lines_alone(world, entries, of_one_line):
    assert shown(signed_in(world, "koord").get("/log")) == ["Anna"]
    assert [row[2] for row in rows(signed_in(world, "koord").get("/log.csv"))[1:]] == ["anna"]


def test_an_administrator_reads_everything_and_a_worker_nothing(world, entries):
    page = signed_in(world, "adm").get("/log")
    assert shown(page) == ["Bo", "Nadia", "Carla", "Anna"]
    assert "passkey" in page.text
    for path in ("/log", "/log.csv"):
        assert signed_in(world, "anna").get(path).status_code == 403
    assert ">Log<" not in signed_in(world, "anna").get("/console").text
    assert ">Log<" in page.text


def test_reading_it_stands_in_it_once_a_page(world, entries):
    koord = signed_in(world, "koord")
    koord.get("/log?action=contact_read&from=2026-11-01")
    entry = last(world)
    assert (entry.actor, entry.action, entry.number) == ("koord", "audit_read", 5)
    assert entry.details == {
        "what": "the newest", "asked": {"from": "2026-11-01", "action": "contact_read"},
    }  # fmt: skip
    koord.get("/log")
    assert last(world).number == 6
    assert world.gateway.audit.verify(world.store).faults == ()
    assert "Læste loggen" in signed_in(world, "adm").get("/log").text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("from=2026-11-24", [4, 3, 2]),
        ("from=2026-11-24&to=2026-11-24", [3, 2]),
        ("to=2026-11-23", [1]),
        ("action=number_lifted", [3]),
        ("worker=bo", [4, 2]),
        ("worker=system", [1]),
        ("worker=bo&to=2026-11-24", [2]),
        ("action=&worker=&from=&to=", [4, 3, 2, 1]),
        ("before=3", [2, 1]),
    ],
)
def test_filters_stand_in_the_address(world, query, numbers):
    record(world, SYSTEM, at=local("2026-11-23 23:59:59"), line="foenix")
    record(world, "bo", at=local("2026-11-24 00:00"), line="foenix")
    record(world, "anna", Action.NUMBER_LIFTED, at=local("2026-11-24 23:59:59"), line="foenix")
    record(world, "bo", at=local("2026-11-25 00:00"), line="foenix")
    koord = signed_in(world, "koord")
    page = koord.get(f"/log?{query}")
    assert [int(n) for n in re.findall(r"</time></at-touch> · (\d+)", page.text)] == numbers
    in_file = [int(row[0]) for row in rows(koord.get(f"/log.csv?{query}"))[1:]]
    assert in_file == (numbers if "before" not in query else [4, 3, 2, 1])


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "to=0001-01-01", "to=9999-12-31", "from=2026-02-30", "action=x", "worker=carol",
     "before=1e9", "before=²", "before=99999999999", "from=%00", "worker=anna%00", "action=%0d%0aX: y"],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_no_file_is_given(world, entries, query):
    koord = signed_in(world, "koord")
    assert koord.get(f"/log?{query}").status_code == 400
    if query.startswith(("from", "to")):
        assert "Skriv datoen som" in koord.page.text
    answer = koord.get(f"/log.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert last(world).action == "audit_read"


def test_a_page_at_a_time_keeps_the_filters(world, monkeypatch):
    monkeypatch.setattr(audit_pages, "A_PAGE", 3)
    for _ in range(7):
        record(world, line="foenix")
        record(world, "bo", line="foenix")
    koord = signed_in(world, "koord")
    seen, address = [], "/log?worker=anna"
    for count in (3, 3, 1):
        text = koord.get(address).text
        found = re.findall(r"</time></at-touch> · (\d+)", text)
        assert len(found) == count
        seen += found
        older = re.search(r'href="(/log\?[^"]+before=[^"]+)"', text)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == ["13", "11", "9", "7", "5", "3", "1"]
    assert not address


def test_the_file_is_whole_over_many_batches_and_leaves_its_trace(world, monkeypatch):
    monkeypatch.setattr(audit_pages, "A_BATCH", 4)
    for count in range(9):
        record(world, line="foenix", count=count)
    answer = signed_in(world, "koord").get("/log.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    head, *body = rows(answer)
    assert head[:2] == ["Nummer", "Tid"]
    assert [row[0] for row in body] == [str(number) for number in range(9, 0, -1)]
    assert body[0] == [
        "9", "2026-11-24T14:00:00+01:00", "anna", "Anna", "contact_read", "Læste en henvendelse", "foenix",
        "", "", '{"count": 8}',
    ]  # fmt: skip
    assert (last(world).action, last(world).details) == ("exported", {"what": "log", "asked": {}})


def test_no_cell_of_the_file_is_a_formula(world):
    record(world, "=cmd|' /C calc'!A0", line="foenix", about="\r\n=1+1")
    cells = [cell for row in rows(signed_in(world, "koord").get("/log.csv")) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("value", ["=1", "+45", "-1", "@x", "\tx", "\r=1"])
def test_a_cell_that_begins_a_formula_stands_behind_an_apostrophe(value):
    assert csv_cells.cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "x=1", "a", "1-1", " =1", "'=1"])
def test_any_other_cell_stays_as_it_is(value):
    assert csv_cells.cell(value) == value


def test_who_is_no_worker_has_a_name_too(world):
    record(world, "backup:vest", Action.CONTACT_CLAIMED, line="foenix")
    record(world, SYSTEM, Action.NUMBER_HIDDEN, line="foenix")
    record(world, "someone-who-left", line="foenix")
    assert shown(signed_in(world, "koord").get("/log")) == ["someone-who-left", "Systemet", "Natlinjen Vest"]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("hour", [14, 23])
def test_axe_finds_nothing(world, entries, chromium, screen, language, hour):
    if not world.store.is_sqlite:
        pytest.skip("the browser does not see which database it is")
    record(world, "adm", Action.PURGED, removed={"caller_numbers": 3, "sites": 0})
    record(world, "command-line", Action.TOKEN_ISSUED, worker="anna")
    record(world, line="foenix", contact=None)
    world.clock.set(world.clock() + timedelta(hours=hour - 14))
    with served(world) as at:
        context = chromium.new_context(**screen)
        cookie = {"name": "akutlinjen-session", "value": at.session("adm"), "url": at.url}
        context.add_cookies([cookie, {"name": "akutlinjen-language", "value": language, "url": at.url}])
        page = context.new_page()
        watched(page, at)
        for address in ("/log", "/log?from=x", "/log?worker=nadia&action=purged"):
            page.goto(at.url + address)
            fits_and_is_clean(page, address)
        page.goto(f"{at.url}/log")
        page.locator("#worker").select_option("nadia")
        page.locator("form[action='/log'] button").click()
        page.wait_for_url("**/log?*worker=nadia*")
        assert page.locator(".list .item").count() == 1
        assert page.trouble == []
        context.close()


def test_who_a_conversation_was_given_to_is_named(world):
    record(world, "bo", Action.CONTACT_TRANSFERRED, line="foenix", to="anna")
    page = signed_in(world, "koord").get("/log").text
    assert "til Anna" in page
    assert "anna" not in re.sub(r"<[^>]+>", " ", page)


def test_an_id_that_tells_a_reader_nothing_is_left_out(world):
    record(
        world, "koord", Action.DIRECTORY_CHANGED, line="foenix", entry="01a2132ed889df0a", municipality="0561"
    )
    page = signed_in(world, "koord").get("/log").text
    assert "municipality: 0561" in page
    assert "01a2132ed889df0a" not in page
