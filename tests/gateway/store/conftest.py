from __future__ import annotations

import pytest


@pytest.fixture
def postgres_url(bare_postgres_url: str) -> str:
    """A database that nobody has migrated: migrations are what is tested here."""
    return bare_postgres_url
