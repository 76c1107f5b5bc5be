"""Whether the time of an answer tells whose mobile was asked for: a worker's, or nobody's.

`python -m tests.benchmarks.sign_in_timing` asks a real web process, with its outbox at work and a carrier in
the box, for sign-in links: for 1,000 workers' mobiles and for 1,000 that are nobody's, in random order. It
prints the two means and how far they lie apart, against the noise: how far two groups lie apart when the same
answers are divided at random. It exits with 1 when the difference stands out from that.
"""

from __future__ import annotations

import base64
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import fmean, median, quantiles
from urllib.parse import urlencode

from config.settings import Settings
from gateway.carrier.virtual.server import VirtualCarrier
from gateway.processes.readiness import is_ready
from gateway.processes.tied import tied
from gateway.rosters.site_source import load_site
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.vault import Vault
from tests.services import running_postgres

EACH = 1_000
WARM_UP = 200
# Slower than the outbox sends, so that what is sent for one never waits behind the next.
PAUSE_SECONDS = 0.004
DIVISIONS = 2_000
# A difference that chance makes in fewer than one of a hundred divisions is no chance.
CHANCE = 0.01
ACCOUNT, TOKEN = "AC" + "0" * 32, "the-carriers-token-for-benchmarks"
SITE = (Path(__file__).parents[1] / "flows" / "site.toml").read_text()
WORKER = (
    '\n[[worker]]\nid = "m{number}"\nname = "M{number}"\nmobile = "+452{number:07d}"\nlines = ["foenix"]\n'
)


@dataclass(frozen=True)
class Visitor:
    """One that never has its page's form anew: the cookie and the token are good for a day."""

    connection: HTTPConnection
    cookie: str
    token: str

    def ask(self, mobile: str, address: str) -> float:
        """Seconds until the answer was read."""
        body = urlencode({"mobile": mobile, "form_token": self.token})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie,
            "X-Forwarded-For": address,
        }  # fmt: skip
        began = time.perf_counter()
        self.connection.request("POST", "/sign-in/link", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
        assert answer.status == 303, answer.status
        return took


def main() -> int:
    good = True
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="akutlinjen-bench-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        carrier = stack.enter_context(VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN))
        postgres = stack.enter_context(running_postgres())
        urls = {
            "SQLite": f"sqlite:///{directory / 'akutlinjen.db'}",
            "PostgreSQL": postgres.url(postgres.create_database()),
        }
        print(f"{EACH:,} workers' mobiles and {EACH:,} that are nobody's, in random order\n")
        for name, url in urls.items():
            with _web(url, carrier.url, directory / name) as port:
                known, unknown = _measure(port)
            good &= _said(name, known, unknown)
    return 0 if good else 1


def _measure(port: int) -> tuple[list[float], list[float]]:
    chance = random.Random(20261122)
    visitor = _visitor(port)
    mobiles = [(f"+452{number:07d}", True) for number in range(EACH)]
    mobiles += [(f"+453{number:07d}", False) for number in range(EACH)]
    chance.shuffle(mobiles)
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(WARM_UP):
        visitor.ask(f"+454{number:07d}", _address(number))
    for number, (mobile, is_known) in enumerate(mobiles, start=WARM_UP):
        took[is_known].append(visitor.ask(mobile, _address(number)))
        time.sleep(PAUSE_SECONDS)
    return took[True], took[False]


def _said(name: str, known: list[float], unknown: list[float]) -> bool:
    # The slowest hundredth is the machine's other work, and would drown what an attacker looks for.
    bound = quantiles(known + unknown, n=100)[-1]
    ours, theirs = ([each for each in group if each <= bound] for group in (known, unknown))
    apart = abs(fmean(ours) - fmean(theirs))
    chance = random.Random(1)
    both = ours + theirs
    by_chance = []
    for _ in range(DIVISIONS):
        chance.shuffle(both)
        by_chance.append(abs(fmean(both[: len(ours)]) - fmean(both[len(ours) :])))
    noise = quantiles(by_chance, n=100)[98]
    share = sum(each >= apart for each in by_chance) / DIVISIONS
    print(f"{name}: known {fmean(ours) * 1e6:,.0f} us (median {median(ours) * 1e6:,.0f}),", end=" ")
    print(f"unknown {fmean(theirs) * 1e6:,.0f} us (median {median(theirs) * 1e6:,.0f});", end=" ")
    print(f"apart {apart * 1e6:,.1f} us, chance keeps under {noise * 1e6:,.1f} us in 99 of 100;", end=" ")
    print(f"ratio {apart / noise:.2f}, p = {share:.2f}")
    return share >= CHANCE


def _address(number: int) -> str:
    return f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


def _visitor(port: int) -> Visitor:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/sign-in", headers={"Accept": "text/html"})
    answer = connection.getresponse()
    page = answer.read().decode()
    cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Visitor(connection, cookie, found[1])


@contextmanager
def _web(database_url: str, carrier_url: str, directory: Path) -> Iterator[int]:
    """A web process as `akutlinjen web` starts it; its port."""
    directory.mkdir()
    site = directory / "site.toml"
    site.write_text(
        SITE + "".join(WORKER.format(number=number) for number in range(EACH) if number not in OWN)
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    key = base64.b64encode(bytes(32)).decode()
    environment = {
        "DATABASE_URL": database_url, "WEB_BIND": f"127.0.0.1:{port}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "AKUTLINJEN_VAR": str(directory), "SECRET_KEY": key, "DATA_KEY": key, "TRUSTED_PROXIES": "127.0.0.1",
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_BASE_URL": carrier_url,
    }  # fmt: skip
    settings = Settings.from_environment(environment)
    store = Store(database_url)
    upgrade(store)
    load_site(store, Vault.of(settings.keys()), site, datetime.now(UTC))
    store.close()
    command = tied((sys.executable, "-m", "gateway.cli", "web"))
    log = (directory / "log").open("wb")
    with log, subprocess.Popen(command, env={**os.environ, **environment}, stderr=log) as process:
        try:
            until = time.monotonic() + 30
            while not is_ready(f"http://127.0.0.1:{port}/health/ready"):
                assert process.poll() is None, (directory / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait()


# Mobiles that the site of the flow tests has already.
OWN = frozenset(int(mobile) for mobile in re.findall(r'mobile = "\+452(\d{7})"', SITE))

if __name__ == "__main__":
    sys.exit(main())
