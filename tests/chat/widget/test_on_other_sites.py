"""The one script on a municipality's own page: another origin, with a strict policy of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.chat.widget.conftest import DESK, EXIT, PHONE, begins, reads, writes
from tests.gateway.pages.served import AXE
from tests.waiting import wait_until


@pytest.fixture
def site(house):
    """``site.page = ...`` is what it says at its one address; ``site.policy`` what it allows."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = site.page.encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", site.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://localhost:{site.server_port}"
    site.policy = f"default-src 'none'; img-src 'self'; script-src {house.url}; frame-src {house.url}"
    site.page = page_with(f'<script async src="{house.url}/widget.js" data-line="foenix"></script>')
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


def page_with(script):
    return (
        "<!doctype html><html lang=da><title>Kommunen</title><body><main><h1>Kommunen</h1>"
        f"<p>Velkommen</p><div id=chat></div></main>{script}</body></html>"
    )


@pytest.fixture
def opened(chromium, site, house):
    """``opened(**context)``: a browser at the site; nobody else is asked for anything."""
    contexts = []

    def come(**how):
        context = chromium.new_context(**({"locale": "da-DK"} | PHONE | how))
        contexts.append(context)
        context.route(f"{EXIT}**", lambda route: route.fulfill(body="Vejret", content_type="text/plain"))
        page = context.new_page()
        page.asked, page.trouble = [], []
        page.on("request", lambda sent: page.asked.append(sent.url))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.goto(site.url)
        return page

    yield come
    for context in contexts:
        for page in context.pages:
            assert page.trouble == []
            assert all(each.startswith((house.url, site.url, EXIT)) for each in page.asked), page.asked
        context.close()


def chat_in(page, house):
    frames = []

    def is_there():
        page.wait_for_timeout(20)
        frames[:] = [frame for frame in page.frames if frame.url.startswith(house.url)]
        return bool(frames)

    wait_until(is_there, "the chat's frame")
    frames[0].locator("h1").first.wait_for(state="attached")
    return frames[0]


def test_a_conversation_on_a_municipalitys_page(opened, house):
    anna, page = house.at_desk("anna"), opened()
    button = page.get_by_role("button", name="Skriv med os")
    button.wait_for()
    assert [each for each in page.asked if each.startswith(house.url)] == [f"{house.url}/widget.js"]
    assert page.context.cookies() == []
    button.press("Enter")
    chat = chat_in(page, house)
    begins(chat)
    writes(chat, "Hej herfra")
    anna.takes()
    chat.get_by_label("Skriv her").press("Escape")
    expect(button).to_be_focused()
    anna.writes("hemmeligt")
    button = page.get_by_role("button", name="Skriv med os. Ny besked")
    button.wait_for()
    assert "hemmeligt" not in page.content()
    button.click()
    reads(chat, "Hej herfra", "hemmeligt")
    page.get_by_role("button", name="Luk chatten. Samtalen går videre.").click()
    expect(page.get_by_role("button", name="Skriv med os", exact=True)).to_be_visible()


@pytest.mark.parametrize("where", ["in the chat", "on the page", "by the button"])
def test_leaving_takes_the_municipalitys_page_along(opened, house, site, where):
    anna, page = house.at_desk("anna"), opened(**DESK)
    page.get_by_role("button", name="Skriv med os").click()
    chat = chat_in(page, house)
    begins(chat)
    anna.takes()
    if where == "by the button":
        chat.get_by_role("link", name="Forlad siden").click()
    else:
        (chat.locator("#field") if where == "in the chat" else page.locator("h1")).click()
        for _ in range(3):
            page.keyboard.press("Shift")
    page.get_by_text("Vejret").wait_for()
    assert page.url == EXIT
    anna.hears_that_it_is("ended")
    page.go_back()
    assert not page.url.startswith((site.url, house.url))


def test_it_leaves_the_page_as_it_is_but_for_one_name(opened, site, house):
    with_it = opened()
    with_it.get_by_role("button", name="Skriv med os").wait_for()
    names = set(with_it.evaluate("() => Object.getOwnPropertyNames(window)"))
    site.page = page_with("")
    without = opened()
    assert names - set(without.evaluate("() => Object.getOwnPropertyNames(window)")) == {"AkutlinjenChat"}
    assert with_it.evaluate("() => document.querySelectorAll('style, link').length") == 0
    kept = with_it.evaluate("() => localStorage.length + sessionStorage.length + document.cookie.length")
    assert kept == 0


def test_the_site_may_place_it_and_open_it_by_its_own_button(opened, site, house):
    tag = f'<script async src="{house.url}/widget.js" data-postcode="6700" data-language="en"'
    site.page = page_with(f'{tag} data-place="#chat"></script>')
    page = opened()
    begin = chat_in(page, house).get_by_role("button", name="Start the chat")
    begin.wait_for()
    assert page.evaluate(
        "() => document.querySelector('#chat').contains(document.querySelector('[data-at]'))"
    )
    site.page = page_with(f'{tag} data-place="left"></script>')
    page.goto(site.url)
    page.get_by_role("button", name="Write to us").wait_for()
    page.evaluate("() => AkutlinjenChat.open()")
    chat_in(page, house).get_by_role("button", name="Start the chat").wait_for()
    page.evaluate("() => AkutlinjenChat.close()")
    expect(page.get_by_role("button", name="Write to us")).to_be_focused()


def test_a_site_that_allows_no_frame_gets_a_link(opened, site, house):
    site.policy = f"default-src 'none'; script-src {house.url}"
    page = opened()
    page.get_by_role("button", name="Skriv med os").click()
    link = page.get_by_role("link", name="Skriv med os")
    assert link.get_attribute("href") == f"{house.url}/?line=foenix&language=da"


@pytest.mark.parametrize("how", [PHONE, DESK | {"color_scheme": "dark"}, DESK | {"forced_colors": "active"}])
def test_axe_finds_nothing_on_the_site(opened, house, how):
    page = opened(bypass_csp=True, **how)
    button = page.get_by_role("button", name="Skriv med os")
    button.wait_for()
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    run = """async () => (await axe.run(document, {iframes: false})).violations
        .map((each) => [each.id, each.nodes[0].html])"""
    assert page.evaluate(run) == []
    button.click()
    chat_in(page, house).get_by_role("button", name="Start samtalen").wait_for()
    assert page.evaluate(run) == []
