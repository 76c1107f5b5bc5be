"""Worlds for what is written: on both databases, or on SQLite alone where the database is not the point."""

from __future__ import annotations

import pytest

from tests.flows.world import World


@pytest.fixture
def each_world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()
