from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.world import World
from tests.gateway.api.ended_contact import an_ended_contact


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """SQLite: the pages ask the same of both databases; what SQL decides is tested beside the services."""
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


@pytest.fixture
def contact(world):
    return an_ended_contact(world)
