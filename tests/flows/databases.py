"""Databases that are migrated already: migrations are tested elsewhere, and take longer than most stories."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.store.engine import Store
from gateway.store.migrate import current, head, upgrade

_EMPTY: dict[str, bytes] = {}


def ready_store(database_url: str) -> Store:
    """A store with every table. SQLite does not wait for the disk here: these databases live for seconds."""
    path = Path(sa.engine.make_url(database_url).database or "")
    is_new = database_url.startswith("sqlite") and not path.exists()
    if is_new and _EMPTY:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_EMPTY["sqlite"])
    store = Store(database_url)
    if not is_new or not _EMPTY:
        if current(store) != _head():
            upgrade(store)
        if is_new:
            store.forget_old_pages()
            _EMPTY["sqlite"] = path.read_bytes()
    if store.is_sqlite:
        store.engine.dispose()
        sa.event.listen(store.engine, "connect", _in_haste)
    return store


_head = functools.cache(head)


def _in_haste(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
