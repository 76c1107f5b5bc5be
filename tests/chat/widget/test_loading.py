"""That something is on its way is said to whoever has waited 300 ms for it, and to nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chat.widget.words import words_in

ON_ITS_WAY = words_in("da").script["starting"]
SHORT_MS = 300
RECORD = """() => {
    window.said = [];
    const status = document.querySelector("[data-part=start-status]");
    new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
}"""


@pytest.fixture
def page(visit):
    """A page whose clock stands still; ``held``: what it asks of the socket, until it is let go."""
    page = visit(prepared=lambda page: page.clock.install())
    page.held = []
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.evaluate(RECORD)
    return page


def starts(page):
    page.get_by_role("button", name="Start samtalen").click()


def test_a_start_that_takes_long_says_so_after_300_ms(page):
    page.route("**/socket.io/**", lambda route: page.held.append(route))
    starts(page)
    page.clock.run_for(SHORT_MS - 1)
    assert page.evaluate("window.said") == []
    page.clock.run_for(1)
    expect(page.locator("[data-part=start-status]")).to_have_text(ON_ITS_WAY)
    page.clock.resume()
    page.route("**/socket.io/**", lambda route: route.continue_())
    for route in page.held:
        route.continue_()
    page.locator("[data-screen=talk]").wait_for()
    expect(page.locator("[data-part=start-status]")).to_be_empty()


def test_a_start_that_is_answered_before_says_nothing(page):
    starts(page)
    page.locator("[data-screen=talk]").wait_for()
    page.clock.run_for(10 * SHORT_MS)  # nor afterwards
    assert ON_ITS_WAY not in page.evaluate("window.said")
