"""`akutlinjen up`, whole: every process starts, what is killed comes back, nothing is left behind."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
import requests

from tests.ports import free_port
from tests.process_tree import children
from tests.waiting import is_alive, wait_until

SITE = Path(__file__).parents[2] / "flows" / "site.toml"


@dataclass
class Up:
    process: subprocess.Popen
    address: str
    var: Path
    log: Path

    def pid_of(self, word):
        """The pid of the process whose command line has this word; None while it does not run."""
        return next((pid for pid, command in children(self.process.pid).items() if word in command), None)

    def family(self):
        direct = children(self.process.pid)
        return [*direct, *(grandchild for pid in direct for grandchild in children(pid))]

    def is_ready(self):
        try:
            return requests.get(f"http://{self.address}/health/ready", timeout=2).status_code == 200
        except requests.ConnectionError:
            return False

    def turns_in_redis(self):
        (path,) = self.var.glob("redis-*/redis.sock")
        try:
            with redis.Redis.from_url(f"unix://{path}") as client:
                return len(client.keys("akutlinjen:turn:*"))
        except redis.RedisError:
            return 0


@pytest.fixture
def up(tmp_path):
    # Not in tmp_path: the server of our own would find its path too long for a socket, and go elsewhere.
    var = Path(tempfile.mkdtemp(prefix="akutlinjen-"))
    address, chat_address = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "AKUTLINJEN_SITE": str(SITE),
        "AKUTLINJEN_VAR": str(var),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SECRET_KEY": base64.b64encode(bytes(range(32))).decode(),
        "DATA_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "WEB_BIND": address,
        "CHAT_BIND": chat_address,
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "up"],
            env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    running = Up(process, address, var, tmp_path / "log")
    yield running
    family = running.family()
    process.kill()
    process.wait()
    process.stdout.close()
    for pid in family:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(var, ignore_errors=True)


def test_up_says_ready_when_it_is_and_ctrl_c_ends_it_all(up):
    assert up.process.stdout.readline() == "ready\n", up.log.read_text()
    answer = requests.get(f"http://{up.address}/health/ready", timeout=5)
    assert answer.status_code == 200
    for word in ("gateway.cli web", "gateway.cli chat", "workers.run", "workers.clock", "redis.sock"):
        assert up.pid_of(word), word
    family = up.family()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(15) == 0
    assert not [pid for pid in family if is_alive(pid)]
    assert not list(up.var.glob("redis-*"))
    assert up.process.stdout.read() == ""


@pytest.mark.parametrize("word", ["gateway.cli web", "gateway.cli chat", "workers.run", "workers.clock"])
def test_a_killed_process_comes_back(up, word):
    assert up.process.stdout.readline() == "ready\n", up.log.read_text()
    before = up.pid_of(word)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: up.pid_of(word) not in (None, before), f"another {word}")
    wait_until(up.is_ready, "an answer")
    assert '"event": "process_ended"' in up.log.read_text()


def test_without_redis_calls_are_still_answered_and_it_comes_back(up):
    assert up.process.stdout.readline() == "ready\n", up.log.read_text()
    before = up.pid_of("redis.sock")
    os.kill(before, signal.SIGKILL)
    assert up.is_ready()
    wait_until(lambda: up.pid_of("redis.sock") not in (None, before), "another Redis")
    # The new one knows nothing: a turn given out in it shows that the clock has found it.
    wait_until(lambda: up.turns_in_redis() > 0, "the clock's turns")
    assert up.is_ready()


def test_nobody_outlives_a_killed_up(up):
    assert up.process.stdout.readline() == "ready\n", up.log.read_text()
    family = up.family()
    assert len(family) >= 5
    up.process.kill()
    wait_until(lambda: not [pid for pid in family if is_alive(pid)], "the end of all")
