from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.store.engine import Store
from tests.flows.databases import ready_store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = ready_store(database_url)
    yield store
    store.close()
