"""A time says its exact one on touch: by tap, by key, beside its row's link; without a script its title."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.flows.world import World
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched

SAID = {"da": "for 3 min. siden", "en": "3 min. ago"}
EXACT = {
    "da": re.compile("tirsdag den 24. november 2026 kl. 22.30.00"),
    "en": re.compile("Tuesday,? 24 November 2026 at 22:30:00"),
}


@pytest.fixture
def at(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var", at="2026-11-24 22:30")
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    world.worker("anna")
    world.worker("bo")
    world.citizen_calls()
    world.run(30)
    world.clock.set(world.clock() + timedelta(minutes=3))
    with served(world) as at:
        yield at
    world.close()


@pytest.fixture
def visit(chromium, at):
    opened = []

    def come(language="da", **how):
        context = chromium.new_context(**how)
        context.add_cookies(
            [
                {"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url},
                {"name": "akutlinjen-language", "value": language, "url": at.url},
            ]
        )
        page = context.new_page()
        watched(page, at)
        page.goto(f"{at.url}/contacts")
        opened.append(page)
        return page

    yield come
    for page in opened:
        page.context.close()
        assert page.trouble == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_tap_shows_the_exact_time_and_the_next_one_hides_it(visit, language):
    page = visit(language, **PHONE)
    fits_and_is_clean(page, "closed")
    time, exact = page.get_by_role("button", name=SAID[language], exact=True), page.locator(".exact")
    expect(time).to_have_attribute("aria-expanded", "false")
    time.tap()
    expect(exact).to_be_visible()
    expect(exact).to_have_text(EXACT[language])
    expect(exact).to_have_attribute("aria-live", "polite")
    expect(time).to_have_attribute("aria-expanded", "true")
    assert page.url.endswith("/contacts")  # the row's link was not meant
    fits_and_is_clean(page, "open")
    time.tap()
    expect(exact).to_be_empty()
    expect(time).to_have_attribute("aria-expanded", "false")


def test_the_row_still_leads_to_its_contact_from_wherever_it_is_touched(visit):
    page = visit(**PHONE)
    mark = page.locator(".item .mark").first.bounding_box()
    page.touchscreen.tap(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_url("**/contacts/*")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_by_the_keyboard_alone(visit, key):
    page = visit(**DESK)
    link, time = page.locator(".item a").first, page.get_by_role("button", name=SAID["da"])
    link.focus()
    page.keyboard.press("Tab")
    expect(time).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press(key)
    expect(page.locator(".exact")).to_have_text(EXACT["da"])
    expect(time).to_be_focused()


def test_without_a_script_the_time_stands_there_with_its_title(visit):
    page = visit(**DESK, java_script_enabled=False)
    time = page.locator(".item time").first
    expect(time).to_have_text(SAID["da"])
    expect(time).to_have_attribute("title", "2026-11-24T22:30:00+01:00")
    assert page.get_by_role("button", name=SAID["da"]).count() == 0
