"""The pages in a real browser: links that come from elsewhere, passkeys, nothing from third parties, axe."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sqlalchemy as sa

from gateway.store.tables import staff_passkeys, staff_sessions
from tests.flows.world import World
from tests.gateway.pages.served import AXE, DESK, PHONE, served

ANNA, ADMIN = "+4520000001", "+4520000010"


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@pytest.fixture
def database():
    """SQLite, where a test does not ask for both: what a browser shows is the same."""
    return "sqlite"


@pytest.fixture
def world(request, tmp_path, database):
    url = f"sqlite:///{tmp_path / 'akutlinjen.db'}"
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    world = World(url, tmp_path / "var", at="2026-11-24 22:30")
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    yield world
    world.close()


@pytest.fixture
def at(world):
    with served(world) as at:
        yield at


@pytest.fixture
def page(chromium, at):
    """A phone's page; fails on anything asked of somebody else, or refused by the policy."""
    context = chromium.new_context(**PHONE, locale="da-DK")
    page = context.new_page()
    watched(page, at)
    yield page
    context.close()
    assert page.trouble == []


def watched(page, at):
    """No chat process runs beside these pages: the duty phone asks for one, in vain, and goes on without."""
    page.trouble = []
    chat = at.chat_url.removeprefix("http://")
    ours = (at.url, f"http://{chat}/", f"ws://{chat}/")
    page.on("request", lambda asked: asked.url.startswith(ours) or page.trouble.append(asked.url))
    fine = ("40", "ERR_CONNECTION_REFUSED", chat)
    page.on(
        "console",
        lambda said: (
            said.type == "error"
            and not any(each in said.text for each in fine)
            and page.trouble.append(said.text)
        ),
    )
    page.on("pageerror", lambda error: page.trouble.append(str(error)))


