"""The statistics pages as a coordinator opens them, and the same figures wherever they are asked for."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from datetime import date, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from config.site_file import read_site
from gateway.audit.log import Action
from gateway.cli import run
from gateway.pages.statistics.sections import SECTIONS
from gateway.statistics.catalogue import NAMES
from gateway.store import site_versions
from gateway.store.tables import audit_entries
from tests.flows.world import SITE, World
from tests.gateway.api.asking import Api
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched
from tests.gateway.pages.visiting import signed_in
from tests.gateway.statistics.made_up import at_random, call, register

PERIOD = "from=2026-10-01&to=2026-12-31"
ADDRESSES = [f"/statistics{'' if name == 'overview' else '/' + name}?{PERIOD}" for name in SECTIONS]


# A coordinator of one line alone.
TINA = """
[[worker]]
id = "tina"
name = "Tina"
mobile = "+4520000011"
lines = ["toften"]
roles = ["coordinator"]
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A quarter of two lines, on SQLite: what a page shows of a table does not depend on the database."""
    folder = tmp_path_factory.mktemp("statistics")
    world = World(f"sqlite:///{folder / 'a.db'}", folder / "var")
    text = SITE + TINA
    site_versions.save(world.store, world.gateway.vault, text, world.clock())
    world.book.refresh()
    world.site = read_site(text)
    world.on_duty(("foenix", 1, "anna"), ("toften", 1, "carla"), ("vest", 1, "nadia"))
    chance = random.Random(7)
    made = [
        at_random(chance, chance.choice(["foenix", "toften"]), date(2026, 10, 1) + timedelta(days=n % 90))
        for n in range(600)
    ]
    with world.store.write() as connection:
        register(connection, *made)
        for n in range(80):
            call(
                connection, "foenix", world.clock() - timedelta(hours=n), chance.expovariate(1 / 20),
                answered=n % 9 > 0,
            )  # fmt: skip
    yield world
    world.close()


@pytest.fixture
def coordinator(world):
    return signed_in(world, "koord")


class Tables(HTMLParser):
    """The figures of each table of a page, row by row, by the table's id."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._in_body = self._in_cell = False
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "section" and "statistic" in given.get("class", ""):
            self._rows = self.found.setdefault(given["aria-labelledby"].removeprefix("table-"), [])
        elif tag == "tbody":
            self._in_body = True
        elif tag == "tr" and self._in_body:
            self._rows.append([])
        elif tag == "td" and self._in_body:
            self._in_cell = True
            self._rows[-1].append("")

    def handle_endtag(self, tag):
        if tag == "tbody":
            self._in_body = False
        elif tag == "td":
            self._in_cell = False

    def handle_data(self, data):
        if self._in_cell:
            self._rows[-1][-1] += data


def as_written(value):
    """A page's text as the value it stands for."""
    bare = value.replace("\u00a0%", "").replace("\u00a0s", "").replace(",", "")
    return {"–": None, "hidden": "suppressed"}.get(bare, float(bare) if bare[:1].isdigit() else bare)


def sheets(body):
    """The rows of each sheet of a workbook, numbers as numbers."""
    spaces = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = [
            sheet.get("name")
            for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iterfind(".//m:sheet", spaces)
        ]
        for number, name in enumerate(names, 1):
            tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            yield (
                name,
                [
                    {
                        cell.get("r").rstrip("0123456789"): cell.findtext("m:v", None, spaces)
                        or "".join(cell.itertext())
                        for cell in row.iterfind("m:c", spaces)
                    }
                    for row in tree.iterfind(".//m:row", spaces)
                ],
            )


def plain(values):
    return [float(value) if value not in ("", None, "suppressed") else value or None for value in values]


