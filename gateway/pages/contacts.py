"""Contacts: the list, and one with its plan, phones and events. Whoever reads one leaves a trace."""

from __future__ import annotations

from flask import Response, abort, request

from config import logs
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.api.cursors import cursor_of, place_of
from gateway.contacts.lifecycle import ContactState
from gateway.pages.contact_rows import STATES, rows_of
from gateway.pages.contact_shown import contact_shown
from gateway.pages.frame import blueprint, page
from gateway.store import contact_pages
from gateway.store.contact_pages import Place

A_PAGE = 50

log = logs.get("pages")


@blueprint.get("/contacts")
@protected_by(SIGNED_IN)
def list_contacts() -> Response:
    """Filters stand in the address: they survive reload and can be bookmarked."""
    gateway = door().gateway
    site, _roster = gateway.book.current()
    chosen = [state for state in request.args.getlist("state") if state in tuple(ContactState)]
    try:
        after = place_of(request.args["after"]) if "after" in request.args else None
    except ValueError:
        abort(404)
    with gateway.store.read() as connection:
        found = contact_pages.page(
            connection, access.reachable(reach()), states=chosen or None, after=after, limit=A_PAGE + 1
        )
    shown = found[:A_PAGE]
    more = cursor_of(Place(shown[-1].waiting_since, shown[-1].id)) if len(found) > A_PAGE else None
    return page(
        "contacts.html",
        contacts=rows_of(site, shown, gateway.now()),
        states=STATES,
        chosen=chosen,
        more=more,
    )


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