def authenticator(page, **changes):
    """A phone that holds passkeys and knows its owner."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    } | changes  # fmt: skip
    return cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def asks_for_link(page, at, mobile):
    page.goto(f"{at.url}/sign-in")
    page.get_by_label("Dit mobilnummer").fill(mobile)
    page.get_by_role("button", name="Send mig et link").click()
    page.get_by_role("heading", name="Se efter en SMS").wait_for()


def uses_link(page, link):
    page.goto(link)
    page.get_by_role("button", name="Log ind nu").click()


def is_at(page, at, path):
    page.wait_for_url(f"{at.url}{path}")


@BOTH
def test_a_link_then_a_passkey_then_in_within_seconds(page, at, world):
    authenticator(page)
    asks_for_link(page, at, ANNA)
    uses_link(page, at.link_for("anna"))
    is_at(page, at, "/console")
    page.get_by_role("link", name="Mig").click()
    page.get_by_role("link", name="Tilføj en adgangsnøgle").click()
    page.get_by_label("Hvad skal den hedde?").fill("Annas telefon")
    page.get_by_role("button", name="Gem en adgangsnøgle her").click()
    is_at(page, at, "/me")
    assert page.get_by_text("Annas telefon").first.is_visible()
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    is_at(page, at, "/sign-in")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    is_at(page, at, "/console")
    with world.store.read() as connection:
        methods = connection.execute(
            sa.select(staff_sessions.c.method).order_by(staff_sessions.c.began_at)
        ).scalars()
        assert list(methods) == ["link", "passkey", "passkey"]
        (passkey,) = connection.execute(sa.select(staff_passkeys)).all()
    assert b"Annas" not in passkey.name
    assert passkey.sign_count > 0


def test_a_passkey_is_named_and_removed(page, at, world):
    authenticator(page)
    asks_for_link(page, at, ANNA)
    uses_link(page, at.link_for("anna"))
    is_at(page, at, "/console")
    page.goto(f"{at.url}/me/passkeys")
    page.get_by_role("button", name="Gem en adgangsnøgle her").click()
    is_at(page, at, "/me")
    page.get_by_text("Ret", exact=True).click()
    page.get_by_label("Navn").fill("Min <b>telefon</b> ✓")
    page.get_by_role("button", name="Gem navnet").click()
    assert page.get_by_text("Min <b>telefon</b> ✓").first.is_visible()
    page.get_by_text("Ret", exact=True).click()
    page.get_by_role("button", name="Fjern nøglen").click()
    assert page.get_by_text("Ingen endnu.").is_visible()
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    is_at(page, at, "/sign-in")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    page.get_by_role("alert").wait_for()
    assert "Adgangsnøglen passer ikke" in page.get_by_role("alert").text_content()


def test_an_administrator_gets_in_with_a_passkey_alone(page, at, world):
    authenticator(page)
    asks_for_link(page, at, ADMIN)
    uses_link(page, at.link_for("adm"))
    is_at(page, at, "/me/passkeys")
    page.goto(f"{at.url}/console")
    is_at(page, at, "/me/passkeys")
    page.get_by_role("button", name="Gem en adgangsnøgle her").click()
    is_at(page, at, "/me")
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    # A second link opens no way to a second passkey: the first one is needed for that.
    asks_for_link(page, at, ADMIN)
    uses_link(page, at.link_for("adm"))
    is_at(page, at, "/me/passkeys")
    assert page.get_by_role("button", name="Gem en adgangsnøgle her").count() == 0
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    is_at(page, at, "/console")


def test_a_phone_that_does_not_know_its_owner_gets_no_passkey(page, at, world):
    authenticator(page, hasUserVerification=False, isUserVerified=False)
    asks_for_link(page, at, ANNA)
    uses_link(page, at.link_for("anna"))
    is_at(page, at, "/console")
    page.goto(f"{at.url}/me/passkeys")
    page.get_by_role("button", name="Gem en adgangsnøgle her").click()
    page.get_by_role("alert").wait_for()
    with world.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(staff_passkeys)).scalar() == 0


def test_an_answer_is_good_once_and_in_its_own_browser_alone(page, at, world, chromium):
    authenticator(page)
    asks_for_link(page, at, ANNA)
    uses_link(page, at.link_for("anna"))
    is_at(page, at, "/console")
    page.goto(f"{at.url}/me/passkeys")
    page.get_by_role("button", name="Gem en adgangsnøgle her").click()
    is_at(page, at, "/me")
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    is_at(page, at, "/sign-in")
    with page.expect_request("**/sign-in/passkey/finish") as asked:
        page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    is_at(page, at, "/console")
    answer = asked.value.post_data
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    is_at(page, at, "/sign-in")
    replay = """async (body) => {
        const token = document.querySelector("form[data-passkey]").dataset.token;
        const headers = {"Content-Type": "application/json", "X-Form-Token": token};
        await fetch("/sign-in/passkey/options", {method: "POST", headers, body: "{}"});
        const answer = await fetch("/sign-in/passkey/finish", {method: "POST", headers, body});
        return answer.status;
    }"""
    assert page.evaluate(replay, answer) == 403
    other = chromium.new_context()
    thief = other.new_page()
    thief.goto(f"{at.url}/sign-in")
    assert thief.evaluate(replay, answer) == 403
    other.close()
    page.trouble.clear()


@pytest.fixture
def elsewhere():
    """Another site: a page with a link, as an SMS app or a web mail shows it."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.pages = pages
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_link_from_another_app_signs_in_and_other_sites_see_nobody(
    world, chromium, elsewhere, tmp_path, tls
):
    with served(world, tls=tmp_path / "tls" if tls else None) as at:
        context = chromium.new_context(**PHONE, ignore_https_errors=True)
        page = context.new_page()
        asks_for_link(page, at, ANNA)
        elsewhere.pages["/sms"] = f'<a href="{at.link_for("anna")}">link</a>'
        elsewhere.pages["/mail"] = f'<a href="{at.url}/me">link</a>'
        elsewhere.pages["/evil"] = (
            f'<form method="post" action="{at.url}/away"><button name="on" value="yes">x'
        )
        elsewhere.pages["/frame"] = f'<iframe src="{at.url}/console"></iframe>'
        page.goto(f"{elsewhere.url}/sms")
        page.get_by_role("link").click()
        page.get_by_role("button", name="Log ind nu").click()
        is_at(page, at, "/console")
        cookies = {cookie["name"]: cookie for cookie in context.cookies(at.url)}
        session = cookies["__Host-session" if tls else "akutlinjen-session"]
        assert session["httpOnly"]
        assert session["sameSite"] == "Strict"
        assert session["secure"] is tls
        # From a message straight to a page: still signed in, after one turn by ourselves.
        page.goto(f"{elsewhere.url}/mail")
        page.get_by_role("link").click()
        is_at(page, at, "/me")
        page.get_by_role("heading", name="Anna").wait_for()
        # A form of another site reaches nothing, and no other site frames us.
        page.goto(f"{elsewhere.url}/evil")
        page.get_by_role("button").click()
        page.wait_for_load_state()
        page.goto(f"{at.url}/console")
        assert page.get_by_role("button", name="Jeg er væk lidt").is_visible()
        page.goto(f"{elsewhere.url}/frame")
        page.wait_for_timeout(200)
        assert page.frames[-1].evaluate("document.body.innerText").find("Vagttelefon") == -1
        context.close()


