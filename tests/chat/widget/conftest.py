"""Citizens in a real browser, workers with the real client, one chat process for all of it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import pytest

from tests.chat.people import Worker, eventually

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}, "has_touch": False, "is_mobile": False}
EXIT = "https://www.dmi.dk/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They share one chat process and one browser."""
    for item in items:
        if item.path.parent.name == "widget":
            item.add_marker(pytest.mark.xdist_group("widget"))


class AtDesk:
    """A worker at the console, for tests that do not wait by themselves."""

    def __init__(self, do, worker):
        self._do, self.worker = do, worker

    def takes(self):
        """The one contact that waits."""

        async def take():
            (item,) = await self.worker.sees(1)
            answer = await self.worker.takes(item["contact"])
            assert answer["ok"], answer
            return item

        item = self._do(take())
        self.contact = item["contact"]
        return item

    def sees(self, count):
        return self._do(self.worker.sees(count))

    def writes(self, text):
        answer = self._do(self.worker.writes(self.contact, text))
        assert answer["ok"], answer

    def types(self, on):
        self._do(self.worker.call("typing", {"contact": self.contact, "on": on}))

    def closes(self):
        assert self._do(self.worker.call("close", {"contact": self.contact}))["ok"]

    def hears(self, *texts):
        """These and no others, in this order, with numbers that have no hole."""
        self._do(eventually(lambda: len(self.worker.messages) >= len(texts), f"{texts}"))
        assert self.worker.texts() == list(texts)
        seqs = [message["seq"] for message in self.worker.messages]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))

    def hears_that_it_is(self, state):
        self._do(eventually(lambda: self.worker.state == state, state))

    def sees_typing(self, on):
        def last():
            return self.worker.received["typing"][-1:]

        self._do(eventually(lambda: bool(last()) and last()[0]["on"] is on, f"typing {on}"))


@pytest.fixture(scope="session")
def _loop():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def house(place, _loop):
    """The chat process with nobody in it; ``at_desk("anna")`` opens a console."""
    opened = []

    def do(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, _loop).result(60)

    class House:
        def __init__(self):
            self.place, self.url = place, place.processes[-1].url

        def at_desk(self, name, **more):
            worker = do(Worker(self.url, place.tokens[name], **more).connect())
            opened.append(worker)
            return AtDesk(do, worker)

    yield House()
    for worker in opened:
        do(worker.leave_the_net())


@pytest.fixture
def visit(chromium, house):
    """``visit("/?line=foenix", **context)``: a browser of its own at the page.

    Fails on whatever the browser complains of, and on a request to anybody but the page's own origin.
    """
    opened = []

    def come(path="/?line=foenix", *, before=None, prepared=None, **how):
        context = chromium.new_context(**({"locale": "da-DK"} | PHONE | how))
        context.route(f"{EXIT}**", lambda route: route.fulfill(body="Vejret", content_type="text/plain"))
        page = context.new_page()
        page.trouble = watched(page, house.url)
        opened.append(page)
        if before:
            page.add_init_script(before)
        if prepared:
            prepared(page)
        page.goto(house.url + path)
        return page

    yield come
    for page in opened:
        page.context.close()
        assert page.trouble == []


def watched(page, url):
    wrong = []
    page.on("request", lambda sent: sent.url.startswith((url, EXIT)) or wrong.append(sent.url))
    page.on("console", lambda said: said.type in {"error", "warning"} and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


@contextmanager
def without_net(page):
    """As in a tunnel. What the browser says of failed requests meanwhile is no finding."""
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def net_trouble_is_known(page):
    page.trouble[:] = [each for each in page.trouble if "net::ERR_" not in each and "WebSocket" not in each]


def begins(page):
    page.get_by_role("button", name="Start samtalen").click()
    page.locator("[data-screen=talk]").wait_for()


def writes(page, text):
    page.get_by_label("Skriv her").fill(text)
    page.get_by_role("button", name="Send").click()


def log_of(page):
    """[(who, text, note)] as it stands on the page."""
    return page.evaluate(
        """[...document.querySelectorAll(".said")].map((each) =>
        ["who", "text", "note"].map((name) => each.querySelector(`[data-part=${name}]`).textContent))"""
    )


def reads(page, *texts):
    """The log holds these and nothing else, in this order, all of it sent."""
    page.wait_for_function(
        """(texts) => {
            const said = [...document.querySelectorAll(".said")];
            return said.length === texts.length && said.every((each, at) =>
                each.querySelector("[data-part=text]").textContent === texts[at]
                && each.querySelector("[data-part=note]").textContent === "");
        }""",
        arg=list(texts),
    )