@pytest.mark.parametrize(("worker", "line"), [("koord", "foenix"), ("tina", "foenix")])
def test_page_api_cli_csv_xlsx_and_json_have_the_same_figures(world, monkeypatch, tmp_path, worker, line):
    """The line is not Tina's: small cells are hidden alike in all of them."""
    visitor = signed_in(world, worker)
    visitor.client.set_cookie("__Host-language", "en", domain="akut.example", secure=True)
    query = f"{PERIOD}&line={line}"
    told = {table["table"]: table for table in visitor.get(f"/statistics.json?{query}").get_json()}
    assert tuple(told) == NAMES
    figures = {name: [row["values"] for row in table["rows"]] for name, table in told.items()}
    if worker == "tina":
        assert any("suppressed" in row for rows in figures.values() for row in rows)

    api = Api(world.app, world.store, worker, world)
    for name in NAMES if worker == "koord" else ("4-1", "9-13", "quarters", "lines"):
        answer = api.get(f"/statistics/{name}?from=2026-10-01&to=2027-01-01&line={line}&language=en")
        assert answer.get_json() == told[name], name

    shown = Tables(visitor.get(f"/statistics/all?{query}").text).found
    for name, rows in figures.items():
        bands = [column["key"].endswith("_band") for column in told[name]["columns"]]
        wanted = [[v for v, band in zip(row, bands, strict=True) if not band] for row in rows]
        assert [[as_written(cell) for cell in row] for row in shown[name]] == [
            [float(v) if isinstance(v, int) else v for v in row] for row in wanted
        ], name

    rows = list(csv.reader(io.StringIO(visitor.get(f"/statistics.csv?{query}").text.lstrip("\ufeff"))))
    in_csv: dict[str, list[list[str]]] = {}
    for at, row in enumerate(rows):
        if row and row[0] in told and (at == 0 or not rows[at - 1]):
            in_csv[row[0]] = [each[1:] for each in rows[at + 2 : at + 2 + len(figures[row[0]])]]
    assert {name: [plain(row) for row in found] for name, found in in_csv.items()} == {
        name: [plain(row) for row in found] for name, found in figures.items()
    }

    for name, found in sheets(visitor.get(f"/statistics.xlsx?{query}").data):
        letters = "BCDEFGHIJKLMNOPQ"[: len(told[name]["columns"])]
        written = found[2 : 2 + len(figures[name])]
        assert [plain([row.get(letter) for letter in letters]) for row in written] == [
            plain(row) for row in figures[name]
        ], name

    if worker == "koord":
        monkeypatch.setenv("DATABASE_URL", str(world.settings.database_url))
        monkeypatch.setenv("AKUTLINJEN_VAR", str(world.settings.var_dir))
        out = tmp_path / "a.json"
        options = ["--from", "2026-10-01", "--to", "2027-01-01", "--line", line, "--language", "en"]
        assert run(["stats", "export", *options, "--format", "json", "--out", str(out)]) == 0
        by_command = {table["table"]: table for table in json.loads(out.read_text("utf-8"))}
        del by_command["staffing"], told["staffing"]  # the coming roster begins on another day here
        assert by_command == told


def test_statistics_are_the_coordinators(world):
    assert signed_in(world, "anna").get("/statistics").status_code == 403
    assert "/statistics" not in signed_in(world, "anna").get("/console").text
    assert 'href="/statistics"' in signed_in(world, "koord").get("/today").text


def test_each_section_has_its_tables_with_pictures_and_links_that_keep_the_period(coordinator):
    for address, names in zip(ADDRESSES, SECTIONS.values(), strict=True):
        page = coordinator.get(address).text
        assert list(Tables(page).found) == list(names), address
        assert page.count("<svg") >= len(names) - ("persons" in names), address
        assert "period=own&amp;from=2026-10-01&amp;to=2026-12-31" in page
    assert coordinator.get("/statistics/nothing").status_code == 404


def test_another_line_is_said_to_be_hidden_where_it_is_small(world, coordinator):
    assert "skjult" not in coordinator.get(f"/statistics/what?{PERIOD}&line=foenix").text
    others = signed_in(world, "tina").get(f"/statistics/what?{PERIOD}&line=foenix").text
    assert "Tal under fem er skjult" in others
    assert ">skjult<" in others