ADDRESSES = [
    "/console", "/today", "/contacts", "/contacts/{contact}", "/me", "/me/passkeys", "/contacts/none",
    "/directory?municipality=0561", "/directory/new?municipality=0561",
    "/shifts", "/shifts/absence", "/reports", "/follow-ups",
    "/workers", "/workers/anna", "/workers/anna/lost-phone", "/offline",
]  # fmt: skip


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("hour", ["night", "day"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_axe_finds_nothing_on_any_page(world, chromium, screen, hour, language, tmp_path):
    world.worker("anna")
    world.worker("bo")
    world.citizen_calls()
    world.run(30)
    if hour == "day":
        world.clock.set(world.clock().replace(hour=11))
    with served(world) as at:
        context = chromium.new_context(**screen)
        context.add_cookies(
            [
                {"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url},
                {"name": "akutlinjen-language", "value": language, "url": at.url},
            ]
        )
        page = context.new_page()
        watched(page, at)
        for address in ADDRESSES:
            page.goto(at.url + address.format(contact=world.contact().id))
            fits_and_is_clean(page, address)
        context.clear_cookies(name="akutlinjen-session")
        for address in ("/sign-in", "/sign-in/sent", "/sign-in/link/" + "A" * 38):
            page.goto(at.url + address)
            fits_and_is_clean(page, address)
        assert page.trouble == []
        context.close()


@pytest.mark.parametrize("address", ["/workers", "/today", "/contacts"])
def test_marks_stand_at_the_edge_of_their_list(world, chromium, address):
    world.worker("anna")
    world.worker("bo")
    world.citizen_calls()
    world.run(30)
    with served(world) as at:
        context = chromium.new_context(**DESK)
        context.add_cookies([{"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url}])
        page = context.new_page()
        page.goto(at.url + address)
        page.locator(".list .item").first.wait_for()
        short = page.evaluate(
            """[...document.querySelectorAll(".list > li > .item")]
            .filter((each) => each.getBoundingClientRect().right
                < each.parentElement.getBoundingClientRect().right - 1)
            .map((each) => each.outerHTML)"""
        )
        assert short == []
        context.close()


TOO_SMALL = """() => [...document.querySelectorAll(
    "button, main a.button, nav a, summary, input:not([type=hidden])")]
    .map((each) => [["checkbox", "radio"].includes(each.type) ? each.closest("label") : each, each])
    .filter(([target]) => target.offsetParent && target.getBoundingClientRect().height < 47.5)
    .map(([, each]) => each.outerHTML)"""
AXE_FINDINGS = """async () => {
    const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run({ runOnly });
    return violations.map((each) => [each.id, each.nodes.map((node) => node.html + node.failureSummary)]);
}"""


def fits_and_is_clean(page, address):
    """Nothing to scroll sideways, targets of 48 px, and axe has no findings (WCAG 2.2 AA)."""
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], (address, widths)
    small = page.evaluate(TOO_SMALL)
    assert small == [], address
    page.evaluate(AXE.read_text())
    found = page.evaluate(AXE_FINDINGS)
    assert found == [], address


@pytest.mark.parametrize(
    ("path", "opened"),
    [("/console", ["Vagttelefon"]), ("/me", ["Mig"]), ("/roster/history", ["Vagtplan", "Historik"])],
)
def test_the_page_that_is_open_is_in_sight_in_every_row_of_pages(page, at, path, opened):
    page.context.add_cookies([{"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url}])
    page.goto(f"{at.url}{path}")
    found = page.locator(".tabs [aria-current=page]")
    assert [each.strip() for each in found.all_inner_texts()] == opened
    for number in range(found.count()):
        box = found.nth(number).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
    assert page.locator(".tabs").first.evaluate("row => row.scrollLeft") == 0 or path != "/console"
