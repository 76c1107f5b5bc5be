from __future__ import annotations

import pytest

from tests.gateway.cli.calling import Command
from tests.gateway.rosters.example import SITE_TEXT


@pytest.fixture
def postgres_url(bare_postgres_url: str) -> str:
    """A database that nobody has migrated: whoever needs its tables says ``db upgrade``."""
    return bare_postgres_url


@pytest.fixture
def command(tmp_path, capsys, monkeypatch):
    """The command on a machine where nothing is yet: SQLite, no site."""
    return Command(tmp_path, capsys, monkeypatch)


@pytest.fixture
def with_site(command):
    """The command on a machine with the example's site."""
    command.good("site", "load", command.file("site.toml", SITE_TEXT))
    return command
