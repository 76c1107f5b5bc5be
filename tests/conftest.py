"""Fixtures that several folders of tests use: real databases, a real Valkey, a real browser."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import redis

from gateway.redis_server import running_redis
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from tests.groups import name_groups
from tests.in_memory import write_into_memory
from tests.late_routes import compile_when_used
from tests.services import CHROMIUM_FLAGS, Postgres, chromium_program, running_postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Two cores shared with the other half of the run: slow is no finding here.
hypothesis.settings.register_profile("akutlinjen", deadline=None, print_blob=True)
hypothesis.settings.load_profile("akutlinjen")
compile_when_used()
write_into_memory()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    name_groups(config, items)


def pytest_collection_finish() -> None:
    """All that is imported by now stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for this test process."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def bare_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database of this test's own that nobody has migrated."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def _migrated(postgres: Postgres) -> str:
    name = postgres.create_database()
    store = Store(postgres.url(name))
    upgrade(store)
    store.close()
    return name


@pytest.fixture
def postgres_url(postgres: Postgres, _migrated: str) -> Iterator[str]:
    """A PostgreSQL database of this test's own: every table, and no row."""
    name = postgres.create_database(_migrated)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this test's own without a row, once of each kind that we promise to work on.

    PostgreSQL's is migrated already, SQLite's file is not there yet: see ``tests.flows.databases``.
    """
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'akutlinjen.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def _valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(None, tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture
def valkey_url(_valkey: str) -> str:
    """The address of an empty Valkey, this test process's own."""
    with redis.Redis.from_url(_valkey) as client:
        client.flushall()
    return _valkey


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Not for the whole session: meanwhile this thread can't start an asyncio loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=[*CHROMIUM_FLAGS])
        yield browser
        browser.close()
