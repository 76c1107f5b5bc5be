"""Benchmark (b): how much of a bare handler's speed the incoming-call webhook keeps.

`python -m tests.benchmarks.webhook_speed` prints one table and exits 1 when something falls short. It takes
about two minutes. Both sides run under the server that `akutlinjen web` starts, one process, both with the
signature checked and one durable commit; they are loaded in turn, and the medians of the rounds compared.

What follows a webhook is not part of it: the dispatcher, which would ring the phones that the webhook made
due, does not run. It acts after the commit and after the answer is on its way, and how fast it goes is the
carrier's doing: carriers take one new call a second, so no gateway ever rings hundreds. Everything that the
webhook itself does is there: the plan with its reasons, the contact, a leg and an outbox row for each phone,
the event, all in the one commit, and the greeting.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa

from config.settings import Settings
from gateway.processes.readiness import is_ready
from gateway.processes.tied import tied
from gateway.rosters.roster_import import import_roster
from gateway.rosters.site_source import load_site
from gateway.store import tables
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.vault import Vault
from routing.roster import Shift
from tests.benchmarks.webhook_load import Answered, Load, run_load
from tests.services import running_postgres

ROUNDS = 7
REQUESTS = 1_200
CONNECTIONS = 16
STEADY_SECONDS = 6
ASKED = 0.4
ASKED_SECONDS = 0.100

SITE = Path(__file__).parents[2] / "config" / "sites" / "demo.toml"
LINE_PHONE = "+4576160001"
# Two tiers on the line, and the night line behind them: the longest way that a plan goes.
ON_DUTY = (
    ("foenix", 1, "w1"),
    ("foenix", 1, "w2"),
    ("foenix", 2, "w3"),
    ("vest", 1, "w7"),
    ("vest", 2, "k1"),
)
ACCOUNT = "AC" + "0" * 32
TOKEN = "the-carriers-token-for-benchmarks"
INCOMING = "/voice/incoming"
# What stands in an answer: the gateway's own leads on to the hold loop, and not to the way without SQL.
EXPECTED = {"bare": "<Response/>", "whole": "/hold</Redirect>"}


class Row(NamedTuple):
    what: str
    asked: str
    measured: str
    ratio: str
    good: bool = True


@dataclass(frozen=True, slots=True)
class Side:
    """A running server."""

    base_url: str
    database_url: str
    expected: str

    def load(self, paths: list[str], per_second: float | None = None) -> Answered:
        connections = CONNECTIONS if per_second is None else 4 * CONNECTIONS
        answered = run_load(
            Load(self.base_url, TOKEN, ACCOUNT, LINE_PHONE, paths, self.expected, connections, per_second)
        )
        assert not answered.failures, f"{answered.failures} webhooks failed"
        return answered


def main() -> int:
    rows: list[Row] = []
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="akutlinjen-bench-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        rows += _compare(
            "SQLite", [f"sqlite:///{directory / name}.db" for name in ("bare", "whole")], directory
        )
        postgres = stack.enter_context(running_postgres({}))
        urls = [postgres.url(postgres.create_database()) for _ in range(2)]
        rows += _compare("PostgreSQL", urls, directory)
    print(f"Median of {ROUNDS} rounds of {REQUESTS} webhooks over {CONNECTIONS} connections, in turn;")
    print("one process, durable commits; without the ringing that follows the webhook\n")
    _print_table(rows)
    return 0 if all(row.good for row in rows) else 1


def _compare(database: str, urls: list[str], directory: Path) -> list[Row]:
    _fill(urls[1], directory)
    with _server("bare", urls[0], directory) as bare, _server("whole", urls[1], directory) as whole:
        paths = [INCOMING] * REQUESTS
        for side in (bare, whole):
            side.load(paths[:300])
        bare_rounds, whole_rounds, hold_rounds = [], [], []
        for _ in range(ROUNDS):
            bare_rounds.append(bare.load(paths).per_second)
            whole_rounds.append(whole.load(paths).per_second)
            hold_rounds.append(whole.load(_hold_paths(whole)).per_second)
        most = median(whole_rounds)
        steady = whole.load([INCOMING] * int(STEADY_SECONDS * most / 2), most / 2)
    ratio, hold_ratio = most / median(bare_rounds), median(hold_rounds) / median(bare_rounds)
    p99 = steady.within(0.99)
    return [
        Row(f"{database}: bare handler", "", f"{median(bare_rounds):,.0f}/s", "1"),
        Row("  incoming call", f">= {ASKED} of it", f"{most:,.0f}/s", f"{ratio:.2f}", ratio >= ASKED),
        Row("  turn of the hold loop", "", f"{median(hold_rounds):,.0f}/s", f"{hold_ratio:.2f}"),
        Row(
            f"  p99 at {most / 2:,.0f}/s",
            f"< {ASKED_SECONDS * 1e3:.0f} ms",
            f"{p99 * 1e3:.1f} ms (median {steady.within(0.5) * 1e3:.1f})",
            "",
            p99 < ASKED_SECONDS,
        ),
    ]


def _hold_paths(side: Side) -> list[str]:
    """A turn for each of the newest calls: their first, as the greeting leads there."""
    store = Store(side.database_url)
    with store.read() as connection:
        newest = sa.select(tables.contacts.c.id).order_by(tables.contacts.c.id.desc()).limit(REQUESTS)
        paths = [f"/voice/contacts/{contact}/hold" for (contact,) in connection.execute(newest)]
    store.close()
    return paths


def _fill(database_url: str, directory: Path) -> None:
    """The demo's site, and a roster of three weeks in shifts of eight hours."""
    settings = Settings.from_environment(_environment(database_url, directory))
    store = Store(database_url)
    upgrade(store)
    now = datetime.now(UTC)
    load_site(store, Vault.of(settings.keys()), SITE, now)
    first = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) - timedelta(days=7)
    shifts = [
        Shift(line, tier, worker, start, start + timedelta(hours=8))
        for line, tier, worker in ON_DUTY
        for start in (first + timedelta(hours=8 * number) for number in range(63))
    ]
    import_roster(store, shifts, by="benchmark", source="benchmark", at=now)
    store.close()


@contextmanager
def _server(app: str, database_url: str, directory: Path) -> Iterator[Side]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{found.getsockname()[1]}"
    environment = _environment(database_url, directory) | {
        "WEB_BIND": address,
        "PUBLIC_URL": f"http://{address}",
    }
    command = tied((sys.executable, "-m", "tests.benchmarks.webhook_apps", app))
    server = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        side = Side(f"http://{address}", database_url, EXPECTED[app])
        _wait_until_it_answers(server, address)
        yield side
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_it_answers(server: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + 30
    while not is_ready(f"http://{address}/health/live"):
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the server does not answer")
        time.sleep(0.1)


def _environment(database_url: str, directory: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "AKUTLINJEN_VAR": str(directory / "var"),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }


def _print_table(rows: list[Row]) -> None:
    titles = ("", "asked", "measured", "ratio")
    width = [max(len(titles[n]), *(len(row[n]) for row in rows)) for n in range(len(titles))]
    for cells in (titles, *rows):
        good = "" if cells is titles or cells[-1] else "  FALLS SHORT"
        print("  ".join(f"{cells[n]:<{width[n]}}" for n in range(len(titles))).rstrip() + good)


if __name__ == "__main__":
    sys.exit(main())
