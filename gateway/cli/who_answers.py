"""``akutlinjen who-answers``: the plan for an instant, with its reasons."""

from __future__ import annotations

import json
from datetime import datetime

import click

from config.site import Channel, Site
from gateway.cli.desk import desk
from gateway.cli.errors import BadInput
from gateway.rosters.who_answers import (
    Inquiry,
    InquiryError,
    about_line,
    about_phone,
    answer_from_sql,
    parse_at,
)
from routing.plan import Plan, Ring
from routing.wall_clock import wall

CHANNELS = {Channel.VOICE: "by telephone", Channel.SMS: "by SMS", Channel.CHAT: "by chat"}


@click.command("who-answers")
@click.option("--line", metavar="L", help="A line or night line.")
@click.option("--phone", metavar="N", help="A number that citizens or partners call.")
@click.option("--postcode", metavar="P", help="With --phone: what the caller keys in on a shared number.")
@click.option(
    "--channel", type=click.Choice([each.value for each in Channel]), default="voice", show_default=True
)
@click.option(
    "--at", "at_text", metavar="T", help="ISO 8601; without an offset the site's own clock. [default: now]"
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def who_answers(
    line: str | None,
    phone: str | None,
    postcode: str | None,
    channel: str,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Say who would be rung, from which second, and why.

    Without --at, workers who are in a contact or away now are skipped. For any other time that is not known,
    and nobody is.
    """
    if (line is None) == (phone is None):
        raise BadInput("give either --line or --phone")
    if phone is None and postcode is not None:
        raise BadInput("--postcode goes with --phone")
    with desk() as place:
        site = place.site()
        try:
            inquiry = about_line(site, line) if line is not None else about_phone(site, phone or "", postcode)
            at = place.now if at_text is None else parse_at(at_text, site.zone)
        except InquiryError as error:
            raise BadInput(str(error)) from error
        plan = answer_from_sql(place.store, site, inquiry, Channel(channel), at, is_now=at_text is None)
    for note in inquiry.notes:
        click.echo(f"akutlinjen: {note}", err=True)
    if as_json:
        click.echo(json.dumps(plan.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(_told(site, inquiry, plan)))


def _told(site: Site, inquiry: Inquiry, plan: Plan) -> list[str]:
    """The plan for somebody who is tired: what matters first, one thing a line."""
    place = site.lines.get(plan.line) or site.night_lines[plan.line]
    municipality = site.municipalities.get(plan.municipality or "")
    about = [
        f"{place.name} ({place.id})",
        *([f"for {municipality.name}"] if municipality else []),
        "on the partners' number" if inquiry.partner else CHANNELS[plan.channel],
        _clock(plan.at, site),
    ]
    told = [", ".join(about), _open_or_closed(plan), ""]
    for step in plan.steps:
        told.append(
            "At once:"
            if step.after_seconds == 0
            else f"After {step.after_seconds} seconds, if nobody took it:"
        )
        told += [f"  {_name(site, ring)}: {ring.because}" for ring in step.ring]
    if not plan.steps:
        told.append("Nobody rings.")
    if plan.skipped:
        told.append("Not rung:")
        told += [f"  {_worker(site, each.worker)}: {each.because}" for each in plan.skipped]
    told += ["If nobody answers: the citizen is offered to be called back, and may stay on.", ""]
    if plan.valid_until is not None:
        told.append(f"The next shift begins or ends {_clock(plan.valid_until, site)}.")
    told.append(f"Roster version {plan.roster_version}.")
    return told


def _open_or_closed(plan: Plan) -> str:
    if plan.open:
        return "Open."
    return "Closed. Put through all the same to those on duty." if plan.steps else "Closed."


def _name(site: Site, ring: Ring) -> str:
    return f"back-up {ring.phone}" if ring.worker is None else _worker(site, ring.worker)


def _worker(site: Site, worker: str) -> str:
    known = site.workers.get(worker)
    return f"{known.name} ({worker})" if known else worker


def _clock(at: datetime, site: Site) -> str:
    return f"{wall(at, site.zone):%a %d %b %Y %H:%M}"
