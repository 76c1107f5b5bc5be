"""The world of the flow tests, on both databases; its end checks that nothing unexpected rang."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.world import World


@pytest.fixture
def quick_world(tmp_path: Path) -> Iterator[World]:
    """On SQLite alone: for stories whose point is not what the database holds."""
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()
