"""The demo as a newcomer meets it: started as a program, clicked through in a browser, ended with Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.flows.demo_process import Demo, folder, running_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

# One demo for all of them, and in one process of the test run.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(240)]

GREETING = "Du har ringet til Akuttilbuddet Fønix. Er nogen i livsfare, så ring 112."
WHISPER = "Esbjerg, Akuttilbuddet Fønix. Tryk 1."
MOST_TABS = 60


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with folder() as var_dir, running_demo(var_dir) as demo:
        yield demo


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    with opened(chromium, demo, 1400) as page:
        yield page


@contextmanager
def opened(chromium: Browser, demo: Demo, width: int) -> Iterator[Page]:
    """The demo page. Fails on whatever the browser complains of, and on a request to anywhere else."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="da-DK")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    ours = (demo.page.removesuffix("/phones/"), demo.chat.partition("?")[0])
    page.on("request", lambda sent: None if sent.url.startswith(ours) else wrong.append(sent.url))
    page.goto(demo.page)
    page.locator("#workers article").first.wait_for()
    # The last words of the call before may still be in somebody's ear, and their phone is in use.
    expect(page.locator("article [data-part=hang-up]:not([hidden])")).to_have_count(0, timeout=30_000)
    yield page
    assert wrong == []
    context.close()


def ringing(page: Page) -> Locator:
    """The card of the phone that rings, by its name: it stays the same when it rings no more."""
    card = page.locator("article.is-ringing").first
    card.wait_for()
    return page.get_by_role("article", name=card.get_attribute("aria-label") or "")


def name_of(card: Locator) -> str:
    return card.locator("[data-part=name]").inner_text()


def test_a_call_is_clicked_through(page: Page) -> None:
    citizen, decided = page.locator("#citizen"), page.locator("#decisions")
    citizen.get_by_label("Ring til").select_option(label="Akuttilbuddet Fønix")
    citizen.get_by_role("button", name="Ring op").click()
    citizen.get_by_text(GREETING).wait_for()
    card = ringing(page)
    name = name_of(card)
    decided.locator(".told").get_by_text("Der ringes op").wait_for()
    decided.locator(".planned[data-state=ringing]", has_text=name).wait_for()

    card.get_by_role("button", name="Tag").click()
    card.get_by_text(WHISPER).wait_for()
    card.get_by_role("button", name="1", exact=True).click()
    citizen.get_by_text(f"Taler med {name}").wait_for()
    card.get_by_text("Taler med borgeren").wait_for()
    decided.get_by_text(f"I samtale med {name}").wait_for()

    citizen.get_by_role("button", name="Læg på").click()
    citizen.get_by_text("Samtalen er slut.").wait_for()
    card.get_by_text("Borgeren har lagt på.").wait_for()
    decided.locator(".told").get_by_text("Slut. Ventede").wait_for()
    decided.locator(".planned[data-state=talked]", has_text=name).wait_for()
    plan = decided.locator(".steps > li").first.inner_text()
    assert "Straks" in plan
    assert f"{name}\nHar talt" in plan
    assert "på vagt på" in plan
    assert "on duty on" in plan
    happened = decided.locator("[data-part=events] li").all_inner_texts()
    for what in (
        "En borger ringer til Akuttilbuddet Fønix",
        f"Ringer til {name}",
        f"{name} tager telefonen",
        f"{name} har taget den",
        "De kan tale sammen",
        "Borgeren lagde på",
    ):
        assert any(what in line for line in happened), what


