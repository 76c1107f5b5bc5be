from __future__ import annotations

import pytest

from gateway.store.vault import Vault
from tests.flows.databases import ready_store


@pytest.fixture
def store(database_url):
    """A migrated database, once of each kind."""
    store = ready_store(database_url)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(tmp_path):
    """A migrated SQLite for what does not depend on the kind of database."""
    store = ready_store(f"sqlite:///{tmp_path / 'akutlinjen.db'}")
    yield store
    store.close()


@pytest.fixture
def vault():
    return Vault(bytes(32))
