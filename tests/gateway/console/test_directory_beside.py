"""The municipality's directory, one swipe or one touch from the conversation, which goes on meanwhile."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from gateway.directory import book
from gateway.directory.draft import checked
from tests.gateway.console.test_stories import contact_of, is_live, reads, takes, writes
from tests.gateway.pages.test_in_chromium import fits_and_is_clean
from tests.waiting import wait_until

POLICE = {"kind": "police", "name": "Politiet i Esbjerg", "phone": "114", "hours": "altid", "note": ""}
WAITS = "Henter vejviseren …"
QUICK_SECONDS = 0.6  # a swipe takes 0.7 s at most


@pytest.fixture
def talk(night, chromium):
    """Anna's phone in a conversation with a citizen who wrote much."""
    with night.gateway.store.write() as connection:
        book.add(connection, night.gateway.audit, "0561", checked(POLICE), datetime.now(UTC), by="koord")
    anna = is_live(night.phone(chromium, "anna"))
    anna.citizen = night.citizen()
    for number in range(8):
        night.writes(anna.citizen, f"besked {number}")
    takes(anna)
    reads(anna, "besked 7")
    yield anna
    with night.gateway.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM directory_entries")


def moves(page, *points, ms=120, fingers=1):
    """A finger goes down at the first point, over the others, and up. Returns how many seconds it took."""
    began = time.monotonic()
    cdp, pause = page.context.new_cdp_session(page), ms / max(1, len(points) - 1)

    def touch(kind, x, y):
        places = [{"x": x, "y": y + 60 * finger, "id": finger} for finger in range(fingers)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places if x else []})

    touch("touchStart", *points[0])
    for point in points[1:]:
        page.wait_for_timeout(pause)
        touch("touchMove", *point)
    touch("touchEnd", 0, 0)
    took = time.monotonic() - began
    cdp.detach()
    page.wait_for_timeout(600)  # a touch that comes sooner only stops what the browser thinks is rolling
    return took


def line(x, y, to_x, to_y, steps=6):
    parts = [step / steps for step in range(steps + 1)]
    return [(x + (to_x - x) * part, y + (to_y - y) * part) for part in parts]


def swipes(page, way, y=300):
    """Again where a busy machine was too slow for a swipe: the same way twice leads no further."""
    points = line(290, y, 90, y + 10) if way == "left" else line(90, y, 290, y + 10)
    for _ in range(20):
        if moves(page, *points) < QUICK_SECONDS:
            return


def is_open(page):
    expect(page.locator("#directory")).to_be_visible()
    expect(page.locator("#talk")).to_be_hidden()


def is_closed(page):
    page.wait_for_timeout(100)  # long enough for what should not come
    expect(page.locator("#talk")).to_be_visible()
    expect(page.locator("#directory")).to_be_hidden()


def test_one_swipe_leads_there_and_one_leads_back_and_nothing_is_lost(night, talk):
    talk.locator("#text").fill("Jeg er ved at skrive")
    before = talk.evaluate("scrollY")
    swipes(talk, "left")
    is_open(talk)
    expect(talk.get_by_role("heading", name="Politiet i Esbjerg")).to_be_visible()
    expect(talk.get_by_role("link", name="Ring 114")).to_have_attribute("href", "tel:114")
    expect(talk.locator("#directory-title")).to_be_focused()
    fits_and_is_clean(talk, "the directory beside a conversation")
    swipes(talk, "left")  # there is nothing further
    is_open(talk)
    swipes(talk, "right")
    is_closed(talk)
    assert talk.locator("#text").input_value() == "Jeg er ved at skrive"
    assert talk.evaluate("scrollY") == before
    swipes(talk, "right")
    is_closed(talk)
    fits_and_is_clean(talk, "the conversation beside the directory")


def test_one_touch_leads_there_from_the_end_of_a_long_conversation_and_back(talk):
    assert talk.evaluate("scrollY") > 0
    there = talk.get_by_role("link", name="Vejviser for Esbjerg")
    back = talk.get_by_role("navigation").get_by_role("link", name="Samtalen", exact=True)
    expect(there).to_be_in_viewport()
    there.tap()
    is_open(talk)
    expect(there).to_have_attribute("aria-current", "page")
    expect(talk.get_by_role("heading", name="Politiet i Esbjerg")).to_be_visible()
    back.tap()
    is_closed(talk)
    expect(back).to_have_attribute("aria-current", "page")
    assert there.get_attribute("aria-current") is None


