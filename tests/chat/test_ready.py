"""How what the chat leans on stands, by name: SQL decides, Redis only tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat.server import dependencies
from tests.flows.world import World


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


def stands(world, redis_url):
    settings = replace(world.gateway.settings, redis_url=redis_url)
    return dependencies(replace(world.gateway, settings=settings))


def test_redis_is_told_by_name(world, valkey_url):
    assert stands(world, valkey_url) == {"database": "ok", "redis": "ok"}


def test_redis_gone_leaves_the_chat_its_work(world):
    found = stands(world, "redis://127.0.0.1:1/0")
    assert found == {
        "database": "ok",
        "redis": "unavailable: what another process writes comes a little later",
    }


def test_nothing_is_known_before_the_start():
    assert set(dependencies(None).values()) == {"not asked yet"}
