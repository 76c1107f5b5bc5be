"""A small house of real processes, supervised by a real supervisor in a process of its own."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.waiting import is_alive, wait_until

# Each child writes its name and pid into the house's log; what it does besides follows.
CHILD = """
import os, signal, subprocess, sys, time
def say(*words):
    with open({log!r}, "a") as log:
        print(*words, file=log)
say("started", {name!r}, os.getpid())
{body}
"""
SLEEPS = "time.sleep(60)"
LISTENS = "\nsay('listens', {name!r})\ntime.sleep(60)"  # a signal that came sooner would end it at once
ENDS_WELL = "signal.signal(signal.SIGTERM, lambda *_: (say('ends', {name!r}), sys.exit(0)))" + LISTENS
DEAF = "signal.signal(signal.SIGTERM, lambda *_: say('hears', {name!r}))" + LISTENS
CRASHES = "sys.exit(3)"
REFUSES_SETTINGS = "sys.exit(2)"
HAS_A_CHILD = (
    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "say('started', {name!r} + '-child', other.pid)\ntime.sleep(60)"
)

HOUSE = """
from gateway.processes import *
try:
    supervise(
        [{processes}],
        when_ready=lambda: print("ready", flush=True),
        when_ended=lambda ending: print("ended", ending.name, ending.code, flush=True),
        patience=Patience(ready_seconds={ready_seconds}, grace_seconds={grace_seconds}),
    )
except GaveUpError as error:
    print("gave up:", error)
"""


LONG_GRACE_SECONDS = 30


@dataclass
class House:
    supervisor: subprocess.Popen[str]
    log: Path

    def line(self) -> str:
        return self.supervisor.stdout.readline().strip()

    def rest(self) -> list[str]:
        output, _ = self.supervisor.communicate(timeout=60)
        return output.splitlines()

    def said(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def pids(self, name: str) -> list[int]:
        return [int(line.split()[2]) for line in self.said() if line.startswith(f"started {name} ")]

    def pid(self, name: str, start: int = 1) -> int:
        """The pid of this child's start number ``start``, waited for."""
        wait_until(lambda: len(self.pids(name)) >= start, f"start {start} of {name}")
        return self.pids(name)[start - 1]

    def wait_for(self, word: str, count: int = 1) -> None:
        """Until so many children have said the word."""
        wait_until(lambda: [line.split()[0] for line in self.said()].count(word) >= count, f"{count} {word}")

    def everybody(self) -> list[int]:
        return [int(line.split()[2]) for line in self.said() if line.startswith("started")]


@pytest.fixture
def house(tmp_path):
    started: list[House] = []

    def start(
        *children: tuple[str, str],
        ready_seconds: float = 60,
        ready_url: str | None = None,
        grace_seconds: float = 3,
    ) -> House:
        log = tmp_path / "log"
        table = []
        for name, body in children:
            code = CHILD.format(log=str(log), name=name, body=body.format(name=name))
            table.append(
                f"Process({name!r}, ({sys.executable!r}, '-c', {code!r}), "
                f"ready_url={ready_url!r}, serves_others={name == 'redis'})"
            )
        program = HOUSE.format(
            processes=", ".join(table), ready_seconds=ready_seconds, grace_seconds=grace_seconds
        )
        supervisor = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        started.append(House(supervisor, log))
        return started[-1]

    yield start
    for each in started:
        each.supervisor.kill()
        each.supervisor.wait()
        each.supervisor.stdout.close()
        for pid in each.everybody():
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_in_order(house, number):
    running = house(("web", ENDS_WELL), ("redis", ENDS_WELL), ("worker", ENDS_WELL))
    assert running.line() == "ready"
    running.wait_for("listens", 3)
    running.supervisor.send_signal(number)
    assert running.rest() == []
    assert running.supervisor.returncode == 0
    assert not any(map(is_alive, running.everybody()))
    ends = [line for line in running.said() if line.startswith("ends")]
    assert sorted(ends[:2]) == ["ends web", "ends worker"]
    assert ends[2] == "ends redis"


