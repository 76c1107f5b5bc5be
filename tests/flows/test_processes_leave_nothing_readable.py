"""The same of the real processes: a call, a chat, a link, a passkey, and all that they print and store."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from config.site_file import read_site
from gateway.accounts import tokens
from gateway.carrier.virtual.directory import Directory, GatewayAddresses, move_in
from gateway.carrier.virtual.scripts import Answers, RingsOut
from gateway.carrier.virtual.server import VirtualCarrier
from gateway.rosters.roster_import import import_roster
from gateway.store.engine import Store
from routing.roster import Shift
from tests.chat.people import Citizen, Worker, agreed, eventually
from tests.flows.readable import Secrets, in_database, in_files, in_redis
from tests.flows.site_of_names import named
from tests.flows.world import ACCOUNT, COPENHAGEN, FOENIX, SITE
from tests.gateway.pages.test_in_chromium import authenticator
from tests.ports import free_port
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CITIZEN, STRANGER = "+4531415926", "+4561803398"
TOKEN = "the-carriers-own-token-Ww5"
WRITTEN, ANSWERED = "Jeg hedder Birthe og bor på Kongensgade", "Godt at du skriver, Birthe. Er du alene?"
REASON = "Har taget Panodil ved Ørstedsparken og svarer langsomt"
ADDRESS = "198.51.100.77"
PASSKEY = "Annelises gamle Nordlys-telefon"
BROWSER = "Mozilla/5.0 (Bornholmerbrowser 77.1) Gecko/20100101 Firefox/131.0"


@dataclass
class House:
    """``akutlinjen up`` on a database of its own, with a virtual carrier beside it."""

    process: subprocess.Popen[bytes]
    url: str
    chat_url: str
    var: Path
    printed: Path
    store: Store
    carrier: VirtualCarrier
    secrets: Secrets
    mobile: str
    coordinator: str

    def left(self) -> dict[str, bytes]:
        (redis_socket,) = self.var.glob("redis-*/redis.sock")
        return {
            **in_database(self.store),
            **in_redis(f"unix://{redis_socket}"),
            **in_files(self.var),
            "stdout and stderr": self.printed.read_bytes(),
        }


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    secrets = Secrets()
    site_path = tmp_path / "site.toml"
    with_chat = re.sub(r"^(voice = .*)$", r'\1\nchat = ["always"]', SITE, flags=re.MULTILINE)
    site_path.write_text(named(with_chat, secrets))
    site = read_site(site_path.read_text())
    var = Path(tempfile.mkdtemp(prefix="akutlinjen-"))  # short, for the socket of Redis
    ports = free_port(), free_port()
    url = f"http://localhost:{ports[0]}"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, var, ignore_errors=True)
        carrier = stack.enter_context(VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN))
        move_in(carrier.exchange, Directory.of(site), GatewayAddresses(url))
        database_url = f"sqlite:///{var / 'akutlinjen.db'}"
        environment = {
            **os.environ,
            "AKUTLINJEN_SITE": str(site_path), "AKUTLINJEN_VAR": str(var), "DATABASE_URL": database_url,
            "REDIS_URL": "", "SECRET_KEY": base64.b64encode(bytes(range(32))).decode(),
            "DATA_KEY": base64.b64encode(bytes(range(32, 64))).decode(), "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_BASE_URL": carrier.url, "PUBLIC_URL": url,
            "WEB_BIND": f"127.0.0.1:{ports[0]}", "CHAT_BIND": f"127.0.0.1:{ports[1]}",
            "TRUSTED_PROXIES": "127.0.0.1",
        }  # fmt: skip
        printed = tmp_path / "printed"
        file = stack.enter_context(printed.open("wb"))
        command = [sys.executable, "-m", "gateway.cli", "up"]
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        stack.callback(_stop, process)
        wait_until(lambda: b"ready\n" in printed.read_bytes() or process.poll() is not None, "ready", 60)
        assert process.poll() is None, printed.read_text()
        store = Store(database_url)
        stack.callback(store.close)
        day = datetime.now(COPENHAGEN).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
        duty = Shift("foenix", 1, "anna", day - timedelta(days=1), day + timedelta(days=2))
        import_roster(store, [duty], by="test", source="test", at=datetime.now(UTC))
        for number in (CITIZEN, STRANGER):
            secrets.number(number)
        for what, text in (
            ("the reason", REASON), ("the address", ADDRESS), ("the passkey's name", PASSKEY),
            ("the browser", BROWSER), ("the carrier's token", TOKEN),
            ("what a citizen wrote", WRITTEN), ("what a worker wrote", ANSWERED),
        ):  # fmt: skip
            secrets.text(what, text)
        mobiles = site.workers["anna"].mobile, site.workers["koord"].mobile
        yield House(
            process, url, f"http://localhost:{ports[1]}", var, printed, store, carrier, secrets, *mobiles
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def page(chromium: Browser, house: House) -> Iterator[Page]:
    context = chromium.new_context(
        user_agent=BROWSER, extra_http_headers={"X-Forwarded-For": ADDRESS}, locale="da-DK"
    )
    yield context.new_page()
    context.close()


def a_call(house: House) -> str:
    """Anna answers, the citizen hangs up. Gives the contact's id."""
    exchange = house.carrier.exchange
    exchange.phone(house.mobile, Answers(0.5, keys=[(1, "1")]))
    call = exchange.call(CITIZEN, FOENIX)
    wait_until(lambda: call.talking_with == {house.mobile}, "the conversation")
    call.hang_up()
    exchange.phone(house.mobile, RingsOut())
    wait_until(lambda: _one(house, "SELECT state FROM contacts") == "ended", "the end")
    return str(_one(house, "SELECT id FROM contacts"))


