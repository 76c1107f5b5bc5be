"""Empty forms, which a browser keeps so that a form opens without a connection.

``static/registration/worker.js`` shows them: the application's service worker begins with it."""

from __future__ import annotations

from flask import Response, abort

from config.forms import Function, newest
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN
from gateway.pages.frame import blueprint, page
from gateway.pages.registration.sheet_shown import to_fill_in
from gateway.pages.registration.sheets import Sheet
from gateway.registration.desk import Shown


@blueprint.get("/registrations/offline/<function>")
@protected_by(SIGNED_IN)
def empty_form(function: str) -> Response:
    """Of the newest version, with nothing about anybody in it."""
    if function not in tuple(Function):
        abort(404)
    sheet = Sheet("", Shown(newest(Function(function)), {}, 0, None), "", None)
    with door().gateway.store.read() as connection:
        shown = to_fill_in(connection, sheet)
    return page("registration/form.html", **shown | {"is_shell": True})
