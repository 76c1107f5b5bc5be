"""``akutlinjen db``: the database's schema."""

from __future__ import annotations

import click

from gateway.cli.desk import open_store
from gateway.cli.environment import settings_from_environment
from gateway.store import migrate


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Migrate the database to the newest schema.

    All of it or nothing, and safe to call from several machines at once. The embedded SQLite is migrated by
    whatever uses it; PostgreSQL waits for this command.
    """
    with open_store(settings_from_environment()) as store:
        before = migrate.current(store)
        migrate.upgrade(store)
        after = migrate.current(store)
    if before == after:
        click.echo(f"at revision {after} already")
    else:
        click.echo(f"upgraded to revision {after}" + (f" from {before}" if before else ""))
