"""How soon the citizen's page can be used on a slow phone: bytes, requests, and seconds in Chromium.

The net is emulated by Chromium itself: 400 kbit/s each way and 400 ms for every request, and a processor four
times slower than this one. What it takes to reach a server at all (name, connection, TLS) is not in it.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.chat.people import Place
from tests.services import CHROMIUM_FLAGS, chromium_program

BYTES_A_SECOND, ROUND_TRIP_MS, SLOWER = 400_000 / 8, 400, 4
ROUNDS = 5
MOST_SECONDS, MOST_BYTES = 2.0, 60_000
# From the start of the navigation until the page's script has put its hand on every button.
USABLE = "() => performance.getEntriesByName('usable')[0]?.startTime"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(f"sqlite:///{folder}/akutlinjen.db", Path(folder))
        try:
            url = place.start().url
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium_program(), args=[*CHROMIUM_FLAGS]
                )
                found = [visited(browser, url) for _ in range(ROUNDS)]
                browser.close()
        finally:
            place.close()
    seconds = statistics.median(each[0] for each in found)
    _, size, requests = found[0]
    print(f"usable after {seconds:.2f} s (median of {ROUNDS}); {size} bytes in {requests} requests")
    assert seconds < MOST_SECONDS
    assert size < MOST_BYTES


def visited(browser: Browser, url: str) -> tuple[float, int, int]:
    """Seconds until it can be used, bytes over the net with their headers, requests."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    sizes: list[int] = []
    cdp.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    cdp.send("Network.enable")
    slow = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    cdp.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP_MS, **slow})
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load")
    page.wait_for_function(USABLE)
    seconds = page.evaluate(USABLE) / 1000
    page.wait_for_timeout(1000)
    context.close()
    return seconds, sum(sizes), len(sizes)


if __name__ == "__main__":
    main()
