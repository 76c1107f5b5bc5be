"""What Alembic runs for every command: always on the connection that ``gateway.store.migrate`` hands it."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from gateway.store.migrations.rendering import render_item
from gateway.store.tables import metadata

connection: Connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite can't alter much of a table in place; batch mode builds a new one and copies.
    render_as_batch=True,
    # Python's driver would commit before DDL; ours leaves transactions to us.
    transactional_ddl=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
