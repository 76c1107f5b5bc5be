"""A line's rules in a real browser, on a phone and by keyboard, and the editor that goes by them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.gateway.pages.roster.test_in_chromium import at, opened, ready
from tests.gateway.pages.served import DESK, PHONE
from tests.gateway.pages.test_in_chromium import fits_and_is_clean

__all__ = ["at", "opened"]
SHORT = "For få på vagt (1 af 2): fre 27/11 20.00–08.00"
WEEK = "/roster?line=foenix&view=week&date=2026-11-25"


def goes(page, path):
    page.goto(page.url.partition("/roster")[0] + path)


def shown(page):
    goes(page, WEEK)
    ready(page)
    return page.locator("#looks")


def presses(page, *keys):
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize(("screen", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_two_on_friday_nights_by_keyboard_seen_in_the_editor_and_set_back(opened, screen, scheme):
    page = opened(WEEK, screen=screen, color_scheme=scheme)
    expect(page.locator("#looks")).not_to_contain_text("For få på vagt")
    page.get_by_role("link", name="Regler").focus()
    presses(page, "Enter")
    page.get_by_label("Mindst på vagt").focus()
    page.keyboard.type("2")
    presses(page, "Tab", *["Tab"] * 5, "Space")  # the tier is left empty; then to Friday, the fifth day
    expect(page.get_by_label("fre").first).to_be_checked()
    fits_and_is_clean(page, "rules")
    page.get_by_label("Mindst på vagt").focus()
    presses(page, "Enter")  # without times: said at the field
    expect(page.get_by_text("Intet er gemt endnu.")).to_be_visible()
    expect(page.get_by_label("Fra").first).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("fre").first).to_be_checked()
    fits_and_is_clean(page, "rules with faults")
    page.get_by_label("Fra").first.fill("20:00")
    page.get_by_label("Til").first.fill("08:00")
    page.get_by_role("button", name="Gem reglerne").focus()
    presses(page, "Enter")
    expect(page.get_by_role("status")).to_have_text("Reglerne er gemt og gælder nu.")
    fits_and_is_clean(page, "rules saved")
    expect(shown(page)).to_contain_text(SHORT)
    goes(page, "/roster/rules?line=foenix")
    page.get_by_label("Fjern regel 1").focus()
    presses(page, "Space")
    page.get_by_role("button", name="Gem reglerne").focus()
    presses(page, "Enter")
    expect(page.get_by_label(re.compile("Fjern regel"))).to_have_count(0)
    expect(shown(page)).not_to_contain_text("For få på vagt")


def test_a_gap_that_is_meant_to_be_goes_from_the_calendar(opened):
    page = opened("/roster?line=toften&view=day&date=2026-12-21")
    expect(page.locator("#looks")).to_contain_text("Ingen på vagt")
    goes(page, "/roster/rules?line=toften")
    page.locator("#gap_start").fill("2026-12-21T00:00")
    page.locator("#gap_end").fill("2026-12-22T00:00")
    page.get_by_role("button", name="Gem hullet").click()
    expect(page.get_by_role("status")).to_contain_text("Hullet er gemt.")
    fits_and_is_clean(page, "rules with a gap")
    goes(page, "/roster?line=toften&view=day&date=2026-12-21")
    ready(page)
    expect(page.locator("#looks")).not_to_contain_text("Ingen på vagt")