def a_chat(house: House) -> None:
    """Taken, written in, left, opened again with number and code, tried with a wrong one, and closed."""
    with house.store.write() as connection:
        token = tokens.issue(connection, "anna", datetime.now(UTC))
    house.secrets.text("the token of a staff socket", token)
    forwarded = {"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER}

    async def story() -> None:
        citizen = await Citizen(house.chat_url, headers=forwarded).connect()
        worker = await Worker(house.chat_url, token, headers=forwarded).connect()
        begun = agreed(await citizen.starts(line="foenix"))
        house.secrets.text("the token of a citizen's tab", begun["token"])
        agreed(await citizen.writes(WRITTEN))
        (item,) = await worker.sees(1)
        agreed(await worker.takes(item["contact"]))
        agreed(await worker.writes(item["contact"], ANSWERED))
        code = house.secrets.text("a code", agreed(await citizen.call("code", {}))["code"])
        await citizen.leave_the_net()
        again = await Citizen(house.chat_url, headers=forwarded).connect()
        wrong = {"ticket": begun["ticket"], "code": f"{(int(code) + 1) % 10**8:08}"}
        assert (await again.call("resume", wrong))["error"]["code"] == "wrong_code"
        opened = agreed(await again.call("resume", {"ticket": begun["ticket"], "code": code}))
        house.secrets.text("the token of another tab", opened["token"])
        assert [each["text"] for each in opened["messages"]] == [WRITTEN, ANSWERED]
        assert (await again.call("message", {"id": WRITTEN, "text": WRITTEN}))["error"]["code"] == "invalid"
        agreed(await worker.call("close", {"contact": item["contact"]}))
        await eventually(lambda: again.state == "ended", "the end")
        for person in (again, worker):
            await person.leave_the_net()

    # In a thread of its own: the browser's library has the loop of this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, story()).result()


def _one(house: House, query: str) -> object:
    with house.store.read() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def signs_in(house: House, page: Page) -> None:
    """By a link, then adds a passkey, signs out, and comes back with the passkey."""
    secrets = house.secrets
    authenticator(page)
    page.goto(f"{house.url}/sign-in")
    page.get_by_label("Dit mobilnummer").fill(house.mobile)
    page.get_by_role("button", name="Send mig et link").click()
    page.get_by_role("heading", name="Se efter en SMS").wait_for()
    wait_until(lambda: sent_to(house, house.mobile), "the message")
    (link,) = re.findall(r"https?://\S+", sent_to(house, house.mobile)[-1])
    secrets.text("a link's token", link.rsplit("/", 1)[1])
    page.goto(link)
    page.get_by_role("button", name="Log ind nu").click()
    page.wait_for_url(f"{house.url}/console")
    cookies(house, page)
    page.goto(f"{house.url}/me/passkeys")
    page.get_by_label("Hvad skal den hedde?").fill(PASSKEY)
    page.get_by_role("button", name="Gem en adgangsnøgle her").click()
    page.wait_for_url(f"{house.url}/me")
    assert page.get_by_text(PASSKEY).first.is_visible()
    cookies(house, page)
    page.get_by_role("button", name="Log ud", exact=True).last.click()
    page.wait_for_url(f"{house.url}/sign-in")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    page.wait_for_url(f"{house.url}/console")
    cookies(house, page)


def sent_to(house: House, mobile: str) -> list[str]:
    return [message.body for message in house.carrier.exchange.messages if message.to == mobile]


def cookies(house: House, page: Page) -> None:
    for cookie in page.context.cookies():
        if len(cookie["value"]) >= 8:
            house.secrets.text(f"the cookie {cookie['name']}", cookie["value"])
    for token in page.locator("[name=form_token]").all():
        house.secrets.text("a form's token", token.get_attribute("value") or "")


def what_is_refused(house: House, token: str) -> None:
    forwarded = {"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER}
    for method, path, more in (
        ("GET", f"/{CITIZEN}?number={CITIZEN}&token={token}", {}),
        ("GET", f"/contacts/{CITIZEN}", {}),
        ("GET", f"/api/v1/contacts/{CITIZEN}", {"headers": {"Authorization": f"Bearer {token}"}}),
        ("GET", f"/api/v1/contacts?state={STRANGER}", {"headers": {"Authorization": f"Bearer {token}"}}),
        ("POST", "/voice/incoming", {"data": {"From": CITIZEN, "To": FOENIX, "CallSid": "CA1"}}),
        ("POST", "/sign-in/link", {"data": {"mobile": STRANGER}}),
        ("POST", "/sign-in/passkey/finish", {"json": {"id": CITIZEN}}),
        ("BREW", f"/{CITIZEN}", {}),
    ):
        headers = forwarded | more.pop("headers", {})
        answer = requests.request(
            method, house.url + path, headers=headers, allow_redirects=False, **more, timeout=10
        )
        assert 300 <= answer.status_code < 500, path
    with socket.create_connection(("127.0.0.1", int(house.url.rsplit(":", 1)[1]))) as raw:
        raw.sendall(f"GET /{CITIZEN} HTTP/1.1\r\nHost: x\r\nBad header {CITIZEN}\r\n\r\n".encode())
        raw.recv(1000)


def test_nothing_of_a_call_a_chat_or_a_sign_in_is_readable_afterwards(house: House, page: Page) -> None:
    contact = a_call(house)
    a_chat(house)
    signs_in(house, page)
    page.goto(f"{house.url}/contacts/{contact}")
    page.get_by_text("Livsfare: vis nummer").click()
    page.get_by_label("Hvad er faren?").fill(REASON)
    page.get_by_role("button", name="Vis nummeret").click()
    page.get_by_text("+45 31 41 59 26").wait_for()
    cookies(house, page)
    with house.store.write() as connection:
        token = house.secrets.text("a program's token", tokens.issue(connection, "anna", datetime.now(UTC)))
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": ADDRESS}
    read = requests.get(f"{house.url}/api/v1/contacts/{contact}", headers=headers, timeout=10)
    assert read.json()["number_lifted"] is True
    what_is_refused(house, token)
    told = lambda: [body for body in sent_to(house, house.coordinator) if "livsfare" in body]  # noqa: E731
    wait_until(told, "the coordinator's message")

    left = house.left()
    assert [place for place in left if place.startswith("Redis b'limit")]
    assert b'"event": "signed_in"' in left["stdout and stderr"]
    assert house.secrets.readable_in(left) == []

    os.kill(house.process.pid, signal.SIGINT)
    house.process.wait(30)
    assert house.secrets.readable_in({"stdout and stderr": house.printed.read_bytes()}) == []
    assert house.secrets.readable_in(in_files(house.var)) == []
