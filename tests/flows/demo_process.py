"""`akutlinjen demo` as a newcomer starts it: a process of its own, its addresses read from what it prints."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import is_alive

STOP_SECONDS = 20


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen[str]
    printed: str

    @property
    def page(self) -> str:
        return self.address("/phones/")

    @property
    def gateway(self) -> str:
        return self.address("/health/ready").removesuffix("/health/ready")

    @property
    def chat(self) -> str:
        return self.address(r"/\?line=\w+")

    def address(self, ending: str) -> str:
        (found,) = re.findall(rf"http://127\.0\.0\.1:\d+{ending}", self.printed)
        return found

    def token(self, role: str) -> str:
        (found,) = re.findall(rf"{role} .*(akutlinjen_\S+)", self.printed)
        return found

    def family(self) -> set[int]:
        """The pids of every process that it has started, and that those have."""
        found, looked = {self.process.pid}, set[int]()
        while found - looked:
            pid = (found - looked).pop()
            looked.add(pid)
            found |= _children(pid)
        return found

    def ports(self) -> set[int]:
        """The TCP ports that its family listens at."""
        inodes = {inode for pid in self.family() for inode in _sockets(pid)}
        return {port for port, inode in _listening() if inode in inodes}

    def stop(self) -> str:
        """Ctrl-C; gives what it said last."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=STOP_SECONDS)
        return said


@contextmanager
def folder() -> Iterator[Path]:
    """A short path: a Unix socket has to fit into it."""
    path = Path(tempfile.mkdtemp(prefix="akutlinjen-"))
    yield path
    shutil.rmtree(path)


@contextmanager
def running_demo(var_dir: Path) -> Iterator[Demo]:
    """As long as the context lasts; afterwards nothing of it is left, which is checked."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "demo", "--port", "0"],
        env={**os.environ, "AKUTLINJEN_VAR": str(var_dir)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    family: set[int] = {process.pid}
    try:
        demo = Demo(process, _printed(process))
        family, ports = demo.family(), demo.ports()
        assert len(family) >= 6, "web, worker, clock, phones, redis and the one that watches them"
        assert len(ports) >= 2
        yield demo
        family |= demo.family()
        assert demo.stop().splitlines()[-1] == "Stopped."
        assert process.returncode == 0
        assert not [pid for pid in family if is_alive(pid)]
        assert not [port for port in ports if _is_open(port)]
    finally:
        for pid in family:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _printed(process: subprocess.Popen[str]) -> str:
    """What it says until it is ready."""
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if "Ctrl-C stops everything" in line:
            return "".join(lines)
    raise AssertionError("it did not start: " + "".join(lines))


def _children(pid: int) -> set[int]:
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found |= {int(child) for child in path.read_text().split()}
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _sockets(pid: int) -> set[str]:
    found: set[str] = set()
    for path in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            target = str(path.readlink())
        except (FileNotFoundError, ProcessLookupError):
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def _listening() -> Iterator[tuple[int, str]]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A":
                yield int(fields[1].rpartition(":")[2], 16), fields[9]


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
