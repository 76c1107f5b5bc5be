"""What `akutlinjen demo` refuses at its start. The whole of it runs in tests/flows."""

from __future__ import annotations

import fcntl
import socket

import pytest


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_named_with_another_to_try(command, taken):
    said = command("demo", "--port", taken)
    assert said.code == 2
    (problem,) = said.problems
    assert (
        problem
        == f"port {taken} is in use on this machine; choose another: akutlinjen demo --port {taken + 100}"
    )


def test_two_demos_in_one_folder_are_one_too_many(command):
    folder = command.directory / "var" / "demo"
    folder.mkdir(parents=True)
    with (folder / "lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = command("demo", "--port", "0")
    assert said.code == 1
    assert said.problems[0].startswith(f"a demo runs already in {folder}; stop it")


@pytest.mark.parametrize("port", ["-1", "65534", "x"])
def test_a_port_is_a_port(command, port):
    assert command("demo", "--port", port).code == 2
