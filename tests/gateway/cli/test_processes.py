"""`akutlinjen up` and its processes, refused and running."""

from __future__ import annotations

import socket

import pytest

from config.addresses import Bind
from gateway.cli import processes, run
from gateway.cli.processes import _reachable

KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """A whole environment for real settings; the web port is set where it matters."""
    for name in ("REDIS_URL", "PUBLIC_URL", "WEB_BIND", "CHAT_BIND", "DATABASE_URL", "TWILIO_API_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("DATA_KEY", KEY[::-1].lstrip("=") + "=")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    monkeypatch.setenv("AKUTLINJEN_VAR", str(tmp_path / "var"))
    return monkeypatch


@pytest.mark.parametrize("name", ["web", "worker", "clock", "up"])
def test_a_process_for_real_calls_names_all_that_is_missing(capsys, monkeypatch, name):
    for missing in ("SECRET_KEY", "DATA_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(missing, raising=False)
    assert run([name]) == 2
    said = capsys.readouterr().err
    for missing in ("SECRET_KEY", "DATA_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        assert missing in said


def test_bad_settings_are_bad_input(capsys, environment):
    environment.setenv("WEB_BIND", "nowhere")
    environment.setenv("REDIS_URL", "nothing")
    assert run(["up"]) == 2
    said = capsys.readouterr().err
    assert "WEB_BIND" in said
    assert "REDIS_URL" in said


def test_a_worker_without_redis_is_refused(capsys, environment):
    assert run(["worker"]) == 2
    assert "REDIS_URL is not set" in capsys.readouterr().err


def test_a_port_that_nobody_knows_is_refused(capsys, environment):
    environment.setenv("WEB_BIND", "127.0.0.1:0")
    assert run(["up"]) == 2
    assert "port 0" in capsys.readouterr().err


def test_a_chat_whose_address_is_taken_says_so(capsys, environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        environment.setenv("CHAT_BIND", address)
        assert run(["chat"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("akutlinjen: CHAT_BIND: Address already in use")


class Web:
    """The web's server, which would go on for ever."""

    def __init__(self):
        self.served = 0

    def __call__(self, _app, _bind, _processes):
        return self

    def serve(self):
        self.served += 1


@pytest.fixture
def web(environment):
    """Its address is taken by another, who shares it with any server that asks, as granian does."""
    stub = Web()
    environment.setattr(processes, "web_server", stub)
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as stub.other:
        environment.setenv("WEB_BIND", f"127.0.0.1:{stub.other.getsockname()[1]}")
        yield stub


def test_a_second_web_never_listens_beside_the_first(capsys, environment, web):
    environment.setattr(processes, "LINGER_SECONDS", 0.0)
    assert run(["web"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("akutlinjen: WEB_BIND: Address already in use")
    assert not web.served


def test_a_web_waits_for_what_a_killed_one_left(environment, web):
    environment.setattr(processes, "LINGER_SECONDS", float("inf"))
    environment.setattr(processes.time, "sleep", lambda _seconds: web.other.close())
    assert run(["web"]) == 0
    assert web.served == 1


@pytest.mark.parametrize(
    ("bind", "reachable"),
    [
        (Bind("127.0.0.1", 8000), "127.0.0.1:8000"),
        (Bind("0.0.0.0", 80), "127.0.0.1:80"),
        (Bind("::", 80), "[::1]:80"),
        (Bind("localhost", 80), "localhost:80"),
    ],
)
def test_where_the_web_is_asked_whether_it_is_ready(bind, reachable):
    assert _reachable(bind) == reachable
