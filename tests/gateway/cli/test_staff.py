from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from config.keys import local_keys
from gateway.accounts import links, tokens
from gateway.store import staff_passkeys, staff_sessions
from gateway.store.engine import Store
from gateway.store.ids import new_id
from gateway.store.staff_passkeys import Passkey
from gateway.store.staff_sessions import StaffSession


def worker_of(command, token):
    store = Store(f"sqlite:///{command.directory / 'var' / 'akutlinjen.db'}")
    with store.read() as connection:
        found = tokens.worker_of(connection, token)
    store.close()
    return found


def test_a_token_is_printed_and_nothing_else(with_site):
    out = with_site.good("staff", "token", "w1")
    assert re.fullmatch(r"akutlinjen_[A-Za-z0-9_-]{43}\n", out)
    assert worker_of(with_site, out.strip()) == "w1"


@pytest.mark.parametrize(
    ("worker", "words"),
    [
        ("w11", 'worker "w11" is not in the site; did you mean'),
        ("zz", 'worker "zz" is not in the site; known are w1'),
    ],
)
def test_an_unknown_worker_is_bad_input(with_site, worker, words):
    said = with_site("staff", "token", worker)
    assert said.code == 2
    assert said.out == ""
    assert said.problems[0].startswith(words)


def test_without_a_site_there_is_no_worker(command):
    said = command("staff", "token", "w1")
    assert said.code == 2
    assert "no site is loaded" in said.problems[0]


def test_taken_back(with_site):
    token = with_site.good("staff", "token", "w1").strip()
    assert with_site.good("staff", "revoke", "w1") == "revoked: 1\n"
    assert worker_of(with_site, token) is None
    assert with_site.good("staff", "revoke", "who-was-here-once") == "revoked: 0\n"


def test_a_link_is_printed_that_signs_in_once(with_site):
    with_site.set(PUBLIC_URL="https://akut.example")
    address = with_site.good("staff", "link", "w1").strip()
    assert re.fullmatch(r"https://akut\.example/sign-in/link/[A-Za-z0-9_-]{38}", address)
    used = [use(with_site, address.rpartition("/")[2]) for _ in range(2)]
    assert used == ["w1", None]


def test_reset_ends_sessions_links_and_passkeys(with_site):
    address = with_site.good("staff", "link", "w1").strip()
    with opened(with_site) as (store, _key), store.write() as connection:
        now = datetime.now(UTC)
        for worker in ("w1", "w2"):
            session = StaffSession(new_id(), worker, "worker", "passkey", "", now, now)
            staff_sessions.insert(connection, session, worker)
            passkey = Passkey(new_id(), worker, worker, "k", "h", 0, b"", now)
            staff_passkeys.insert(connection, passkey)
    assert with_site.good("staff", "reset", "w1") == "signed out: 1, passkeys removed: 1\n"
    assert use(with_site, address.rpartition("/")[2]) is None
    with opened(with_site) as (store, _key), store.read() as connection:
        assert staff_sessions.open_of(connection, "w1") == []
        assert len(staff_sessions.open_of(connection, "w2")) == 1
        assert len(staff_passkeys.of_worker(connection, "w2")) == 1


@contextmanager
def opened(command):
    store = Store(f"sqlite:///{command.directory / 'var' / 'akutlinjen.db'}")
    yield store, local_keys(command.directory / "var" / "keys.json").secret_key
    store.close()


def use(command, token):
    with opened(command) as (store, key), store.write() as connection:
        return links.use(connection, key, token, datetime.now(UTC))