def test_by_the_keyboard_and_by_the_phones_own_way_back(talk):
    there = talk.get_by_role("link", name="Vejviser for Esbjerg")
    there.focus()
    talk.keyboard.press("Enter")
    is_open(talk)
    talk.keyboard.press("Escape")
    is_closed(talk)
    there.focus()
    talk.keyboard.press("Enter")
    is_open(talk)
    address = talk.url
    talk.go_back()
    is_closed(talk)
    assert talk.url == address


@pytest.mark.parametrize(
    ("what", "points", "how"),
    [
        ("scrolling", line(200, 400, 190, 150), {}),
        ("scrolling that drifts", line(260, 400, 120, 200), {}),
        ("a short one", line(200, 300, 145, 300), {}),
        ("a slow one", line(290, 300, 90, 300), {"ms": 900}),
        ("from the right edge, where the phone has its own", line(350, 300, 100, 300), {}),
        ("two fingers", line(290, 300, 90, 300), {"fingers": 2}),
    ],
)
def test_what_is_no_swipe(talk, what, points, how):
    moves(talk, *points, **how)
    is_closed(talk)
    swipes(talk, "left")  # and what is one still is
    is_open(talk)


def test_marking_text_is_no_swipe_nor_is_a_finger_in_the_field(talk):
    talk.evaluate("""() => getSelection().selectAllChildren(document.querySelector("#log .message-text"))""")
    swipes(talk, "left")
    is_closed(talk)
    talk.evaluate("getSelection().removeAllRanges()")
    box = talk.locator("#text").bounding_box()
    y = box["y"] + box["height"] / 2
    moves(talk, *line(box["x"] + 200, y, box["x"] + 40, y))
    is_closed(talk)
    swipes(talk, "left")
    is_open(talk)


def test_what_comes_meanwhile_is_told_and_seen_on_coming_back(night, talk):
    swipes(talk, "left")
    is_open(talk)
    expect(talk.locator("#news")).to_be_empty()
    night.writes(talk.citizen, "Er du der?")
    expect(talk.locator("#news")).to_have_text("Ny besked")
    fits_and_is_clean(talk, "news beside the directory")
    swipes(talk, "right")
    is_closed(talk)
    expect(talk.locator("#news")).to_be_empty()
    expect(talk.locator("#log .message-text", has_text="Er du der?")).to_be_in_viewport()
    writes(talk, "Ja")
    reads(talk, "Ja")


def test_a_search_stays_beside_the_conversation(talk):
    swipes(talk, "left")
    talk.get_by_label("Søg").fill("hospital")
    talk.get_by_role("button", name="Vis", exact=True).tap()
    talk.get_by_text("Ingen fundet.").wait_for()
    talk.get_by_role("link", name="Vis alle").tap()
    expect(talk.get_by_role("heading", name="Politiet i Esbjerg")).to_be_visible()
    assert contact_of(talk)
    is_open(talk)
    talk.get_by_label("Kommune").select_option("Viborg")
    talk.get_by_role("button", name="Vis", exact=True).tap()
    expect(talk.locator("#directory-title")).to_have_text("Vejviser: Viborg")


def test_that_it_is_fetched_is_said_after_300_ms_and_a_failure_at_once(talk):
    held, status = [], talk.locator("#directory-status")
    talk.clock.install()
    talk.clock.pause_at(talk.evaluate("Date.now()") + 1000)
    talk.route("**/directory?*", lambda route: held.append(route))
    talk.get_by_role("link", name="Vejviser for Esbjerg").tap()
    wait_until(lambda: talk.wait_for_timeout(20) or held, "it is asked for")
    talk.clock.run_for(299)
    expect(status).to_be_empty()
    talk.clock.run_for(1)
    expect(status).to_have_text(WAITS)
    held.pop().abort()
    expect(status).to_have_text("Vejviseren kan ikke hentes lige nu. Prøv igen om lidt.")
    talk.unroute("**/directory?*")
    talk.get_by_role("button", name="Prøv igen").tap()
    expect(talk.get_by_role("heading", name="Politiet i Esbjerg")).to_be_visible()
    talk.clock.run_for(1000)
    expect(status).to_be_empty()


def test_without_a_script_it_is_a_link_to_the_directorys_own_page(night, talk, chromium):
    page = night.phone(chromium, "anna", f"/console/contacts/{contact_of(talk)}", java_script_enabled=False)
    page.get_by_role("link", name="Vejviser for Esbjerg").click()
    page.get_by_role("heading", name="Vejviser: Esbjerg").wait_for()
