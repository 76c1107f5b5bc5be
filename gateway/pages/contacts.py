"""Contacts: the list, and one with its plan, phones and events. Whoever reads one leaves a trace."""

from __future__ import annotations

from flask import Response, abort, request

from config import logs
from config.site import Site
from gateway.accounts import access
from gateway.accounts.access import Reach
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.api.cursors import cursor_of, place_of
from gateway.contacts.listed import listed
from gateway.pages.contact_filter import filter_of
from gateway.pages.contact_rows import CHANNELS, STATES, rows_of
from gateway.pages.contact_shown import contact_shown
from gateway.pages.duty import name_of
from gateway.pages.frame import blueprint, page, say
from gateway.store.contact_pages import Place

A_PAGE = 50

log = logs.get("pages")


@blueprint.get("/contacts")
@protected_by(SIGNED_IN)
def list_contacts() -> Response:
    """Filters stand in the address: they survive reload and can be bookmarked."""
    gateway = door().gateway
    site, _roster = gateway.book.current()
    lines, municipalities = _lines(site, reach()), _municipalities(site, reach())
    asked = filter_of(request.args, lines, municipalities)
    try:
        after = place_of(request.args["after"]) if "after" in request.args else None
    except ValueError:
        abort(404)
    among = access.listed(reach(), asked.line) or abort(404)
    with gateway.store.read() as connection:
        found = listed(connection, among, asked.wanted(site.zone), after=after, limit=A_PAGE + 1)
    shown = found[:A_PAGE]
    more = cursor_of(Place(shown[-1].waiting_since, shown[-1].id)) if len(found) > A_PAGE else None
    return page(
        "contacts.html",
        400 if asked.faults else 200,
        contacts=rows_of(site, shown, gateway.now()),
        states=STATES,
        channel_words={channel: say(name) for channel, name in CHANNELS.items()},
        lines=lines,
        municipalities=municipalities,
        asked=asked,
        older=asked.address(more) if more else None,
    )


def _lines(site: Site, reach: Reach) -> dict[str, str]:
    """The lines and night lines that are theirs, in the site's order, by id."""
    ours = [line for line in site.lines if line in reach.lines]
    ours += [line for line in site.night_lines if line in reach.night_lines]
    return {line: name_of(site, line) for line in ours}


def _municipalities(site: Site, reach: Reach) -> dict[str, str]:
    """Those of the lines that are theirs, in the site's order, by code."""
    codes = {code for line in site.lines.values() if line.id in reach.lines for code in line.municipalities}
    return {code: each.name for code, each in site.municipalities.items() if code in codes}


@blueprint.get("/contacts/<contact>")
@protected_by(SIGNED_IN)
def read_contact(contact: str) -> Response:
    """404 alike for one that does not exist and one that is not theirs."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            abort(404)
        shown = contact_shown(connection, found)
    return page("contact.html", **shown)
