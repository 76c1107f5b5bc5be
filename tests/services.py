"""The real services that tests run against: PostgreSQL and Chromium, started here and ended here."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

START_SECONDS = 30.0

CHROMIUM_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Nothing that Chromium would ask of other machines by itself, and no sandbox, which root does not get.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# What makes it safe against a power cut makes it slow, and these databases live for seconds.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


class MissingProgramError(RuntimeError):
    """A program that the tests need is not on this machine; ./test installs it."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A PostgreSQL server of our own, on a Unix socket in ``directory`` alone."""

    directory: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.directory}"

    def create_database(self, template: str = "template0") -> str:
        """A new database, empty or a copy of ``template`` (which nobody may be connected to)."""
        name = f"test_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, even when somebody is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        address = f"host={self.directory} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_postgres(settings: Mapping[str, str] = FAST) -> Iterator[Postgres]:
    """A fresh cluster in a directory of its own, gone afterwards."""
    binaries = postgres_binaries()
    # Not pytest's tmp_path: root's is closed to the user that PostgreSQL runs as.
    directory = Path(tempfile.mkdtemp(prefix="akutlinjen-pg-"))
    as_user: tuple[str, ...] = ()
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(directory, "postgres", "postgres")
        as_user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
    data = directory / "data"
    try:
        initdb = [*as_user, binaries / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust"]
        initdb += ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=directory)
        if as_user:  # so that a killed test run leaves no server behind
            as_user += ("--pdeathsig", "QUIT")
        command = [*as_user, binaries / "postgres", "-D", data, "-k", directory, "-c", "listen_addresses="]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (directory / "log").open("wb") as log:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory
            )
        try:
            _wait_until_it_answers(directory, server)
            yield Postgres(directory)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _wait_until_it_answers(directory: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(f"host={directory} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL does not answer. It said: {(directory / 'log').read_text()[-2000:]}")


def postgres_binaries() -> Path:
    """Where initdb, postgres and pg_dump are. Raises MissingProgramError."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name)
    )
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise MissingProgramError("PostgreSQL's server programs are missing: apt-get install postgresql")


def chromium_program() -> str:
    """The path of a Chromium on this machine. Raises MissingProgramError."""
    for name in CHROMIUM_PROGRAMS:
        found = shutil.which(name)
        if found:
            return found
    raise MissingProgramError("Chromium is missing: apt-get install chromium")
