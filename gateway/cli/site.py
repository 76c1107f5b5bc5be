"""``akutlinjen site``: check or load a site file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from config.site import Site
from config.site_file import CheckedSite, check_site
from gateway.audit.log import COMMAND_LINE, Action
from gateway.cli.desk import Desk, desk
from gateway.cli.errors import BadInput
from gateway.rosters.site_source import UnreadableSiteError, site_text
from gateway.store import roster_versions, site_versions
from routing.wall_clock import wall

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def site() -> None:
    """Check or load a site file."""


@site.command()
@FILE
def check(file: Path) -> None:
    """Say what is wrong with FILE, everything at once, and what is unusual in it. Loads nothing."""
    checked, found = _checked(file)[1:]
    _warn(file, checked)
    click.echo(f"ok: {_counts(found)}")


@site.command()
@FILE
def load(file: Path) -> None:
    """Put FILE in force; every process takes it up within a second.

    With a problem in it nothing is loaded. The same file again changes nothing.
    """
    text, checked, found = _checked(file)
    with desk() as at:
        saved = site_versions.save(at.store, at.vault, text, at.now)
        if saved.new:
            with at.store.write() as connection:
                at.audit.record(
                    connection,
                    at=at.now,
                    actor=COMMAND_LINE,
                    action=Action.SITE_CHANGED,
                    version=saved.version,
                )
        _warn(file, checked)
        _warn_of_strangers(at, found)
    if saved.new:
        click.echo(f"loaded as site version {saved.version}: {_counts(found)}")
    else:
        click.echo(f"nothing changed; site version {saved.version} is this file already")


def _checked(file: Path) -> tuple[str, CheckedSite, Site]:
    try:
        text = site_text(file)
    except UnreadableSiteError as error:
        raise BadInput(*error.problems) from error
    checked = check_site(text)
    if checked.site is None:
        raise BadInput(*(f"{file}: {problem}" for problem in checked.problems))
    return text, checked, checked.site


def _warn(file: Path, checked: CheckedSite) -> None:
    for warning in checked.warnings:
        click.echo(f"akutlinjen: {file}: {warning} (a warning only)", err=True)


def _warn_of_strangers(at: Desk, site: Site) -> None:
    """Shifts to come on lines, or of workers, that the new site doesn't have: they ring nobody."""
    places = {*site.lines, *site.night_lines}
    strangers: Counter[str] = Counter()
    with at.store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        duties = roster_versions.duties_after(connection, version, wall(at.now, site.zone))
    for duty in duties:
        if duty.line not in places:
            strangers[f'line "{duty.line}"'] += duty.shifts
        elif duty.worker not in site.workers:
            strangers[f'worker "{duty.worker}"'] += duty.shifts
    for stranger, shifts in sorted(strangers.items()):
        words = f"{stranger} has {_several(shifts, 'shift')} to come, but is not in the site"
        click.echo(f"akutlinjen: {words} (a warning only)", err=True)


def _counts(site: Site) -> str:
    return ", ".join(
        (
            _several(len(site.municipalities), "municipality", "municipalities"),
            _several(len(site.lines), "line"),
            _several(len(site.night_lines), "night line"),
            _several(len(site.shared_numbers), "shared number"),
            _several(len(site.workers), "worker"),
        )
    )


def _several(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"
