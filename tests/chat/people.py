"""Citizens and workers with the real Socket.IO client, and the chat processes they talk to."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
import socketio

from gateway.accounts import tokens
from gateway.processes.tied import tied
from gateway.rosters.roster_import import import_roster
from gateway.rosters.site_source import load_site
from gateway.store.vault import Vault
from routing.roster import Shift
from tests.flows.databases import ready_store
from tests.ports import free_port
from tests.waiting import wait_until

SITE = Path(__file__).parent / "site.toml"
SECRET_KEY, DATA_KEY = bytes(range(32)), bytes(range(32, 64))
PATIENCE = 20.0
EMPTIED = (
    "sms_deliveries", "sms_threads", "sms_received", "sms_stops",
    "messages", "citizen_tokens", "tickets", "wrong_codes", "conversations", "staff_presence", "engagements",
    "joined_workers", "away", "outbox", "contact_events", "contacts", "staff_tokens",
)  # fmt: skip
# On duty now and for days: the roster itself is tested elsewhere. Olga serves foenix and is not on duty.
ON_DUTY = {"anna": "foenix", "bo": "foenix", "carla": "toften", "nadia": "vest"}
CROWD = """
[[worker]]
id = "crowd{number}"
name = "Vagt {number}"
mobile = "+4521{number:06}"
lines = ["foenix"]
"""


@dataclass
class ChatProcess:
    process: subprocess.Popen
    port: int
    log: Path

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/health/ready", timeout=2).status_code == 200
        except requests.ConnectionError:
            return False

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Place:
    """A database with site, roster and tokens, and the chat processes on it."""

    database_url: str
    directory: Path
    redis_url: str = ""
    more: dict = field(default_factory=dict)
    crowd: int = 0  # more workers of foenix: crowd0, crowd1, ...
    processes: list = field(default_factory=list)

    def __post_init__(self):
        now = datetime.now(UTC)
        self.tokens = {}
        self.store = ready_store(self.database_url)
        self.vault = Vault(DATA_KEY)
        site = self.directory / "site.toml"
        site.write_text(
            SITE.read_text() + "".join(CROWD.format(number=number) for number in range(self.crowd))
        )
        load_site(self.store, self.vault, site, now)
        self.on_duty = ON_DUTY | {f"crowd{number}": "foenix" for number in range(self.crowd)}
        midnight = now.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
        begin, end = midnight - timedelta(days=2), midnight + timedelta(days=9)
        shifts = [Shift(line, 1, worker, begin, end) for worker, line in self.on_duty.items()]
        import_roster(self.store, shifts, by="test", source="test", at=now)
        self.give_tokens()

    def give_tokens(self):
        now = datetime.now(UTC)
        with self.store.write() as connection:
            self.tokens = {
                worker: tokens.issue(connection, worker, now) for worker in (*self.on_duty, "olga")
            }

    def clear(self):
        """As if nobody had ever been here.

        Not before the running processes have seen everybody leave: what they remember of who was here would
        no longer agree with the emptied tables.
        """
        wait_until(self.is_left, "everybody to be gone")
        with self.store.write() as connection:
            for table in EMPTIED:
                connection.exec_driver_sql(f"DELETE FROM {table}")
        self.give_tokens()

    def is_left(self):
        with self.store.read() as connection:
            return not connection.exec_driver_sql("SELECT count(*) FROM staff_presence").scalar()

    def environment(self):
        """For a process of ours in this place, or for its settings."""
        return {
            **os.environ,
            "AKUTLINJEN_VAR": str(self.directory / "var"),
            "AKUTLINJEN_SITE": "",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": base64.b64encode(SECRET_KEY).decode(),
            "DATA_KEY": base64.b64encode(DATA_KEY).decode(),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        }

    def start(self, port=None):
        """Another chat process, once it answers."""
        (started,) = self.start_together(port or free_port())
        return started

    def start_together(self, *ports):
        """As many, which get ready beside each other."""
        started = [self._spawn(port) for port in ports]
        for each in started:
            wait_until(lambda each=each: each.is_ready() or each.process.poll() is not None, "a chat process")
            assert each.process.poll() is None, each.log.read_text()
        return started

    def _spawn(self, port):
        log = self.directory / f"chat-{len(self.processes)}.log"
        environment = self.environment() | {
            "CHAT_BIND": f"127.0.0.1:{port}",
            **self.more,
        }
        with log.open("wb") as file:
            process = subprocess.Popen(
                tied((sys.executable, "-m", "gateway.cli", "chat")),  # so that none outlives the tests
                env=environment, stdout=file, stderr=file, process_group=0,
            )  # fmt: skip
        started = ChatProcess(process, port, log)
        self.processes.append(started)
        return started

    def logs(self):
        return "".join(each.log.read_text() for each in self.processes)

    def close(self):
        for each in self.processes:
            if each.process.poll() is None:
                each.kill()
        self.store.close()


async def eventually(condition, what, seconds=PATIENCE):
    until = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < until, f"in vain: {what}"
        await asyncio.sleep(0.01)


def agreed(answer):
    """The answer, which is to be a yes; else the failure tells what it was."""
    assert answer["ok"], answer
    return answer


class Person:
    """One connection, and everything it was sent."""

    namespace = ""

    def __init__(self, url, *, transports=("websocket",), headers=None, reconnects=False):
        self.url, self.transports, self.headers = url, list(transports), headers or {}
        self.client = socketio.AsyncClient(reconnection=reconnects, reconnection_delay=0.1)
        self.received = {
            "message": [],
            "state": [],
            "typing": [],
            "queue": [],
            "delivery": [],
            "colleagues": [],
        }
        for event, heard in self.received.items():
            self.client.on(event, heard.append, namespace=self.namespace)

    async def connect(self, auth=None):
        await self.client.connect(
            self.url, namespaces=[self.namespace], transports=self.transports,
            headers=self.headers, auth=auth, wait_timeout=PATIENCE,
        )  # fmt: skip
        return self

    async def call(self, event, payload=None, timeout=PATIENCE):
        return await self.client.call(event, payload, namespace=self.namespace, timeout=timeout)

    async def emit(self, event, payload=None):
        await self.client.emit(event, payload, namespace=self.namespace)

    async def leave_the_net(self):
        """Told at once; but with long polling the client waits for the poll that is under way."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.client.disconnect(), 1 if self.transports == ["polling"] else None)

    @property
    def messages(self):
        return self.received["message"]

    @property
    def state(self):
        return self.received["state"][-1]["state"] if self.received["state"] else None

    def texts(self):
        return [message["text"] for message in self.messages]


class Citizen(Person):
    namespace = "/citizen"

    async def starts(self, **where):
        self.begun = await self.call("start", where or {"line": "foenix"})
        return self.begun

    async def writes(self, text, message_id=None):
        return await self.call("message", {"id": message_id or str(uuid.uuid4()), "text": text})


class Worker(Person):
    namespace = "/staff"

    def __init__(self, url, token, **more):
        super().__init__(url, **more)
        self.token = token

    async def connect(self, after=None):
        return await super().connect({"token": self.token, **({"after": after} if after else {})})

    @property
    def queue(self):
        return self.received["queue"][-1] if self.received["queue"] else None

    def waiting(self):
        return [item["contact"] for item in self.queue or []]

    async def sees(self, count=1):
        await eventually(lambda: len(self.waiting()) == count, f"{count} in the queue, not {self.queue}")
        return self.queue

    async def takes(self, contact, **more):
        return await self.call("accept", {"contact": contact, **more})

    async def writes(self, contact, text, message_id=None):
        payload = {"contact": contact, "id": message_id or str(uuid.uuid4()), "text": text}
        return await self.call("message", payload)
