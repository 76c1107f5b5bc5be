"""Leaving in one move, and what is left of it on the device: nothing that shows the conversation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.chat.widget.conftest import EXIT, PHONE, begins, net_trouble_is_known, reads, writes
from tests.services import CHROMIUM_FLAGS, chromium_program

SECRET, ANSWER = "Kanariefuglen sang i nat", "Solsikken hører dig"


def by_button(page):
    page.get_by_role("link", name="Forlad siden").click()


def by_shift(page):
    for _ in range(3):
        page.keyboard.press("Shift")


@pytest.fixture
def device(chromium, tmp_path):
    """A browser with a profile on disk, as somebody else may pick it up afterwards."""
    profile = tmp_path / "profile"
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=chromium_program(), args=[*CHROMIUM_FLAGS], locale="da-DK", **PHONE
    )
    context.route(f"{EXIT}**", lambda route: route.fulfill(body="Vejret", content_type="text/plain"))
    context.profile = profile
    yield context
    context.close()


def kept_by(page):
    return page.evaluate(
        """async () => ({
            local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
            databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
            workers: (await navigator.serviceWorker.getRegistrations()).length, state: history.state,
            cached: await fetch("/?line=foenix", { cache: "only-if-cached", mode: "same-origin" })
                .then((answer) => answer.status, () => "no"),
        })"""
    )


NOTHING = {
    "local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0, "workers": 0, "state": None,
}  # fmt: skip


def stands(secret, held):
    """Eight digits within a longer number are somebody else's: a browser keeps many times of day."""
    if secret.replace(b"\0", b"").isdigit():
        return re.search(rb"(?<![0-9])(?<![0-9]\0)" + re.escape(secret) + rb"(?![0-9])", held)
    return secret in held


@pytest.mark.parametrize("leaves", [by_button, by_shift])
def test_after_leaving_neither_back_nor_history_nor_storage_nor_disk_shows_it(house, device, leaves):
    anna, page = house.at_desk("anna"), device.pages[0]
    heard = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda said: heard.append(str(said))))
    page.goto(f"{house.url}/health/live")  # where they came from
    page.goto(f"{house.url}/?line=foenix")
    begins(page)
    writes(page, SECRET)
    anna.takes()
    anna.writes(ANSWER)
    reads(page, SECRET, ANSWER)
    page.get_by_role("button", name="Mere").click()
    page.get_by_role("button", name="Giv mig et nummer, så jeg kan fortsætte senere").click()
    page.get_by_role("heading", name="Dit nummer og din kode").wait_for()
    code = page.locator("[data-part=code-shown]").inner_text()
    page.get_by_role("button", name="Tilbage til samtalen").click()
    page.get_by_label("Skriv her").fill(f"{SECRET} endnu ikke sendt")

    leaves(page)
    page.get_by_text("Vejret").wait_for()
    assert page.url == EXIT
    anna.hears_that_it_is("ended")

    page.go_back()  # our page's place in the history is the weather's
    assert page.url == f"{house.url}/health/live"
    page.go_forward()
    page.get_by_text("Vejret").wait_for()
    page.goto(f"{house.url}/?line=foenix")
    page.get_by_role("button", name="Start samtalen").wait_for()
    assert SECRET not in page.content()
    kept = kept_by(page)
    assert kept.pop("cached") in ("no", 504)
    assert kept == NOTHING

    device.close()
    secrets = {SECRET, ANSWER, code, code.replace(" ", "")}
    secrets |= set(re.findall(r'"token":"([\w-]{43})"', "".join(heard)))
    for path in (path for path in device.profile.rglob("*") if path.is_file()):
        held = path.read_bytes()
        for secret in secrets:
            assert not stands(secret.encode(), held), path
            assert not stands(secret.encode("utf-16-le"), held), path


def test_it_is_gone_at_once_without_a_net_too(house, visit):
    page = visit()
    begins(page)
    writes(page, SECRET)
    reads(page, SECRET)
    page.context.set_offline(True)
    left = page.evaluate(
        """() => {
            document.querySelector("[data-part=leave]").click();
            return [document.title, document.documentElement.outerHTML];
        }"""
    )
    assert left == ["", '<html lang="da"></html>'] or (left[0] == "" and SECRET not in left[1])
    page.context.set_offline(False)
    net_trouble_is_known(page)


@pytest.mark.parametrize("goes", ["back", "reload"])
def test_who_comes_back_to_the_page_or_loads_it_anew_finds_the_start(house, visit, goes):
    page = visit()
    begins(page)
    writes(page, SECRET)
    reads(page, SECRET)
    if goes == "back":
        page.goto(EXIT)
        page.go_back()
    else:
        page.reload()
    page.get_by_role("button", name="Start samtalen").wait_for()
    assert SECRET not in page.content()
    assert page.get_by_role("button", name="Jeg har et nummer og en kode").is_visible()
    assert "er samtalen væk her" in page.content()  # and it said so


def test_capital_letters_and_a_held_key_are_no_wish_to_leave(house, visit):
    page = visit()
    begins(page)
    field = page.get_by_label("Skriv her")
    field.focus()
    for letter in "HEJ":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.down("Shift")
    page.keyboard.down("Shift")
    page.keyboard.down("Shift")
    page.keyboard.up("Shift")
    expect(field).to_have_value("HEJ")


def test_the_other_language_takes_the_place_of_the_first_in_the_history(house, visit):
    page = visit("/health/live")
    page.goto(f"{house.url}/?line=foenix")
    page.get_by_role("link", name="In English").click()
    page.get_by_role("button", name="Start the chat").wait_for()
    assert page.evaluate("() => history.length") == 3  # the blank tab, where they came from, and here
    page.go_back()
    assert page.url.endswith("/health/live")
