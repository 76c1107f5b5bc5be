"""The list of contacts, narrowed down in the address: by state, line, channel, municipality and days."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gateway.pages import contacts as contact_pages
from gateway.store.tables import contacts
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean
from tests.gateway.pages.visiting import signed_in
from tests.gateway.statistics.made_up import call

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 23, tzinfo=UTC)  # in Denmark
EMPTY = "Ingen henvendelser passer til det, du har valgt."


@pytest.fixture
def filled(world):
    """A contact of each kind, by name."""
    kinds = {
        "call": ("foenix", {"municipality": "0561"}),
        "sms": ("foenix", {"municipality": "0561", "channel": "sms", "answered": False}),
        "toften": ("toften", {"municipality": "0430"}),
        "shared": (None, {"night_line": "vest", "channel": "chat"}),
    }
    with world.store.write() as connection:
        for name, (line, changed) in kinds.items():
            call(connection, line, NOON, 5, id=name, **changed)
    return kinds


def listed(page):
    return set(re.findall(r'href="/contacts/(\w+)"', page.text))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"call", "sms", "toften", "shared"}),
        ("line=foenix", {"call", "sms"}),
        ("line=vest", {"shared"}),
        ("line=&channel=&municipality=&from=&to=", {"call", "sms", "toften", "shared"}),
        ("channel=sms", {"sms"}),
        ("municipality=0430", {"toften"}),
        ("line=foenix&municipality=0430", set()),
        ("state=abandoned", {"sms"}),
        ("state=abandoned&state=ended&line=foenix", {"call", "sms"}),
        ("state=ended&line=foenix&channel=voice&municipality=0561&from=2026-11-23&to=2026-11-23", {"call"}),
        ("from=2026-11-24", set()),
        ("to=2026-11-22", set()),
    ],
)
def test_what_was_asked_for_and_nothing_else(world, filled, query, names):
    page = signed_in(world, "koord").get(f"/contacts?{query}")
    assert (page.status_code, listed(page)) == (200, names)
    assert (EMPTY in page.text) is (not names)


def test_both_days_are_whole_days_of_the_site(world):
    with world.store.write() as connection:
        for name, seconds in (("before", -1), ("first", 0), ("last", 86_399), ("after", 86_400)):
            call(connection, "foenix", MIDNIGHT + timedelta(seconds=seconds), 5, id=name)
    page = signed_in(world, "koord").get("/contacts?from=2026-11-23&to=2026-11-23")
    assert listed(page) == {"first", "last"}


def test_the_form_stands_as_it_was_sent(world, filled):
    page = signed_in(world, "koord").get(
        "/contacts?state=ended&line=vest&channel=sms&municipality=0561&from=2026-11-01&to=2026-11-30"
    )
    for chosen in ('value="vest" selected', 'value="sms" selected', 'value="0561" selected',
                   'value="ended" checked', 'value="2026-11-01"', 'value="2026-11-30"'):  # fmt: skip
        assert chosen in page.text
    assert page.text.count(" selected") == 3
    assert page.text.count(" checked") == 1


@pytest.mark.parametrize(
    ("query", "said", "field"),
    [
        ("line=nonsense", "Der er ingen linje af det navn her.", "line"),
        ("line=%00", "Der er ingen linje af det navn her.", "line"),
        ("channel=fax", "Det valg findes ikke.", "channel"),
        ("municipality=9999", "Der er ingen kommune med det nummer her.", "municipality"),
        ("state=lost", "Det valg findes ikke.", None),
        ("from=yesterday", "Skriv datoen som 2026-11-24.", "from"),
        ("to=2026-02-30", "Skriv datoen som 2026-11-24.", "to"),
        ("from=1969-12-31", "Skriv datoen som 2026-11-24.", "from"),
        ("to=9999-12-31", "Skriv datoen som 2026-11-24.", "to"),
        ("from=2026-11-24&to=2026-11-23", "Vælg en dag, der ikke er før den første.", "to"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_left_out(world, filled, query, said, field):
    page = signed_in(world, "koord").get(f"/contacts?{query}&channel=&state=")
    assert page.status_code == 400
    assert page.text.count(said) == 1
    assert page.text.count('role="alert"') == 1
    if field:
        assert f'aria-describedby="{field}-fault"' in page.text


def test_the_same_day_twice_is_a_period_of_one_day(world, filled):
    page = signed_in(world, "koord").get("/contacts?from=2026-11-23&to=2026-11-23")
    assert (page.status_code, len(listed(page))) == (200, 4)


def test_a_line_of_others_is_one_that_there_is_not(world, filled):
    def seen(line):
        page = signed_in(world, "carla").get(f"/contacts?line={line}")
        assert page.status_code == 400
        return re.sub(r'value="[\w.-]{30,}"', "", page.text.replace(line, ""))

    assert seen("foenix") == seen("nosuch")
    page = signed_in(world, "carla").get("/contacts?line=toften")
    assert (page.status_code, listed(page)) == (200, {"toften"})
    assert "Fønix" not in page.text
    assert "Esbjerg" not in page.text


def test_the_next_page_keeps_what_was_asked_for(world, monkeypatch):
    monkeypatch.setattr(contact_pages, "A_PAGE", 2)
    with world.store.write() as connection:
        for number in range(5):
            call(connection, "foenix", NOON + timedelta(seconds=number), 5, id=f"sms{number}", channel="sms")
            call(connection, "foenix", NOON + timedelta(seconds=number), 5, id=f"call{number}")
    visitor = signed_in(world, "koord")
    page = visitor.get("/contacts?channel=sms&state=ended&line=foenix&from=2026-11-23&to=2026-11-24")
    seen = [listed(page)]
    while older := re.search(r'href="(/contacts\?[^"]+)">Ældre', page.text):
        page = visitor.get(older[1].replace("&amp;", "&"))
        seen.append(listed(page))
    assert seen == [{"sms4", "sms3"}, {"sms2", "sms1"}, {"sms0"}]


def test_nothing_is_written_by_looking(world, filled):
    signed_in(world, "koord").get("/contacts?line=foenix")
    with world.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(contacts)).scalar_one() == 4


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_it_is_narrowed_down_with_the_keyboard_alone_and_without_a_script(world, chromium, filled, screen):
    with served(world) as at:
        context = chromium.new_context(**screen, java_script_enabled=False)
        context.add_cookies([{"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url}])
        page = context.new_page()
        page.goto(f"{at.url}/contacts")
        page.locator("summary").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Lagde på før svar").focus()
        page.keyboard.press("Space")
        page.get_by_label("Kanal").focus()
        page.keyboard.type("SMS")
        page.get_by_label("Fra", exact=True).focus()
        page.get_by_role("button", name="Vis", exact=True).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("state=abandoned.*channel=sms"))
        assert page.locator(".list .item").count() == 1
        page.reload()
        assert page.locator(".list .item").count() == 1
        page.get_by_role("link", name="Vis alle").click()
        assert page.locator(".list .item").count() == 4
        context.close()


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("query", ["state=abandoned", "line=x&channel=x&municipality=x&from=x&to=x&state=x"])
def test_narrowed_down_or_not_it_fits_and_axe_finds_nothing(world, chromium, filled, screen, query):
    with served(world) as at:
        context = chromium.new_context(**screen)
        context.add_cookies([{"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url}])
        page = context.new_page()
        page.goto(f"{at.url}/contacts?{query}")
        fits_and_is_clean(page, query)
        context.close()
