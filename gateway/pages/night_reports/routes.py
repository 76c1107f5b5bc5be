"""The list of night reports, one of them, and what whoever had the conversation adds to it."""

from __future__ import annotations

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach, signed_in
from gateway.night_reports import reports
from gateway.pages.contact_rows import row_of
from gateway.pages.duty import worker_name
from gateway.pages.frame import blueprint, page, see_other
from gateway.pages.night_reports.agenda import reports_shown
from gateway.store import night_reports as store
from gateway.store.contacts import Contact


@blueprint.get("/reports")
@protected_by(SIGNED_IN)
def list_reports() -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    with gateway.store.read() as connection:
        found = reports_shown(connection, site, reach(), gateway.now())
    return page("night_reports/reports.html", reports=found)


@blueprint.get("/reports/<contact>")
@protected_by(SIGNED_IN)
def read_report(contact: str) -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    now = gateway.now()
    with gateway.store.write() as connection:
        found = _reported(connection, contact)
        report, note = reports.read(connection, gateway.vault, gateway.audit, found, now, by=reach())
        may_write = access.may_register(connection, reach(), found)
    return page(
        "night_reports/report.html",
        contact=found,
        row=row_of(site, found, now),
        report=report,
        note=note,
        worker_name=lambda worker: worker_name(site, worker),
        may_take=reports.may_take(site, reach(), found),
        may_write=may_write and report.taken_by is None,
        taken_before="taken" in request.args,
    )


@blueprint.post("/reports/<contact>/take")
@protected_by(SIGNED_IN)
def take_report(contact: str) -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    with gateway.store.write() as connection:
        found = _reported(connection, contact)
        if not reports.may_take(site, reach(), found):
            abort(404)
        won = reports.take(connection, gateway.audit, found, gateway.now(), by=signed_in().worker.id)
    return see_other(f"/reports/{found.id}" if won else f"/reports/{found.id}?taken=before")


@blueprint.get("/reports/<contact>/write")
@protected_by(SIGNED_IN)
def report_form(contact: str) -> Response:
    gateway = door().gateway
    with gateway.store.read() as connection:
        found = _writable(connection, contact)
        note = reports.note_of(gateway.vault, store.find(connection, found.id))
    return _form(found, note)


@blueprint.post("/reports/<contact>/write")
@protected_by(SIGNED_IN)
def write_report(contact: str) -> Response:
    gateway = door().gateway
    note = request.form.get("note", "").strip()
    with gateway.store.write() as connection:
        found = _writable(connection, contact)
        if len(note) > reports.NOTE_CHARACTERS:
            return _form(found, note, status=400)
        reports.write(
            connection, gateway.vault, gateway.audit, found, note, gateway.now(), by=signed_in().worker.id
        )
    return see_other(f"/reports/{found.id}")


def _form(contact: Contact, note: str, *, status: int = 200) -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    return page(
        "night_reports/write.html",
        status,
        contact=contact,
        row=row_of(site, contact, gateway.now()),
        note=note,
        most=reports.NOTE_CHARACTERS,
    )


def _reported(connection: Connection, contact: str) -> Contact:
    """404 alike for no contact, one that is not theirs, and one that nobody reports about."""
    site, _roster = door().gateway.book.current()
    found = access.find_contact(connection, reach(), contact)
    if found is None or not reports.is_reported(site, found):
        abort(404)
    return found


def _writable(connection: Connection, contact: str) -> Contact:
    """By whoever had the conversation, until the home line has taken it."""
    found = _reported(connection, contact)
    taken = store.find(connection, found.id).taken_by is not None
    if taken or not access.may_register(connection, reach(), found):
        abort(404)
    return found
