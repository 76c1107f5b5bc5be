"""On small screens, with a keyboard alone, with a screen reader, in the dark, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from chat.widget.words import words_in
from tests.chat.widget.conftest import DESK, PHONE, SMALL, begins, reads, writes
from tests.gateway.pages.served import AXE

FOCUSED = "(each) => each.textContent.trim() || each.id"


def measured(page, name):
    """Axe finds nothing; nothing is wider than the screen; who to call and the way out are in sight."""
    found = page.evaluate(
        """async () => (await axe.run(document, {
            resultTypes: ["violations"],
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        })).violations.map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 120))])"""
    )
    assert found == [], name
    trouble = page.evaluate(
        """() => {
            const trouble = [];
            if (document.documentElement.scrollWidth > innerWidth) trouble.push("too wide");
            if (document.querySelector(".top").offsetHeight > 66) trouble.push("the top needs two rows");
            for (const link of document.querySelectorAll(".top a")) {
                const box = link.getBoundingClientRect();
                const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                if (box.top < 0 || box.bottom > innerHeight || on !== link) trouble.push(link.textContent);
            }
            for (const each of document.querySelectorAll("button, input, textarea, .top a")) {
                const box = each.getBoundingClientRect();
                if (box.width && (box.width < 48 || box.height < 47.5)) trouble.push(each.outerHTML);
            }
            return trouble;
        }"""
    )
    assert trouble == [], name


@pytest.mark.parametrize(
    ("language", "how"),
    [
        ("da", SMALL),
        ("en", PHONE | {"color_scheme": "dark"}),
        ("da", DESK | {"forced_colors": "active", "reduced_motion": "reduce"}),
    ],
)
def test_every_screen_is_for_everybody(house, visit, language, how):
    w = words_in(language).page
    page = visit(f"/?language={language}", bypass_csp=True, before=AXE.read_text(encoding="utf-8"), **how)

    def press(name):
        page.get_by_role("button", name=name, exact=True).locator("visible=true").click()

    measured(page, "start")
    press(w["start_button"])
    measured(page, "start, nothing filled in")
    page.get_by_label(w["place_label"]).fill("8800")
    press(w["start_button"])
    page.get_by_role("heading", name=w["closed_heading"]).wait_for()
    measured(page, "closed")
    press(w["go_on"])
    press(w["resume_button"])
    measured(page, "resume, with a problem")
    press(w["back"])
    page.get_by_label(w["place_label"]).fill("Esbjerg")
    press(w["start_button"])
    page.locator("[data-part=instead]").wait_for()
    measured(page, "nobody there")
    anna = house.at_desk("anna")
    page.locator("[data-part=instead]").wait_for(state="hidden")
    page.get_by_label(w["field_label"]).fill("Hej")
    press(w["send"])
    anna.takes()
    anna.writes("Hej. " * 120)
    anna.types(True)
    page.get_by_text(words_in(language).script["typing"]).wait_for()
    measured(page, "talk")
    press(w["more"])
    measured(page, "options")
    press(w["number_button"])
    page.get_by_role("heading", name=w["code_heading"]).wait_for()
    measured(page, "code")
    press(w["back_to_talk"])
    anna.closes()
    page.locator("[data-part=after]").wait_for()
    measured(page, "ended")
    press(w["erase_button"])
    measured(page, "erase")
    press(w["erase_yes"])
    page.get_by_role("heading", name=w["left_heading"]).wait_for()
    measured(page, "left")
    press(w["again_button"])
    page.locator("[data-screen=talk]").wait_for()
    press(w["more"])
    press(w["end_button"])
    page.get_by_role("heading", name=w["left_heading"]).wait_for()
    measured(page, "left by oneself")
    press(w["number_button"])
    page.get_by_role("heading", name=w["code_heading"]).wait_for()
    measured(page, "code, after leaving")
    press(w["back"])
    press(w["erase_button"])
    measured(page, "erase, after leaving")


def test_all_of_it_with_the_keyboard_alone(house, visit):
    anna, page = house.at_desk("anna"), visit("/", **DESK)

    def tab_to(name, back=False):
        for _ in range(30):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            if (
                page.evaluate("() => document.activeElement.textContent.trim() || document.activeElement.id")
                == name
            ):
                outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", name
                return
        raise AssertionError(f"{name} is not reached")

    tab_to("place")
    page.keyboard.type("6700")
    page.keyboard.press("Enter")
    expect(page.locator("#talk-heading")).to_be_focused()
    tab_to("field")
    page.keyboard.type("første linje")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("anden linje")
    page.keyboard.press("Enter")
    reads(page, "første linje\nanden linje")
    anna.takes()
    anna.writes("Hej")
    reads(page, "første linje\nanden linje", "Hej")
    expect(page.locator("#field")).to_be_focused()  # news takes nobody's focus
    tab_to("Mere", back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#options-heading")).to_be_focused()
    tab_to("Giv mig et nummer, så jeg kan fortsætte senere")
    page.keyboard.press("Space")
    expect(page.locator("#code-heading")).to_be_focused()
    tab_to("Tilbage til samtalen")
    page.keyboard.press("Enter")
    expect(page.locator("#talk-heading")).to_be_focused()
    tab_to("Forlad siden", back=True)
    page.keyboard.press("Enter")
    page.get_by_text("Vejret").wait_for()


def test_a_screen_reader_hears_what_is_new_and_not_what_is_old(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    log = page.get_by_role("log", name="Beskeder")
    assert log.get_attribute("aria-live") == "polite"
    assert log.get_attribute("aria-relevant") in (None, "additions text")
    anna.takes()
    anna.writes("Hej")
    reads(page, "Hej")
    # What is there stays the same element: nothing is read out twice.
    page.evaluate("() => { window.first = document.querySelector('.said'); }")
    writes(page, "Hej selv")
    reads(page, "Hej", "Hej selv")
    assert page.evaluate("() => window.first === document.querySelector('.said')")
    assert page.locator("[role=alert]:not(:empty)").count() == 0
    status = page.locator("[data-screen=talk] [role=status]")
    expect(status).to_have_text("En medarbejder er her nu.")


def test_a_keyboard_on_the_screen_covers_neither_field_nor_way_out(house, visit):
    anna, page = house.at_desk("anna"), visit(**SMALL)
    begins(page)
    anna.takes()
    for number in range(12):
        anna.writes(f"besked {number}")
    page.get_by_text("besked 11").wait_for()
    page.get_by_label("Skriv her").focus()
    page.set_viewport_size({"width": 320, "height": 300})
    page.wait_for_function(
        """() => ["#field", "[data-part=send]", ".top .leave", ".top .danger", ".said:last-child"]
            .every((name) => {
            const box = document.querySelector(name).getBoundingClientRect();
            return box.top >= 0 && box.bottom <= innerHeight + 1;
        })"""
    )


@pytest.mark.parametrize("by", ["tap", "key"])
def test_a_time_says_its_exact_one_on_touch(house, visit, by):
    anna, page = house.at_desk("anna"), visit(bypass_csp=True, before=AXE.read_text(encoding="utf-8"))
    begins(page)
    writes(page, "Hej")
    anna.takes()
    anna.writes("Hej selv")
    reads(page, "Hej", "Hej selv")
    for number in (0, 1):
        said = page.locator(".said").nth(number)
        time, exact = said.get_by_role("button"), said.locator(".exact")
        expect(time).to_have_text(re.compile(r"^\d\d\.\d\d$"))
        expect(time).to_have_attribute("aria-expanded", "false")
        if by == "tap":
            time.tap()
        else:
            time.focus()
            page.keyboard.press("Enter")
        expect(exact).to_have_text(re.compile(r"^\S+ den \d+\. \w+ \d{4} kl\. \d\d\.\d\d\.\d\d$"))
        expect(time).to_have_attribute("aria-expanded", "true")
        expect(exact).to_have_attribute("aria-live", "polite")
    measured(page, "exact times")
    said.get_by_role("button").click()
    expect(exact).to_be_empty()
