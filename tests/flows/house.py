"""A whole house of real processes in real time: `akutlinjen up`, and a telephone company in this process."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from config.settings import Settings
from config.site_file import read_site
from gateway.carrier.virtual.directory import Directory, GatewayAddresses, move_in
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.server import VirtualCarrier
from gateway.contacts.lifecycle import ContactState
from gateway.rosters.roster_import import import_roster
from gateway.store import contacts as contact_rows
from gateway.store import site_versions
from gateway.store.contacts import Contact, Leg
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.tables import engagements, legs
from gateway.store.vault import Vault
from routing.roster import Shift
from tests.ports import free_port
from tests.process_tree import children
from tests.waiting import is_alive, wait_until

ACCOUNT = "AC" + "0" * 32
TOKEN = "the-carriers-token-for-tests"
START_SECONDS = 60
STOP_SECONDS = 15


def in_memory(prefix: str) -> Path:
    """A new directory in memory, if there is such a thing: what must outlive a power cut is slow to write."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if memory.is_dir() else None))


class House:
    """Use as a context: inside it, everything runs. ``close`` leaves no process and no file behind.

    ``store`` looks into the database from outside; the processes know nothing of it.
    """

    def __init__(
        self,
        database_url: str,
        site: str,
        shifts: Sequence[Shift],
        *,
        faults: Faults | None = None,
        habits: Habits | None = None,
        web_processes: int = 1,
    ) -> None:
        # Short enough for the socket of a Redis in it, which pytest's own directories are not.
        self.var_dir = in_memory("akutlinjen-")
        self.site = read_site(site)
        self.store = Store(database_url)
        self.web_processes = web_processes
        self._database_url = database_url
        self._fill(site, shifts)
        self.carrier = VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN, faults=faults, habits=habits)
        self.address, self.chat_address = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        self._up: subprocess.Popen[str] | None = None

    @property
    def exchange(self) -> Exchange:
        return self.carrier.exchange

    def __enter__(self) -> House:
        self.carrier.start()
        move_in(self.exchange, Directory.of(self.site), GatewayAddresses(f"http://{self.address}"))
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._up is not None:
            family = self.pids()
            self._up.send_signal(signal.SIGTERM)
            try:
                self._up.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._up.kill()
                self._up.wait()
            for pid in family:
                if is_alive(pid):
                    os.kill(pid, signal.SIGKILL)
            assert self._up.stdout is not None
            self._up.stdout.close()
        self.carrier.stop()
        self.store.close()
        shutil.rmtree(self.var_dir, ignore_errors=True)

    # --- what it has written down -------------------------------------------------------------------

    def contacts(self) -> list[Contact]:
        with self.store.read() as connection:
            return contact_rows.contacts_in(connection, list(ContactState), limit=10_000)

    def legs(self) -> list[Leg]:
        with self.store.read() as connection:
            return [Leg(**row) for row in connection.execute(sa.select(legs)).mappings()]

    def engaged(self) -> dict[str, str]:
        """Workers who are in a contact, and in which, as SQL has it."""
        with self.store.read() as connection:
            return {
                row.worker: row.contact
                for row in connection.execute(sa.select(engagements.c.worker, engagements.c.contact))
            }

    # --- the processes --------------------------------------------------------------------------------

    def pids(self) -> list[int]:
        """Of all the processes under `akutlinjen up`, and theirs."""
        direct = children(self._up.pid) if self._up is not None else {}
        return [*direct, *(pid for each in direct for pid in children(each))]

    def web_pids(self) -> list[int]:
        """The server processes that answer webhooks."""
        assert self._up is not None
        (watcher,) = [pid for pid, words in children(self._up.pid).items() if "gateway.cli web" in words]
        return [pid for pid, words in children(watcher).items() if "resource_tracker" not in words]

    def worker_pid(self) -> int:
        assert self._up is not None
        (pid,) = [pid for pid, words in children(self._up.pid).items() if "workers.run" in words]
        return pid

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def log(self) -> list[dict[str, Any]]:
        """Every event that any of the processes has logged so far."""
        lines = (self.var_dir / "log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _start(self) -> None:
        with (self.var_dir / "log").open("wb") as log:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", "up", "--web-processes", str(self.web_processes)],
                env={**os.environ, **self._environment()},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._up.stdout is not None
        assert self._up.stdout.readline() == "ready\n", (self.var_dir / "log").read_text()
        wait_until(lambda: len(self.web_pids()) == self.web_processes, "every web process", START_SECONDS)

    def _fill(self, site: str, shifts: Sequence[Shift]) -> None:
        upgrade(self.store)
        now = datetime.now(UTC)
        settings = Settings.from_environment(self._keys())
        site_versions.save(self.store, Vault.of(settings.keys()), site, now)
        import_roster(self.store, list(shifts), by="test", source="test", at=now)

    def _environment(self) -> dict[str, str]:
        return self._keys() | {
            "AKUTLINJEN_SITE": "",
            "AKUTLINJEN_VAR": str(self.var_dir),
            "DATABASE_URL": self._database_url,
            "REDIS_URL": "",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE_URL": self.carrier.url,
            "WEB_BIND": self.address,
            "CHAT_BIND": self.chat_address,
            "PUBLIC_URL": f"http://{self.address}",
        }

    @staticmethod
    def _keys() -> dict[str, str]:
        return {
            "SECRET_KEY": base64.b64encode(bytes(range(32))).decode(),
            "DATA_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
        }
