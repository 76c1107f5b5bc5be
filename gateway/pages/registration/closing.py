"""Where there was no conversation: one tap closes the contact without a form, one tap takes it back."""

from __future__ import annotations

from flask import Response, abort, request

from config import logs
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.contacts.closing import ClosingReason, NotClosableError
from gateway.pages.frame import blueprint, refusal, say, see_other
from gateway.pages.registration import sheets
from gateway.registration.desk import NotNowError
from gateway.registration.quick_close import QUICK, quick_close, reopen

log = logs.get("pages")


@blueprint.post("/contacts/<contact>/registration/close")
@protected_by(SIGNED_IN)
def close_quickly(contact: str) -> Response:
    reason = request.form.get("reason")
    if reason not in tuple(QUICK):
        abort(400)
    gateway, now = door().gateway, door().gateway.now()
    with gateway.store.write() as connection:
        sheet = sheets.of_contact(connection, contact, lock=True)
        if sheet.contact is None or not access.may_register(connection, reach(), sheet.contact):
            abort(403)
        try:
            quick_close(connection, gateway, sheet.contact, ClosingReason(reason), reach().worker, now)
        except (NotNowError, NotClosableError):
            return _not_now()
    log.event("contact_closed", contact=contact, worker=reach().worker, reason=reason)
    return see_other(sheet.path)


@blueprint.post("/contacts/<contact>/registration/reopen")
@protected_by(SIGNED_IN)
def take_back(contact: str) -> Response:
    gateway, now = door().gateway, door().gateway.now()
    with gateway.store.write() as connection:
        sheet = sheets.of_contact(connection, contact, lock=True)
        if sheet.contact is None:
            abort(404)
        try:
            reopen(
                connection,
                gateway,
                sheet.contact,
                reach().worker,
                now,
                coordinator=access.may_close(reach()),
            )
        except NotNowError:
            return _not_now()
    log.event("contact_reopened", contact=contact, worker=reach().worker)
    return see_other(sheet.path)


def _not_now() -> Response:
    return refusal(
        409, say("Det kan ikke lade sig gøre nu"), say("Hent siden igen, og se, hvordan det står.")
    )
