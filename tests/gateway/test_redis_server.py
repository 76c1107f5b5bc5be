"""The server of our own: it answers, it is private, it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from gateway import redis_server
from gateway.redis_server import RedisServerError, embedded_redis, running_redis
from tests.waiting import is_alive, wait_until


def socket_of(url):
    return Path(url.removeprefix("unix://"))


def test_a_given_address_is_used_as_it_is(tmp_path):
    with running_redis("redis://127.0.0.1:9/3", tmp_path) as url:
        assert url == "redis://127.0.0.1:9/3"
    assert list(tmp_path.iterdir()) == []


def test_without_one_a_server_runs_as_long_as_the_block(tmp_path):
    with running_redis(None, tmp_path) as url, redis.Redis.from_url(url) as client:
        client.set("word", "hej")
        assert client.get("word") == b"hej"
        pid = client.info("server")["process_id"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert list(tmp_path.iterdir()) == []


def test_it_is_private_and_keeps_nothing_on_disk(tmp_path):
    with running_redis(None, tmp_path) as url, redis.Redis.from_url(url) as client:
        client.set("word", "hej")
        settings = client.config_get("*")
        files = {path.name for path in socket_of(url).parent.iterdir()}
        mode = stat.S_IMODE(socket_of(url).stat().st_mode)
        directory_mode = stat.S_IMODE(socket_of(url).parent.stat().st_mode)
    assert settings["save"] == ""
    assert settings["appendonly"] == "no"
    assert settings["port"] == "0"
    assert mode == 0o600
    assert directory_mode == 0o700
    assert files <= {"redis.sock", "redis.log"}


def test_two_at_once_do_not_meet(tmp_path):
    with running_redis(None, tmp_path) as one, running_redis(None, tmp_path) as other:
        with redis.Redis.from_url(one) as client:
            client.set("word", "hej")
        with redis.Redis.from_url(other) as client:
            assert client.get("word") is None


def test_a_path_too_long_for_a_socket_is_worked_around(tmp_path):
    deep = tmp_path / ("x" * 120)
    with running_redis(None, deep) as url, redis.Redis.from_url(url) as client:
        assert client.ping()
        assert deep not in socket_of(url).parents
    assert not socket_of(url).parent.exists()


def test_started_again_it_has_the_same_address(tmp_path):
    with embedded_redis(tmp_path) as embedded:
        for _ in range(2):
            server = subprocess.Popen(embedded.argv)
            try:
                redis_server._wait_until_it_answers(embedded, server)
            finally:
                server.kill()
                server.wait()


def test_it_ends_with_a_process_that_is_killed(tmp_path):
    code = (
        "import sys, time, pathlib\nfrom gateway.redis_server import running_redis\n"
        "with running_redis(None, pathlib.Path(sys.argv[1])) as url:\n"
        "    print(url, flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        with redis.Redis.from_url(process.stdout.readline().strip()) as client:
            pid = client.info("server")["process_id"]
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_alive(pid), "the server's end", seconds=5)


def test_a_server_from_path_does_as_well(tmp_path, monkeypatch):
    bundled = redis_server._program()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "valkey-server").symlink_to(bundled)
    monkeypatch.setattr(redis_server.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert redis_server._program() == str(tmp_path / "bin" / "valkey-server")
    with running_redis(None, tmp_path) as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def test_no_server_anywhere_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(redis_server.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RedisServerError, match="set REDIS_URL, or install"), running_redis(None, tmp_path):
        pass


def test_a_server_that_does_not_start_says_what_it_said(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    broken = tmp_path / "bin" / "valkey-server"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(redis_server, "_program", lambda: str(broken))
    with pytest.raises(RedisServerError, match="does not answer"), running_redis(None, tmp_path / "var"):
        pass
    assert list((tmp_path / "var").iterdir()) == []
