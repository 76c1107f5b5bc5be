"""``akutlinjen purge`` and ``privacy report``: what is kept about people, and its end."""

from __future__ import annotations

import click

from gateway.audit.log import COMMAND_LINE
from gateway.cli.desk import desk
from gateway.privacy.purge import purge as apply_retention
from gateway.privacy.report import report as what_is_kept
from routing.wall_clock import wall


@click.command()
def purge() -> None:
    """Remove what was kept long enough, and say how much of each kind.

    The clock does the same every hour. What was removed is counted in the audit log.
    """
    with desk() as at:
        removed = apply_retention(at.store, at.audit, at.now, actor=COMMAND_LINE)
    for name, count in removed.items():
        click.echo(f"{count:>8}  {name}")


@click.group()
def privacy() -> None:
    """What is kept about people."""


@privacy.command()
def report() -> None:
    """Each kind of data: where it is, why, for how long, how many rows now, and the oldest."""
    with desk() as at:
        zone = at.site().zone
        lines = what_is_kept(at.store)
    for line in lines:
        oldest = f", the oldest of {wall(line.oldest, zone):%Y-%m-%d %H:%M}" if line.oldest else ""
        click.echo(f"{line.name}: {line.rows} rows{oldest}")
        click.echo(f"    where: {line.where}")
        click.echo(f"    why: {line.why}")
        click.echo(f"    how long: {line.how_long}")