def focused(page: Page, selector: str) -> bool:
    found: bool = page.evaluate("selector => document.activeElement.matches(selector)", selector)
    return found


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(MOST_TABS):
        if focused(page, selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_a_call_with_the_keyboard_alone(page: Page) -> None:
    citizen = page.locator("#citizen")
    tab_to(page, "#citizen [data-part=call]")
    page.keyboard.press("Enter")
    citizen.get_by_text(GREETING).wait_for()
    card = ringing(page)
    tab_to(page, "article.is-ringing [data-part=pick-up]")
    page.keyboard.press("Enter")
    card.get_by_text(WHISPER).wait_for()
    page.keyboard.press("1")  # the keypad has the focus
    citizen.get_by_text(f"Taler med {name_of(card)}").wait_for()
    tab_to(page, "#citizen [data-part=hang-up]", back=True)
    page.keyboard.press("Space")
    citizen.get_by_text("Samtalen er slut.").wait_for()
    page.locator("#decisions .told").get_by_text("Slut. Ventede").wait_for()


def test_a_call_on_a_small_phone(chromium: Browser, demo: Demo) -> None:
    with opened(chromium, demo, 360) as page:
        page.locator("#citizen").get_by_role("button", name="Ring op").click()
        card = ringing(page)
        card.get_by_role("button", name="Tag").click()
        card.get_by_text(WHISPER).wait_for()
        card.get_by_role("button", name="1", exact=True).click()
        card.get_by_text("Taler med borgeren").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        too_small = page.evaluate(
            """[...document.querySelectorAll("button, summary")]
            .map(each => [each.textContent, each.getBoundingClientRect()])
            .filter(([_, box]) => box.width && (box.width < 48 || box.height < 48))"""
        )
        assert too_small == []
        page.locator("#citizen").get_by_role("button", name="Læg på").click()
        card.get_by_text("Borgeren har lagt på.").wait_for()
        page.locator("#decisions").get_by_text("Borgeren lagde på").wait_for()


def test_a_phone_that_is_not_taken_makes_the_next_one_ring(page: Page) -> None:
    page.locator("#citizen").get_by_role("button", name="Ring op").click()
    first = ringing(page)
    first.get_by_role("button", name="Afvis").click()
    first.get_by_text("Afvist eller optaget.").wait_for()
    second = ringing(page)
    assert name_of(second) != name_of(first)
    page.locator("#decisions .planned[data-state=busy]", has_text=name_of(first)).wait_for()
    page.locator("#citizen").get_by_role("button", name="Læg på").click()
    page.locator("#decisions .told").get_by_text("Lagde på efter").wait_for()
    second.get_by_text("Holdt op med at ringe.").wait_for()


def test_the_citizens_chat_is_beside_their_phone(page: Page, demo: Demo) -> None:
    assert not [frame for frame in page.frames if frame.url.startswith(demo.chat)]
    page.locator("#citizen summary", has_text="Borgerens chat").click()
    chat = page.frame_locator("[data-chat] iframe")
    chat.get_by_text("Akuttilbuddet Fønix").wait_for()
    chat.get_by_role("button", name="Start samtalen").click()
    chat.get_by_text("Ring til os på").first.wait_for()
    page.locator("#decisions .told").get_by_text("Venter").wait_for()
    chat.get_by_role("button", name="Mere").click()
    chat.get_by_role("button", name="Afslut samtalen").click()
    chat.get_by_role("heading", name="Samtalen er slut").wait_for()


def test_what_it_prints_is_true(demo: Demo) -> None:
    ready = requests.get(f"{demo.gateway}/health/ready", timeout=5)
    assert ready.status_code == 200
    assert set(ready.json()["dependencies"].values()) == {"ok"}
    for role in ("worker", "coordinator", "administrator"):
        headers = {"Authorization": f"Bearer {demo.token(role)}"}
        answer = requests.get(f"{demo.gateway}/api/v1/contacts", headers=headers, timeout=5)
        assert answer.status_code == 200
    assert {"title", "version"} <= requests.get(demo.address("/api/v1/openapi.json"), timeout=5).json()[
        "info"
    ].keys()


def test_a_second_start_goes_on_with_the_same_data(chromium: Browser) -> None:
    with folder() as var_dir:
        with running_demo(var_dir) as demo, opened(chromium, demo, 1400) as page:
            page.locator("#citizen").get_by_role("button", name="Ring op").click()
            ringing(page)
            page.locator("#citizen").get_by_role("button", name="Læg på").click()
            page.locator("#decisions .told").get_by_text("Lagde på efter").wait_for()
        with running_demo(var_dir) as demo, opened(chromium, demo, 1400) as page:
            page.locator("#decisions .told").get_by_text("Lagde på efter").wait_for()
            page.locator("#citizen").get_by_role("button", name="Ring op").click()
            page.locator("#citizen").get_by_text(GREETING).wait_for()
            ringing(page)
            page.locator("#decisions .told").get_by_text("Der ringes op").wait_for()
