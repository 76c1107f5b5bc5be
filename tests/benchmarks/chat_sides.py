"""The two servers that are compared: the house's chat, and a Socket.IO server for Node."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.settings import Settings
from gateway.accounts import tokens
from gateway.app import build
from gateway.conversations import opening, taking
from gateway.conversations.opening import Wanted
from gateway.conversations.taking import Taking
from gateway.processes.readiness import is_ready
from gateway.processes.tied import tied
from gateway.rosters.roster_import import import_roster
from gateway.rosters.site_source import load_site
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.vault import Vault
from routing.roster import Shift
from tests.benchmarks.chat_load import Pair, installed

SITE = """
[site]
id = "bench"
name = "Akutlinjen"
timezone = "Europe/Copenhagen"
languages = ["da", "en"]
[[municipality]]
code = "0561"
name = "Esbjerg"
postcodes = ["6700"]
"""
# So many workers are on duty for one line: a plan names each of them.
OF_A_LINE = 10
LINE = """
[[line]]
id = "line{number}"
name = "Linje {number}"
municipalities = ["0561"]
phone = "+4576{number:06}"
[line.hours]
voice = ["always"]
chat = ["always"]
"""
WORKER = """
[[worker]]
id = "w{number}"
name = "Vagt {number}"
mobile = "+4520{number:06}"
lines = ["line{line}"]
"""
FILLED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Side:
    """A running server, and its process with whatever that has started."""

    url: str
    pairs: list[Pair]
    pids: list[int]

    def resident_megabytes(self) -> float:
        """Of every process of it: shared pages count once each, so this is rather too much."""
        return sum(_resident_kilobytes(pid) for pid in _with_children(self.pids)) / 1024


@contextmanager
def house(directory: Path, database_url: str, count: int, *, with_web: bool = False) -> Iterator[Side]:
    """The chat process, and the web process beside it if asked for, with this many conversations open."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "AKUTLINJEN_VAR": str(directory / "var"),
        "REDIS_URL": "",
        "SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
        "DATA_KEY": base64.b64encode(os.urandom(32)).decode(),
        "AKUTLINJEN_SITE": "",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "CHAT_BIND": f"127.0.0.1:{_free_port()}",
        "WEB_BIND": f"127.0.0.1:{_free_port()}",
    }
    pairs = _filled(directory, environment, count)
    with _running([sys.executable, "-m", "gateway.cli", "chat"], environment, "CHAT_BIND") as chat:
        if not with_web:
            yield Side(f"http://{environment['CHAT_BIND']}", pairs, [chat])
            return
        with _running([sys.executable, "-m", "gateway.cli", "web"], environment, "WEB_BIND") as web:
            yield Side(f"http://{environment['CHAT_BIND']}", pairs, [chat, web])


@contextmanager
def peer(directory: Path, count: int) -> Iterator[Side]:
    port = _free_port()
    command = ["node", str(installed() / "peer.js"), str(port), str(directory / "peer.db")]
    with _running(command, {**os.environ, "BIND": f"127.0.0.1:{port}"}, "BIND") as process:
        names = [f"conversation-{number}" for number in range(count)]
        yield Side(f"http://127.0.0.1:{port}", [Pair(name, name) for name in names], [process])


def _filled(directory: Path, environment: dict[str, str], count: int) -> list[Pair]:
    """Conversations that began and were taken in the house's own way."""
    settings = Settings.from_environment(environment)
    store = Store(environment["DATABASE_URL"])
    upgrade(store)
    site = directory / "site.toml"
    lines = "".join(LINE.format(number=number) for number in range((count - 1) // OF_A_LINE + 1))
    workers = "".join(WORKER.format(number=number, line=number // OF_A_LINE) for number in range(count))
    site.write_text(SITE + lines + workers)
    now = datetime.now(UTC)
    load_site(store, Vault.of(settings.keys()), site, now)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    start, end = today - timedelta(days=1), today + timedelta(days=2)
    shifts = [Shift(f"line{number // OF_A_LINE}", 1, f"w{number}", start, end) for number in range(count)]
    import_roster(store, shifts, by="benchmark", source="benchmark", at=now)
    store.close()
    gateway, _dispatcher = build(settings)
    pairs = []
    for first in range(0, count, FILLED_AT_ONCE):
        with gateway.store.write() as connection:
            for number in range(first, min(first + FILLED_AT_ONCE, count)):
                worker, line = f"w{number}", f"line{number // OF_A_LINE}"
                began = opening.begin(connection, gateway, Wanted(line=line), None, now)
                taken = taking.take(connection, gateway, began.contact.id, worker, now)
                assert taken is Taking.WON
                pairs.append(Pair(began.token, tokens.issue(connection, worker, now)))
    gateway.book.stop()
    gateway.store.close()
    return pairs


@contextmanager
def _running(command: list[str], environment: dict[str, str], bind: str) -> Iterator[int]:
    process = subprocess.Popen(tied(tuple(command)), env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not is_ready(f"http://{environment[bind]}/health/ready"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server does not answer")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _with_children(pids: list[int]) -> list[int]:
    found = list(pids)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _resident_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
