"""Swaps that wait for a yes, in a real browser: on a phone, and where no script runs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.gateway.pages.roster.agreed_swaps import NIELS, agreed
from tests.gateway.pages.roster.test_in_chromium import at, opened, ready
from tests.gateway.pages.served import DESK, PHONE
from tests.gateway.pages.test_in_chromium import fits_and_is_clean
from tests.gateway.pages.visiting import session

__all__ = ["at", "opened"]


@pytest.mark.parametrize(("screen", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_a_swap_is_approved(opened, world, screen, scheme):
    world.on_duty(NIELS)
    world.on_duty(("vest", 1, "niels", "2026-11-26 04:00", "2026-11-26 07:00"))
    agreed(world, back=True)
    page = opened("/today", screen=screen, color_scheme=scheme, wait=False)
    fits_and_is_clean(page, "today with a swap")
    page.get_by_role("link", name="Bo bytter med Niels").click()
    ready(page)
    expect(page.get_by_text("Niels har kun 5 t. hvil")).to_be_visible()
    fits_and_is_clean(page, "roster with a swap")
    page.get_by_role("button", name="Godkend: Bo bytter med Niels").click()
    expect(page.get_by_text("Byttet er godkendt og gælder nu.")).to_be_visible()
    ready(page)
    fits_and_is_clean(page, "roster with a swap approved")
    expect(page.locator("#swaps")).to_have_count(0)


def test_without_scripts(chromium, at, world):
    agreed(world)
    context = chromium.new_context(**PHONE, locale="da-DK", java_script_enabled=False)
    context.add_cookies([{"name": "akutlinjen-session", "value": session(world, "koord"), "url": at.url}])
    page = context.new_page()
    page.goto(f"{at.url}/roster")
    button = page.get_by_role("button", name="Afvis: Bo giver en vagt til Niels")
    assert button.bounding_box()["height"] >= 48
    button.click()
    expect(page.get_by_text("Byttet er afvist.")).to_be_visible()
    context.close()
