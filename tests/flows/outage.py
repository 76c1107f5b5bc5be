"""A database that is gone and comes back: a real one, not one that pretends."""

from __future__ import annotations

from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from gateway.store.engine import Store


class Outage:
    """SQLite's file is moved away; PostgreSQL lets nobody in, and throws out who is."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._url = store.engine.url
        self.is_on = False

    def begin(self) -> None:
        self.is_on = True
        self._store.engine.dispose()
        if self._store.is_sqlite:
            path = Path(self._url.database or "")
            path.rename(path.with_suffix(".away"))
            path.mkdir()
            return
        name = sql.Identifier(self._url.database or "")
        self._as_server(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        self._as_server(
            sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
                sql.Literal(self._url.database)
            )
        )

    def end(self) -> None:
        self.is_on = False
        if self._store.is_sqlite:
            path = Path(self._url.database or "")
            path.rmdir()
            path.with_suffix(".away").rename(path)
            return
        name = sql.Identifier(self._url.database or "")
        self._as_server(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    def _as_server(self, statement: sql.Composed) -> None:
        host = sa.engine.make_url(self._url).query["host"]
        with psycopg.connect(f"host={host} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)
