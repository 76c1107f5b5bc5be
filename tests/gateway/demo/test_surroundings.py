"""The demo's environment: everything on loopback, nothing of what is set outside."""

from __future__ import annotations

import socket

import pytest

from config.keys import local_keys
from config.settings import Settings
from gateway.demo.surroundings import Ports, PortTakenError, demo_environment, setting_names


@pytest.fixture
def environment(tmp_path):
    return demo_environment(Ports.from_base(0), tmp_path, local_keys(tmp_path / "keys.json"))


def test_real_calls_could_be_made_with_it(environment):
    Settings.from_environment(environment).require_for_service()


def test_nothing_that_is_set_outside_gets_through(environment):
    assert {"DATABASE_URL", "REDIS_URL", "TWILIO_API_BASE_URL", "FALLBACK_URL"} <= setting_names()
    assert environment.keys() == setting_names()
    outside = dict.fromkeys(setting_names(), "https://somewhere.example")
    assert not [value for value in {**outside, **environment}.values() if "somewhere" in value]


def test_every_address_is_this_machine(environment):
    for name, value in environment.items():
        assert "://" not in value or value.startswith("http://127.0.0.1:"), name


def test_three_ports_in_a_row_or_any_that_are_free():
    free = Ports.from_base(0)
    assert len({free.web, free.chat, free.page}) == 3
    base = _three_free()
    assert Ports.from_base(base) == Ports(base, base + 1, base + 2)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_that_is_taken_is_named(which):
    base = _three_free()
    with socket.socket() as other:
        other.bind(("127.0.0.1", base + which))
        other.listen()
        with pytest.raises(PortTakenError, match=f"port {base + which} is in use") as caught:
            Ports.from_base(base)
    assert caught.value.port == base + which


def _three_free() -> int:
    for base in range(21000, 60000, 10):
        try:
            return Ports.from_base(base).web
        except PortTakenError:
            continue
    raise AssertionError("no three free ports in a row")
