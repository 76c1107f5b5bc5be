"""Writes the revision that leads from the newest one to ``tables.py``: for whoever changed the tables.

``python -m gateway.store.migrations "Workers can be away"``; read what it wrote, then run ruff on it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from gateway.store import migrate
from gateway.store.engine import Store


def draft(message: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store(f"sqlite:///{Path(directory, 'newest.db')}")
        scripts = ScriptDirectory.from_config(migrate.configuration())
        if scripts.get_current_head() is not None:
            migrate.upgrade(store)
        number = f"{len(list(scripts.walk_revisions())) + 1:04}"
        with store.write() as connection:
            command.revision(
                migrate.configuration(connection), message=message, rev_id=number, autogenerate=True
            )
        store.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m gateway.store.migrations "What changes"')
    draft(sys.argv[1])