def test_who_is_killed_comes_back_and_the_others_stay(house):
    running = house(("web", SLEEPS), ("worker", SLEEPS))
    assert running.line() == "ready"
    os.kill(running.pid("worker"), signal.SIGKILL)
    assert running.line() == "ended worker -9"
    second = running.pid("worker", start=2)
    assert is_alive(second)
    assert len(running.pids("web")) == 1
    os.kill(second, signal.SIGKILL)
    assert running.line() == "ended worker -9"
    assert is_alive(running.pid("worker", start=3))


def test_what_a_crashed_process_leaves_behind_is_killed(house):
    running = house(("web", HAS_A_CHILD))
    child = running.pid("web-child")
    os.kill(running.pid("web"), signal.SIGKILL)
    wait_until(lambda: not is_alive(child), "the child's end")
    assert is_alive(running.pid("web-child", start=2))


def test_nobody_survives_a_killed_supervisor(house):
    running = house(("web", SLEEPS), ("worker", ENDS_WELL))
    assert running.line() == "ready"
    pids = [running.pid("web"), running.pid("worker")]
    running.supervisor.kill()
    wait_until(lambda: not any(map(is_alive, pids)), "the end of both")


def test_who_does_not_listen_is_killed_after_the_grace(house):
    running = house(("web", DEAF))
    assert running.line() == "ready"
    pid = running.pid("web")
    running.wait_for("listens")
    begun = time.monotonic()
    running.supervisor.terminate()
    running.rest()
    assert time.monotonic() - begun > 2.5
    assert not is_alive(pid)


def test_a_second_signal_does_not_wait(house):
    running = house(("web", DEAF), grace_seconds=LONG_GRACE_SECONDS)
    assert running.line() == "ready"
    pid = running.pid("web")
    running.wait_for("listens")
    begun = time.monotonic()
    running.supervisor.send_signal(signal.SIGINT)
    running.wait_for("hears")  # of two that come together one may be lost
    running.supervisor.send_signal(signal.SIGINT)
    running.rest()
    assert time.monotonic() - begun < LONG_GRACE_SECONDS
    assert not is_alive(pid)


def test_a_house_that_can_not_live_says_who_and_leaves_nobody(house):
    running = house(("web", SLEEPS), ("worker", CRASHES), ready_url="http://127.0.0.1:9/health/ready")
    lines = running.rest()
    assert lines == ["ended worker 3"] * 3 + ["gave up: worker ended with 3 instead of getting ready"]
    assert not any(map(is_alive, running.everybody()))


def test_settings_that_are_refused_are_not_tried_again(house):
    running = house(("web", REFUSES_SETTINGS), ready_url="http://127.0.0.1:9/health/ready")
    assert running.rest() == ["ended web 2", "gave up: web ended with 2 instead of getting ready"]


def test_who_is_never_ready_is_named(house):
    running = house(("web", SLEEPS), ready_seconds=0.5, ready_url="http://127.0.0.1:9/health/ready")
    assert running.rest() == ["gave up: not ready within 0.5 s: web"]
    assert not any(map(is_alive, running.everybody()))


def test_a_program_that_is_not_there_is_a_broken_house():
    code = HOUSE.format(
        processes="Process('web', ('no-such-program',), ready_url='http://127.0.0.1:9/')",
        ready_seconds=5,
        grace_seconds=3,
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "gave up: web ended with 1" in done.stdout
    assert "no-such-program: No such file or directory" in done.stderr


ANSWERS = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = os.path.exists({flag!r}) and self.path == "/health/ready"
        self.send_response(200 if ready else 503)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", {port}), Handler)
open({flag!r} + ".listening", "w").close()
server.serve_forever()
"""


def test_ready_is_said_once_the_process_answers_that_it_is(house, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flag = tmp_path / "flag"
    body = ANSWERS.format(flag=str(flag), port=port).replace("{", "{{").replace("}", "}}")
    running = house(("web", body), ready_url=f"http://127.0.0.1:{port}/health/ready")
    wait_until(Path(f"{flag}.listening").exists, "a listening server")
    said, _, _ = select.select([running.supervisor.stdout], [], [], 0.5)  # 503 so far
    assert said == []
    flag.touch()
    assert running.line() == "ready"
