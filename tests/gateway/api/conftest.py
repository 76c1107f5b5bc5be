from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.world import World
from tests.gateway.api.asking import Api


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


@pytest.fixture
def api(world: World) -> Callable[[str | None], Api]:
    return lambda worker: Api(world.app, world.store, worker, world)
