"""``akutlinjen audit``: whether anybody has rewritten the audit log."""

from __future__ import annotations

import click

from gateway.audit.chain import Head
from gateway.cli.desk import desk
from gateway.cli.errors import BadInput, Failure


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command()
@click.option("--head", "noted", metavar="NUMBER:HASH", help="A head that an earlier call printed.")
def verify(noted: str | None) -> None:
    """Go through the whole log and say whether every entry is the one that was written.

    Prints the log's head. Note it somewhere else and give it next time: then entries that were taken off
    the end are found, too. Exit 1 names every entry that is wrong.
    """
    try:
        head = Head.parse(noted) if noted else None
    except ValueError as error:
        raise BadInput(str(error)) from error
    with desk() as at:
        found = at.audit.verify(at.store, known_head=head)
    if found.faults:
        raise Failure(*found.faults)
    click.echo(f"ok: {found.count} entries; head {found.head}")
