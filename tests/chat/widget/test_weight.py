"""What a phone with little data has to fetch."""

from __future__ import annotations

from tests.chat.widget.conftest import begins

MOST_BYTES = 60_000
MOST_REQUESTS = 4  # the page, its style, its script, its icon


def test_the_page_is_light(house, visit):
    page = visit("/health/live")
    cdp = page.context.new_cdp_session(page)
    fetched, asked = [], []
    cdp.on("Network.loadingFinished", lambda told: fetched.append(told["encodedDataLength"]))

    def is_asked(told):
        if told["documentURL"] == f"{house.url}/":  # not the icon that the page before still looks for
            asked.append(told["request"]["url"])

    cdp.on("Network.requestWillBeSent", is_asked)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"{house.url}/", wait_until="networkidle")
    assert 1 < len(asked) <= MOST_REQUESTS, asked
    on_load = sum(fetched)
    assert 10_000 < on_load < MOST_BYTES
    page.get_by_label("Dit postnummer eller din kommune").fill("6700")
    begins(page)
    page.wait_for_timeout(300)
    assert sum(fetched) < MOST_BYTES
    print(f"{on_load} bytes in {len(asked)} requests; {sum(fetched)} until somebody waits")