def test_outside_readers_get_whole_quarters_and_are_told_which(world):
    page = signed_in(world, "tina").get("/statistics?from=2026-11-01&to=2026-11-30&line=foenix").text
    assert '<time datetime="2026-10-01">' in page
    assert '<time datetime="2026-12-31">' in page
    told = Api(world.app, world.store, "tina", world).get(
        "/statistics/4-1?from=2026-11-01&to=2026-12-01&line=foenix"
    )
    assert (told.get_json()["from"], told.get_json()["to"]) == ("2026-10-01", "2027-01-01")


def test_a_slip_in_the_address_is_said_and_gives_no_file(coordinator):
    page = coordinator.get("/statistics?from=2026-13-01&to=2026-12-31")
    assert page.status_code == 400
    assert "Skriv to datoer" in page.text
    assert coordinator.get("/statistics.csv?line=nowhere").status_code == 400
    assert coordinator.get("/statistics.pdf").status_code == 404


def test_an_empty_period_says_so(coordinator):
    assert "Intet her endnu" in coordinator.get("/statistics?from=1990-01-01&to=1990-01-31").text


def test_whoever_gets_a_file_stands_in_the_log(world, coordinator):
    coordinator.get(f"/statistics.xlsx?{PERIOD}")
    with world.store.read() as connection:
        newest = connection.execute(
            sa.select(audit_entries.c.action, audit_entries.c.actor).order_by(audit_entries.c.number.desc())
        ).first()
    assert newest == (Action.EXPORTED, "koord")


@pytest.mark.parametrize(("screen", "hour", "language"), [(PHONE, 21, "da"), (DESK, 11, "en")])
def test_in_chromium_axe_finds_nothing_and_nothing_scrolls_sideways(world, chromium, screen, hour, language):
    was = world.clock()
    world.clock.set(was.replace(hour=hour) if hour < 20 else was.replace(hour=hour - 1))
    with served(world) as at:
        context = chromium.new_context(**screen)
        context.add_cookies(
            [
                {"name": "akutlinjen-session", "value": at.session("tina"), "url": at.url},
                {"name": "akutlinjen-language", "value": language, "url": at.url},
            ]
        )
        page = context.new_page()
        watched(page, at)
        for address in (ADDRESSES[0], f"/statistics/all?{PERIOD}&line=foenix"):
            page.goto(at.url + address)
            page.locator("summary").first.click()
            fits_and_is_clean(page, address)
        page.get_by_label("Periode" if language == "da" else "Period", exact=True).select_option("last_year")
        page.get_by_role("button", name="Vis" if language == "da" else "Show", exact=True).click()
        page.wait_for_url("**/statistics/all?period=last_year**line=foenix")
        assert page.trouble == []
        context.close()
    world.clock.set(was)


def test_registrations_as_rows_are_for_the_coordinator_of_the_line(world, coordinator):
    own = coordinator.get(f"/statistics/registrations.csv?{PERIOD}&line=foenix")
    told = list(csv.reader(io.StringIO(own.text.lstrip("\ufeff"))))
    assert len(told) > 200
    assert {row[2] for row in told[1:]} == {"foenix"}
    tina = signed_in(world, "tina")
    assert tina.get(f"/statistics/registrations.csv?{PERIOD}&line=foenix").status_code == 400
    all_of_hers = tina.get(f"/statistics/registrations.csv?{PERIOD}").text
    assert {row[2] for row in list(csv.reader(io.StringIO(all_of_hers)))[1:]} == {"toften"}
    assert signed_in(world, "anna").get("/statistics/registrations.csv").status_code == 403


def test_the_period_is_said_as_dates_are_written(coordinator):
    page = coordinator.get(f"/statistics?{PERIOD}").text
    assert '<time datetime="2026-10-01">01.10.2026</time> – ' in page
    assert '<time datetime="2026-12-31">31.12.2026</time>' in page


def test_the_coming_rosters_days_are_said_as_dates_are_written_and_files_keep_iso(coordinator):
    page = coordinator.get(f"/statistics/answering?{PERIOD}").text
    assert "Den kommende vagtplan er for: 24.11.2026 – 21.12.2026" in page
    rows = csv.reader(io.StringIO(coordinator.get(f"/statistics.csv?{PERIOD}").text))
    assert ["Den kommende vagtplan er for", "2026-11-24 – 2026-12-21"] in rows
