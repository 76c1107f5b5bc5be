"""``akutlinjen stats``: the statistics tables, and made-up contacts for demos and tests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.engine import Connection

from config.site import Site
from config.site_file import SHIPPED
from gateway.audit.log import COMMAND_LINE, Action
from gateway.cli.desk import Desk, desk
from gateway.cli.errors import BadInput, Failure
from gateway.rosters.site_source import NoSiteError, load_site
from gateway.statistics import catalogue, registration_rows
from gateway.statistics.export import FORMATS, write
from gateway.statistics.readers import Published, outside
from gateway.statistics.seeding import NotEmptyError
from gateway.statistics.seeding import seed as make_contacts
from gateway.statistics.table import Asked
from routing.wall_clock import wall

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def stats() -> None:
    """The statistics tables."""


@stats.command()
@click.option("--from", "first", type=DAY, required=True, metavar="D", help="The first day, 2026-11-22.")
@click.option("--to", "last", type=DAY, required=True, metavar="D", help="The day after the last one.")
@click.option("--line", metavar="L", help="One line; all of them where it is left out.")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="F", help="Written anew.")
@click.option(
    "--suppress",
    is_flag=True,
    help="Hide cells under five, for readers outside the lines, who get whole quarters.",
)
@click.option("--language", type=click.Choice(["da", "en"]), default="da")
def export(
    first: datetime, last: datetime, line: str | None, form: str, out: Path, suppress: bool, language: str
) -> None:
    """Write every table for a period to F. That it was done stands in the audit log."""
    with desk() as at:
        site = at.site()
        with at.store.snapshot() as connection:
            asked = _asked(at, connection, site, first, last, line)
            if not suppress:
                found = Published(catalogue.tables(connection, site, asked), frozenset(), asked)
        if suppress:
            found = outside(at.store, site, asked)
        with at.store.write() as connection:
            _leave_trace(at, connection, asked, line, "statistics")
    try:
        write(out, found.tables, found.asked, found.hidden, form=form, language=language)
    except OSError as error:
        raise Failure(f"{out}: can't be written: {error.strerror}") from error
    click.echo(f"{len(found.tables)} tables written to {out}")


@stats.command()
@click.option("--from", "first", type=DAY, required=True, metavar="D", help="The first day, 2026-11-22.")
@click.option("--to", "last", type=DAY, required=True, metavar="D", help="The day after the last one.")
@click.option("--line", metavar="L", help="One line; all of them where it is left out.")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="F", help="Written anew.")
@click.option("--language", type=click.Choice(["da", "en"]), default="da")
def registrations(
    first: datetime, last: datetime, line: str | None, form: str, out: Path, language: str
) -> None:
    """Write every registration of a period to F, a row each. That it was done stands in the audit log."""
    with desk() as at:
        with at.store.snapshot() as connection:
            asked = _asked(at, connection, at.site(), first, last, line)
        with at.store.write() as connection:
            _leave_trace(at, connection, asked, line, "registrations")
        try:
            with at.store.snapshot() as connection:
                found = registration_rows.rows(connection, asked, language)
                count = registration_rows.write(out, registration_rows.header(language), found, form=form)
        except OSError as error:
            raise Failure(f"{out}: can't be written: {error.strerror}") from error
    click.echo(f"{count} registrations written to {out}")


def _asked(
    at: Desk, connection: Connection, site: Site, first: datetime, last: datetime, line: str | None
) -> Asked:
    if last <= first:
        raise BadInput(
            f"--to {last:%Y-%m-%d} must be after --from {first:%Y-%m-%d}: it is the day after the last"
        )
    known = catalogue.lines_known(connection, site)
    if line is not None and line not in known:
        raise BadInput(f'--line: there is no line "{line}"; known are {", ".join(known)}')
    today = wall(at.now, site.zone).date()
    return Asked(first.date(), last.date(), (line,) if line is not None else known, today)


def _leave_trace(at: Desk, connection: Connection, asked: Asked, line: str | None, what: str) -> None:
    at.audit.record(
        connection, at=at.now, actor=COMMAND_LINE, action=Action.EXPORTED, line=line, what=what,
        first=asked.first.isoformat(), last=asked.last.isoformat(),
    )  # fmt: skip


@stats.command()
@click.option("--like", type=click.Choice(["evaluation"]), required=True, help="Whose margins they have.")
def seed(like: str) -> None:
    """Fill an empty database with made-up contacts, for demos and tests.

    45,406 of them, from October 2010 to September 2012, spread over the lines of the site. Where no site is
    loaded, the trial's offers are.
    """
    del like  # there is only the one
    with desk() as at:
        _site_or_trial(at)
        site = at.site()
        with at.store.write() as connection:
            try:
                count = make_contacts(connection, site, next(iter(site.workers), "seed"))
            except NotEmptyError as error:
                raise BadInput("the database holds contacts already; seed an empty one") from error
    click.echo(f"{count} contacts made")


def _site_or_trial(at: Desk) -> None:
    try:
        at.site()
    except NoSiteError:
        load_site(at.store, at.vault, SHIPPED / "trial.toml", at.now)
