"""A worker process of its own, and a Redis that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.queues import QUEUES
from gateway.redis_server import _wait_until_it_answers, embedded_redis
from workers import jobs


@dataclass
class MortalRedis:
    embedded: object
    server: subprocess.Popen | None = None

    @property
    def url(self):
        return self.embedded.url

    def start(self):
        self.server = subprocess.Popen(self.embedded.argv)
        _wait_until_it_answers(self.embedded, self.server)

    def kill(self):
        self.server.kill()
        self.server.wait()


@pytest.fixture
def mortal_redis(tmp_path):
    with embedded_redis(tmp_path) as embedded:
        server = MortalRedis(embedded)
        server.start()
        yield server
        server.kill()


@dataclass
class RunningWorker:
    process: subprocess.Popen
    url: str
    notes: Path
    log: Path
    _stack: ExitStack = field(default_factory=ExitStack)

    def enqueue(self, name, *arguments, queue=QUEUES[0], **options):
        with jobs.connect(self.url) as connection:
            options = {"failure_ttl": jobs.KEPT_SECONDS, "result_ttl": 0, "description": name, **options}
            path = f"tests.workers.sample_jobs.{name}"
            return jobs.queue(queue, connection).enqueue_call(path, args=arguments, **options)

    def noted(self):
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def logged(self):
        return self.log.read_text()


@pytest.fixture
def start_worker(tmp_path):
    started = []

    def start(url):
        log, notes = tmp_path / "worker.log", tmp_path / "notes"
        environment = {**os.environ, "REDIS_URL": url, "JOB_NOTES": str(notes)}
        with log.open("wb") as stderr:
            process = subprocess.Popen([sys.executable, "-m", "workers.run"], env=environment, stderr=stderr)
        started.append(process)
        return RunningWorker(process, url, notes, log)

    yield start
    for process in started:
        process.kill()
        process.wait()
