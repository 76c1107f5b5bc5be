"""The page of phones, in a real browser, and its API without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from flask import Flask, Response, jsonify

from config.site_file import SHIPPED, read_site
from gateway.carrier.virtual.directory import CITIZENS_NUMBER, Directory, GatewayAddresses, move_in
from gateway.carrier.virtual.server import VirtualCarrier
from tests.gateway.carrier.virtual.booth import ACCOUNT, LINE, TOKEN, WORKER
from tests.gateway.carrier.virtual.loopback import serving, soon

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[4] / "node_modules" / "axe-core" / "axe.min.js"
SITE = Directory.of(read_site((SHIPPED / "demo.toml").read_text()))
SAYS = {
    "voice/incoming": '<Say language="da-DK">Så er vi her. Bliv i røret.</Say>'
    '<Dial><Conference waitUrl="" beep="false">c</Conference></Dial>',
    "worker": '<Gather numDigits="1" timeout="20" action="/taken"><Say>Fønix. Tryk 1.</Say></Gather>',
    "taken": '<Dial><Conference waitUrl="" beep="false">c</Conference></Dial>',
    "sms/incoming": "<Message>Tak for din besked.</Message>",
}
AT = "2026-11-22T22:30:00+01:00"


def words(danish: str, english: str = "in English") -> dict[str, str]:
    return {"danish": danish, "english": english}


DECIDED = {
    "duty": [{"number": WORKER, **words("På vagt: Fønix")}],
    "now": {
        "contact": "c2",
        "at": AT,
        "where": "Fønix, Esbjerg",
        "state": "offered",
        "told": words("Der ringes op"),
        "is_open": False,
        "steps": [
            {
                "when": words("Straks"),
                "phones": [
                    {
                        "name": "Anna",
                        "state": "ringing",
                        "told": words("Ringer"),
                        "because": words("på <b>vagt</b>"),
                    }
                ],
            }
        ],
        "skipped": [{"name": "Bo", **words("væk lige nu")}],
        "otherwise": words("Ellers: tilbud om at blive ringet op"),
        "events": [{"at": AT, **words("Ringer til Anna")}],
    },
    "earlier": [{"contact": "c1", "at": AT, "where": "Toften", "state": "ended", **words("Slut")}],
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    app = Flask("gateway")

    @app.post("/<path:path>")
    def hook(path: str) -> Response:
        return Response(f"<Response>{SAYS.get(path, '')}</Response>", content_type="text/xml")

    @app.get("/decisions")
    def decisions() -> Response:
        return jsonify(DECIDED)

    with serving(app) as url:
        yield url


@pytest.fixture
def box(gateway: str) -> Iterator[VirtualCarrier]:
    carrier = VirtualCarrier(
        account_sid=ACCOUNT, auth_token=TOKEN, directory=SITE, decisions_url=f"{gateway}/decisions"
    )
    with carrier:
        move_in(carrier.exchange, SITE, GatewayAddresses(gateway))
        yield carrier
        assert carrier.exchange.complaints == []


AT_A_DESK_AND_ON_A_PHONE = pytest.mark.parametrize("page", [1280, 360], indirect=True)


@pytest.fixture
def page(chromium: Browser, box: VirtualCarrier, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page at a desk, unless the test says else. Fails on console errors and requests elsewhere."""
    context = chromium.new_context(viewport={"width": getattr(request, "param", 1280), "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    refused = "the server responded with a status of 400"  # the browser's own words, for what a test provokes
    page.on(
        "console",
        lambda told: wrong.append(told.text) if told.type == "error" and refused not in told.text else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(box.url) else wrong.append(sent.url))
    page.goto(f"{box.url}/phones/")
    page.wait_for_selector("article")
    yield page
    assert wrong == []
    context.close()


def ring(box: VirtualCarrier, gateway: str) -> None:
    box.exchange.place(to=WORKER, from_=LINE, url=f"{gateway}/worker")


@AT_A_DESK_AND_ON_A_PHONE
def test_a_call_from_dialling_to_talking(page: Page, box: VirtualCarrier, gateway: str) -> None:
    citizen, anna = page.locator("#citizen"), page.locator("article", has_text="Anna")
    citizen.get_by_label("Skjul mit nummer").check()
    citizen.get_by_role("button", name="Ring op").click()
    citizen.get_by_text("Så er vi her. Bliv i røret.").wait_for()
    ring(box, gateway)
    anna.get_by_role("button", name="Tag").click()
    anna.get_by_text("Fønix. Tryk 1.").wait_for()
    page.keyboard.press("1")  # the keypad has the focus once the phone is picked up
    citizen.get_by_text("Taler med Anna").wait_for()
    assert "+45" not in anna.locator("[data-part=state]").inner_text()
    citizen.get_by_role("button", name="Læg på").click()
    citizen.get_by_text("Samtalen er slut.").wait_for()
    inbound = next(call for call in box.exchange.calls.values() if call.direction == "inbound")
    assert (inbound.from_, inbound.party) == ("+266696687", CITIZENS_NUMBER)


def test_a_phone_that_rings_can_be_turned_away(page: Page, box: VirtualCarrier, gateway: str) -> None:
    ring(box, gateway)
    anna = page.locator("article", has_text="Anna")
    page.get_by_text("Ringer: Anna").wait_for(state="attached")
    anna.get_by_role("button", name="Afvis").click()
    anna.get_by_text("Afvist eller optaget.").wait_for()


def test_text_messages_both_ways(page: Page, box: VirtualCarrier) -> None:
    citizen = page.locator("#citizen")
    citizen.locator("summary").click()
    citizen.get_by_label("Ny SMS").fill("Hej, er der nogen?")
    citizen.get_by_role("button", name="Send SMS").click()
    citizen.get_by_text("Tak for din besked.").wait_for()
    box.exchange.texting.send(LINE, WORKER, "Du har en vagt i morgen.", None)
    page.locator("article", has_text="Anna").get_by_text("Du har en vagt i morgen.").wait_for()


def test_a_citizen_is_called_back(page: Page, box: VirtualCarrier, gateway: str) -> None:
    box.exchange.place(to=CITIZENS_NUMBER, from_=LINE, url=f"{gateway}/voice/incoming")
    citizen = page.locator("#citizen")
    citizen.get_by_role("button", name="Tag telefonen").click()
    citizen.get_by_text("Så er vi her. Bliv i røret.").wait_for()


def test_what_cannot_be_done_is_said(page: Page) -> None:
    citizen = page.locator("#citizen")
    citizen.get_by_role("textbox", name="Mit nummer").fill("nej")
    citizen.get_by_role("button", name="Ring op").click()
    citizen.get_by_role("alert").get_by_text("Skriv et telefonnummer.").wait_for()


def test_decisions_stand_beside_the_phones_as_text(page: Page) -> None:
    section = page.locator("#decisions")
    section.get_by_text("Ringer til Anna").wait_for()
    said = section.inner_text()
    for told in (
        "Fønix, Esbjerg", "Der ringes op", "Linjen har lukket nu.", "Straks", "på <b>vagt</b>", "22.30.00",
        "Springes over: Bo, væk lige nu", "Ellers: tilbud om at blive ringet op",
    ):  # fmt: skip
        assert told in said
    section.get_by_text("Tidligere").click()
    section.get_by_text("Toften").wait_for()


def test_who_is_on_duty_stands_in_front(page: Page, box: VirtualCarrier, gateway: str) -> None:
    anna, bo = page.locator("article", has_text="Anna"), page.locator("article", has_text="Bo")
    anna.get_by_text("På vagt: Fønix").wait_for()
    bo.wait_for(state="hidden")
    page.get_by_text("Ikke på vagt nu").click()
    bo.wait_for()
    page.get_by_text("Ikke på vagt nu").click()
    box.exchange.texting.send(LINE, SITE.people[1].number, "Du har en vagt i morgen.", None)
    bo.get_by_text("Du har en vagt i morgen.").wait_for()


def test_what_is_new_is_added_and_the_focus_stays(page: Page) -> None:
    page.locator("#decisions").get_by_text("Ringer til Anna").wait_for()
    page.evaluate("document.querySelector('#decisions [data-part=events] li').id = 'mine'; null")
    page.locator("#citizen").get_by_role("button", name="5", exact=True).focus()
    page.wait_for_timeout(1500)
    assert page.locator("#mine").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "5"


@AT_A_DESK_AND_ON_A_PHONE
def test_it_fits_and_fingers_hit(page: Page, box: VirtualCarrier, gateway: str) -> None:
    ring(box, gateway)
    page.locator("article", has_text="Anna").get_by_role("button", name="Tag").click()
    page.locator("article", has_text="Anna").get_by_role("button", name="1", exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    buttons = [button.bounding_box() for button in page.locator("button:visible, summary:visible").all()]
    assert len(buttons) > 20
    assert all(b is not None and b["height"] >= 48 and b["width"] >= 48 for b in buttons)


def test_everything_has_a_name_and_logs_are_announced(page: Page) -> None:
    unnamed = page.evaluate(
        """[...document.querySelectorAll("input, select, textarea, [role=log], [role=group], section")]
        .filter(e => !(e.labels?.length || e.getAttribute("aria-label")
                       || document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim()))
        .map(e => e.outerHTML)"""
    )
    assert unnamed == []
    assert page.locator("#citizen [role=log][aria-live=polite]").count() == 2


@AT_A_DESK_AND_ON_A_PHONE
def test_axe_finds_nothing(page: Page, box: VirtualCarrier, gateway: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    ring(box, gateway)
    page.locator("article", has_text="Anna").get_by_role("button", name="Tag").click()
    page.locator("#citizen summary").click()
    page.locator("#decisions").get_by_text("Ringer til Anna").wait_for()
    page.evaluate(AXE.read_text() + "; null")
    found = page.evaluate("axe.run()")["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_a_lost_exchange_is_told_and_found_again(page: Page) -> None:
    page.evaluate(
        "window.theirs = window.fetch; window.fetch = () => Promise.reject(new Error('gone')); null"
    )
    page.get_by_text("Ingen forbindelse").wait_for()
    page.evaluate("window.fetch = window.theirs; null")
    page.get_by_text("Ingen forbindelse").wait_for(state="hidden")


# Without a browser


def send(box: VirtualCarrier, path: str, body: Any, **options: Any) -> requests.Response:
    return requests.post(f"{box.url}/phones/api/{path}", json=body, timeout=5, **options)


def test_the_page_allows_nothing_from_elsewhere(box: VirtualCarrier) -> None:
    answer = requests.get(f"{box.url}/phones/", timeout=5)
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert " on" not in "".join(part.split(">")[0] for part in answer.text.split("<button")[1:])


def test_a_plain_form_of_another_page_can_do_nothing(box: VirtualCarrier) -> None:
    answer = requests.post(f"{box.url}/phones/api/call", data={"from": WORKER, "to": LINE}, timeout=5)
    assert answer.status_code == 400
    assert not box.exchange.calls


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("call", {"from": "x", "to": LINE}),
        ("call", {"from": CITIZENS_NUMBER, "to": "+4599999999"}),
        ("call", []),
        ("text", {"from": CITIZENS_NUMBER, "to": LINE, "body": "  "}),
        ("text", {"from": CITIZENS_NUMBER, "to": LINE, "body": "a" * 1601}),
        ("calls/CA1/press", {"keys": "1"}),
    ],
)
def test_what_the_api_refuses(box: VirtualCarrier, path: str, body: Any) -> None:
    answer = send(box, path, body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not box.exchange.calls


def test_keys_are_keys(box: VirtualCarrier) -> None:
    sid = send(box, "call", {"from": "22 00 00 01", "to": LINE}).json()["sid"]
    assert box.exchange.calls[sid].from_ == CITIZENS_NUMBER
    assert send(box, f"calls/{sid}/press", {"keys": "abc"}).status_code == 400
    assert send(box, f"calls/{sid}/press", {"keys": "12#"}).status_code == 204
    assert send(box, "call", {"from": CITIZENS_NUMBER, "to": LINE}).status_code == 400
    assert send(box, f"calls/{sid}/hang-up", {}).status_code == 204
    soon(lambda: box.exchange.calls[sid].is_over)


def test_the_state_is_sent_only_when_it_changed(box: VirtualCarrier) -> None:
    first = requests.get(f"{box.url}/phones/api/state", timeout=5).json()
    assert [phone["name"] for phone in first["phones"]][:2] == ["Anna", "Bo"]
    again = requests.get(f"{box.url}/phones/api/state?after={first['version']}", timeout=5)
    assert again.status_code == 204


def test_without_decisions_the_slot_is_hidden(gateway: str) -> None:
    with VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN, directory=SITE) as box:
        assert (
            'id="decisions" aria-labelledby="decisions-title" hidden'
            in requests.get(f"{box.url}/phones/", timeout=5).text
        )
        assert requests.get(f"{box.url}/phones/api/decisions", timeout=5).json() == []
