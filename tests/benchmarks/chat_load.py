"""Loads a chat server with the Socket.IO client for Node, the same for the house's chat and for its peer."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FILES = Path(__file__).parent / "chat_peer"
# Where npm has no ready-made better-sqlite3 it compiles one, which takes minutes.
INSTALL_SECONDS = 900


class Pair(NamedTuple):
    """The tokens of a citizen and a worker who talk."""

    citizen: str
    staff: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One phase. Milliseconds from the instant a citizen's message was due to the worker's having it."""

    sent: int
    acknowledged: int
    refused: int
    arrived: int
    p50: float | None
    p99: float | None
    most: float | None
    clientLag: float  # noqa: N815 - as the client names it

    @property
    def is_whole(self) -> bool:
        return self.acknowledged == self.arrived == self.sent

    def holds(self, milliseconds: float) -> bool:
        return self.is_whole and self.p99 is not None and self.p99 < milliseconds


def installed() -> Path:
    """A folder with the peer, the client and what npm brings for them; kept for the next time."""
    wanted = hashlib.sha256((FILES / "package.json").read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"akutlinjen-chat-peer-{wanted}"
    folder.mkdir(exist_ok=True)
    for file in FILES.iterdir():
        shutil.copy(file, folder)
    if not (folder / "installed").exists():
        print("Installing the peer with npm ...", flush=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, timeout=INSTALL_SECONDS, stdout=subprocess.DEVNULL)
        (folder / "installed").touch()
    return folder


class Load:
    """A client process whose connections are open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def put(self, rate: float, seconds: float) -> Measured:
        """So many messages a second, spread over all pairs, from the citizens."""
        return Measured(**self.ask({"rate": rate, "seconds": seconds}))

    def ask(self, what: object) -> dict:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the load client has ended"
        return json.loads(answer)


@contextmanager
def connected(url: str, pairs: Sequence[Pair]) -> Iterator[Load]:
    process = subprocess.Popen(
        ["node", "load.js"], cwd=installed(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        load = Load(process)
        load.ask({"url": url, "pairs": [pair._asdict() for pair in pairs]})
        yield load
    finally:
        process.kill()
        process.wait()
