"""The statistics pages. What is asked for stands in the address: it can be kept, and sent to a colleague."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import Response, abort, request

from config import logs
from config.site import Site
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, reach
from gateway.pages.duty import name_of
from gateway.pages.frame import blueprint, language, page
from gateway.pages.statistics.chosen import Chosen, chosen_of
from gateway.pages.statistics.period import NAMES, ONE_DAY, OWN
from gateway.pages.statistics.sections import (
    OVERVIEW,
    SECTION_NAMES,
    SECTIONS,
    ShownTable,
    Written,
    shown_table,
)
from gateway.statistics import catalogue
from gateway.statistics.readers import Published, published
from gateway.statistics.table import Table
from routing.wall_clock import wall

KEY_FIGURES = (
    "contacts",
    "within_30_percent",
    "within_60_percent",
    "abandoned_after_30_percent",
    "median_wait",
)

log = logs.get("pages")


class Question(NamedTuple):
    """What somebody asked for, of the lines that there are."""

    site: Site
    every: tuple[str, ...]
    chosen: Chosen
    today: date


def question() -> Question:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    today = wall(gateway.now(), site.zone).date()
    with gateway.store.read() as connection:
        every = catalogue.lines_known(connection, site)
    return Question(site, every, chosen_of(request.args, every, today), today)


def answer(asked: Question, names: tuple[str, ...]) -> Published:
    """The tables of these names, with what the reader may not see hidden."""
    store = door().gateway.store
    period = asked.chosen.asked(asked.every, asked.today)
    return published(store, asked.site, period, reach(), names)


@blueprint.get("/statistics", defaults={"section": OVERVIEW})
@blueprint.get("/statistics/<section>")
@protected_by(COORDINATOR)
def read_statistics(section: str) -> Response:
    """A coordinator's own lines in full; of others, what tells of few people is hidden."""
    if section not in SECTIONS:
        abort(404)
    asked = question()
    names = SECTIONS[section]
    found = answer(asked, names if section != OVERVIEW else (*names, catalogue.ANSWERING))
    spoken = language()
    tables = [shown_table(table, found.hidden, spoken) for table in found.tables]
    own = reach().own_lines
    return page(
        "statistics/section.html",
        400 if asked.chosen.faults else 200,
        section=section,
        sections=SECTION_NAMES,
        tables=tables[: len(names)],
        key_figures=_key_figures(found.tables[-1], tables[-1]) if section == OVERVIEW else (),
        chosen=asked.chosen,
        period=found.asked,
        last_day=found.asked.last - ONE_DAY,
        names=NAMES,
        own=OWN,
        lines=[(line, name_of(asked.site, line), line in own) for line in asked.every],
        is_own=set(asked.chosen.lines) <= own and bool(own),
        is_whole=access.sees_whole_statistics(reach(), found.asked.lines),
    )


def _key_figures(table: Table, shown: ShownTable) -> list[tuple[str, Written]]:
    """What is looked at first, of the answering times of all channels."""
    *_, (_label, _whole, cells) = shown.rows
    return [
        (label, cell)
        for column, label, cell in zip(table.columns, shown.columns, cells, strict=True)
        if column.key in KEY_FIGURES
    ]
