"""``akutlinjen keys``: replacing DATA_KEY."""

from __future__ import annotations

import click

from gateway.audit.log import COMMAND_LINE, Action
from gateway.cli.desk import desk
from gateway.privacy.rotation import rotate as seal_anew


@click.group()
def keys() -> None:
    """The keys that encrypt what names people."""


@keys.command()
def rotate() -> None:
    """Seal with DATA_KEY what another key has sealed, while everything goes on.

    \b
    1. Give the new key to every process as DATA_KEY_OTHERS, and restart them one by one.
    2. Swap the two: DATA_KEY is the new one, DATA_KEY_OTHERS the old. Restart one by one.
    3. Run this. It may be run again at any time.
    4. Take DATA_KEY_OTHERS away, and destroy the old key.
    """
    with desk() as at:
        done = seal_anew(at.store, at.vault)
        if any(done.values()):
            with at.store.write() as connection:
                at.audit.record(
                    connection, at=at.now, actor=COMMAND_LINE, action=Action.KEYS_ROTATED, rows=done
                )
        at.store.forget_old_pages()
    for name, count in done.items():
        click.echo(f"{count:>8}  {name}")
