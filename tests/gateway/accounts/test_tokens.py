"""Bearer tokens: long, unlike each other, and stored as a hash."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from gateway.accounts import tokens
from tests.flows.databases import ready_store

AT = datetime(2026, 11, 24, 13, tzinfo=UTC)


@pytest.fixture
def store(database_url):
    store = ready_store(database_url)
    yield store
    store.close()


def test_a_token_is_its_workers(store):
    with store.write() as connection:
        annas, bos, another = (tokens.issue(connection, name, AT) for name in ("anna", "bo", "anna"))
    with store.read() as connection:
        assert [tokens.worker_of(connection, token) for token in (annas, bos, another)] == [
            "anna",
            "bo",
            "anna",
        ]


def test_it_holds_256_random_bits(store):
    with store.write() as connection:
        issued = {tokens.issue(connection, "anna", AT).removeprefix(tokens.PREFIX) for _ in range(20)}
    assert len(issued) == 20
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in issued} == {32}


@pytest.mark.parametrize("given", ["", "x", "akutlinjen_", "akutlinjen_" + "x" * 43, "x" * 100_000, "ø" * 54])
def test_what_is_no_token_is_nobodys(store, given):
    with store.read() as connection:
        assert tokens.worker_of(connection, given) is None


def test_taken_back_they_are_nobodys_and_a_new_one_is_good(store):
    with store.write() as connection:
        old = [tokens.issue(connection, "anna", AT) for _ in range(2)]
        bos = tokens.issue(connection, "bo", AT)
        assert tokens.revoke_all(connection, "anna", AT + timedelta(hours=1)) == 2
        assert tokens.revoke_all(connection, "anna", AT + timedelta(hours=1)) == 0
        new = tokens.issue(connection, "anna", AT + timedelta(hours=2))
        assert [tokens.worker_of(connection, token) for token in (*old, bos, new)] == [
            None,
            None,
            "bo",
            "anna",
        ]
