"""``akutlinjen roster``: rosters as CSV, and what they leave uncovered."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from config.site import Site
from gateway.api.roster_shapes import load_json
from gateway.audit.log import COMMAND_LINE
from gateway.cli.desk import desk, read_bytes
from gateway.cli.errors import BadInput
from gateway.rosters.coverage import PlaceGap, report
from gateway.rosters.loading import roster_around
from gateway.rosters.replacing import Replacement
from gateway.rosters.roster_file import RosterFileError, read_roster, write_roster
from gateway.rosters.roster_import import export_roster, followed_up, import_preview, import_roster
from gateway.rosters.who_answers import InquiryError, about_line, lines_asked
from gateway.store.roster_versions import WALL_FORMAT, Span, newest, shifts_at
from routing.fairness import loads
from routing.roster import Shift
from routing.wall_clock import instant, wall

BY = "command line"
TOLD = "%a %d %b %Y %H:%M"
DAY = click.DateTime(["%Y-%m-%d"])
FROM = click.option(
    "--from", "first", type=DAY, required=True, metavar="D", help="The first day, 2026-11-22."
)
TO = click.option("--to", "last", type=DAY, required=True, metavar="D", help="The day after the last one.")


@click.group()
def roster() -> None:
    """Import or export rosters; what is uncovered."""


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Say what it would change, and change nothing.")
def import_(file: Path, preview: bool) -> None:
    """Publish the shifts in FILE, a CSV with the columns line,tier,worker,start,end.

    For each line in FILE, its shifts between the line's first start and last end in FILE are replaced by
    those in FILE. A shift that reaches over either edge stays, unless FILE gives the same worker other times
    for it. Other lines and other times are left alone. With a problem in FILE nothing is published; the same
    FILE again changes nothing. Workers whose shifts change get an SMS, as they have set it for themselves.

    Times are local, 2026-11-22 23:30. Commas or semicolons, UTF-8 or Windows-1252. Every process takes the
    new roster up within a second.
    """
    content = read_bytes(file)
    with desk() as at:
        try:
            site = at.site()
            shifts = read_roster(content, site)
        except RosterFileError as error:
            raise BadInput(*(f"{file}: {problem}" for problem in error.problems)) from error
        if preview:
            for change in import_preview(at.store, shifts):
                click.echo(_told(change))
            return
        trace = followed_up(at.audit, site, COMMAND_LINE, at.now)
        done = import_roster(at.store, shifts, by=BY, source=file.name, at=at.now, trace=trace)
    for change in done.lines:
        click.echo(_told(change))
        for shift in change.staying:
            click.echo(f"akutlinjen: {_stays(shift)}", err=True)
    if done.new:
        click.echo(f"roster version {done.version}")
    else:
        click.echo(f"nothing changed; roster version {done.version}")


@roster.command()
@FROM
@TO
def export(first: datetime, last: datetime) -> None:
    """Write the published shifts as CSV, as "roster import" takes it.

    Those that overlap the time from the midnight before the day --from to the midnight before the day --to;
    and of lines that have such shifts, those that lie wholly between the first start and the last end of
    them, so that importing what was exported changes nothing.
    """
    span = _span(first, last)
    with desk() as at:
        shifts = export_roster(at.store, span)
    click.echo(write_roster(shifts), nl=False)


@roster.command("gaps")
@click.option("--line", required=True, metavar="L", help="A line or night line.")
@FROM
@TO
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def gaps_(line: str, first: datetime, last: datetime, as_json: bool) -> None:
    """Say when L is open and nobody is on duty on it, nor on its night line.

    From the midnight before the day --from to the midnight before the day --to. A back-up phone covers
    nothing: it rings last. Gaps that a coordinator has marked as intended are left out. Where L has a minimum
    staffing, it is also said when fewer are on duty than that (with --json only gaps are).
    """
    span = _span(first, last)
    with desk() as at:
        site = at.site()
        _known(site, line)
        starts, ends = instant(span.start, site.zone), instant(span.end, site.zone)
        roster = roster_around(at.store, site, lines_asked(site, line), starts, ends)
        with at.store.read() as connection:
            found = report(connection, site, roster, [line], starts, ends)
    if as_json:
        click.echo(json.dumps([_as_json(gap, site) for gap in found.gaps], ensure_ascii=False))
        return
    for gap in found.gaps:
        click.echo(f"{_times(site, gap.starts, gap.ends)}: {', '.join(gap.channels)}")
    for each in found.short:
        minimum = each.short.minimum
        tier = f" in tier {minimum.tier}" if minimum.tier else ""
        times = _times(site, each.short.starts, each.short.ends)
        click.echo(f"{times}: {each.short.on_duty} of {minimum.workers} on duty{tier}")
    if not found.gaps and not found.short:
        click.echo("no gaps")


@roster.command("fairness")
@click.option("--line", required=True, metavar="L", help="A line or night line.")
@FROM
@TO
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def fairness_(line: str, first: datetime, last: datetime, as_json: bool) -> None:
    """Say how the load of L is spread: hours, nights, weekends and holidays of each worker.

    From the midnight before the day --from to the midnight before the day --to, in hours that really passed.
    A night has three hours or more between 23 and 06; a weekend is Saturday and Sunday.
    """
    span = _span(first, last)
    with desk() as at:
        site = at.site()
        _known(site, line)
        with at.store.read() as connection:
            version = newest(connection).roster.version
            shifts = list(shifts_at(connection, version, lines=[line], overlapping=span))
        found = loads(shifts, site.zone, instant(span.start, site.zone), instant(span.end, site.zone))
    if as_json:
        click.echo(json.dumps([load_json(load) for load in found], ensure_ascii=False))
        return
    width = max([6, *(len(load.worker) for load in found)])
    click.echo(f"{'worker':{width}}   hours  nights  weekends  holidays")
    for load in found:
        hours = load.time.total_seconds() / 3600
        click.echo(
            f"{load.worker:{width}}  {hours:6.1f}  {load.nights:6}  {load.weekends:8}  {load.holidays:8}"
        )


def _span(first: datetime, last: datetime) -> Span:
    if last <= first:
        raise BadInput(
            f"--to {last:%Y-%m-%d} must be after --from {first:%Y-%m-%d}: it is the day after the last"
        )
    return Span(first, last)


def _told(change: Replacement) -> str:
    return f"{change.line}: {change.added} added, {change.removed} removed, {change.unchanged} unchanged" + (
        f", {len(change.staying)} reaching over the edge stay" if change.staying else ""
    )


def _stays(shift: Shift) -> str:
    times = f"from {shift.start:{WALL_FORMAT}} to {shift.end:{WALL_FORMAT}}"
    return f'"{shift.worker}" stays on "{shift.line}" {times}, which reaches over the edge of the file'


def _known(site: Site, line: str) -> None:
    try:
        about_line(site, line)
    except InquiryError as error:
        raise BadInput(str(error)) from error


def _times(site: Site, starts: datetime, ends: datetime) -> str:
    return f"{wall(starts, site.zone):{TOLD}} to {wall(ends, site.zone):{TOLD}}"


def _as_json(gap: PlaceGap, site: Site) -> dict[str, object]:
    return {
        "line": gap.place,
        "from": gap.starts.astimezone(site.zone).isoformat(),
        "to": gap.ends.astimezone(site.zone).isoformat(),
        "channels": [channel.value for channel in gap.channels],
    }
