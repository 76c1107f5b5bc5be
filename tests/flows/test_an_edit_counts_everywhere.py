"""What is published in one process counts in every other within a second, with Redis up or down."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from config.keys import local_keys
from gateway.accounts import tokens
from gateway.redis_server import running_redis
from gateway.store import site_versions
from gateway.store.engine import Store
from gateway.store.vault import Vault
from tests.flows.databases import ready_store
from tests.flows.house import in_memory
from tests.flows.world import SITE
from tests.waiting import wait_until

A_SECOND = 1.0
# On a machine that is busy with others a poll may come late: one of so many edits must show it in time.
TRIES = 6
SHIFT = {"line": "toften", "tier": 1, "worker": "carla"}


class Asker:
    """One web process, asked over HTTP."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def ask(self, method: str, path: str, body: object = None) -> dict:
        request = urllib.request.Request(
            f"{self.url}{path}", method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/live", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def who(self, at: str) -> list[str]:
        plan = self.ask("GET", f"/api/v1/who-answers?line=toften&at={at}")
        return [ring["worker"] for step in plan["steps"] for ring in step["ring"]]


@contextmanager
def web(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "web"],
        env={**os.environ, **environment, "WEB_BIND": address, "PUBLIC_URL": f"http://{address}"},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://{address}"
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def seconds_until_seen(one: Asker, other: Asker, day: str) -> float:
    """From the answer that it is published in one process until the other says so."""
    assert other.who(f"{day}T12:00") == []
    one.ask("POST", "/api/v1/shifts", SHIFT | {"start": f"{day}T08:00", "end": f"{day}T20:00"})
    began = time.monotonic()
    wait_until(lambda: other.who(f"{day}T12:00") == ["carla"], "the edit in the other process")
    return time.monotonic() - began


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    store = ready_store(f"sqlite:///{tmp_path / 'akutlinjen.db'}")
    yield store
    store.close()


def test_an_edit_counts_in_every_process_within_a_second_with_redis_up_or_down(store, tmp_path):
    keys = local_keys(tmp_path / "keys.json")
    site_versions.save(store, Vault(keys.data_key), SITE, datetime.now(UTC))
    with store.write() as connection:
        token = tokens.issue(connection, "koord", datetime.now(UTC))
    with ExitStack() as stack:
        redis = ExitStack()
        stack.enter_context(redis)
        environment = {
            "SECRET_KEY": base64.b64encode(keys.secret_key).decode(),
            "DATA_KEY": base64.b64encode(keys.data_key).decode(),
            "AKUTLINJEN_SITE": "",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'akutlinjen.db'}",
            "REDIS_URL": redis.enter_context(running_redis(None, in_memory("akutlinjen-"))),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "token",
        }
        urls = [
            stack.enter_context(web({**environment, "AKUTLINJEN_VAR": str(tmp_path / name)}))
            for name in ("one", "other")
        ]
        one, other = (Asker(url, token) for url in urls)
        for each in (one, other):
            wait_until(each.is_up, "the web process", 60)
        days = iter(datetime(2027, 5, 1, tzinfo=UTC) + timedelta(days=number) for number in range(99))
        for state in ("up", "down"):
            took = []
            while len(took) < TRIES and (not took or min(took) >= A_SECOND):
                took.append(seconds_until_seen(one, other, f"{next(days):%Y-%m-%d}"))
            assert min(took) < A_SECOND, (state, took)
            redis.close()
