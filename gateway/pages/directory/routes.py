"""Looking up whom to turn to in a municipality, and keeping it true."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from config.site import Site
from config.windows import parse_windows
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, SIGNED_IN, reach, signed_in
from gateway.contacts.lifecycle import ContactState
from gateway.directory import book, hours_text
from gateway.directory.draft import FIELDS, DraftError, checked
from gateway.pages.directory.words import KINDS, PROBLEMS
from gateway.pages.frame import blueprint, language, page, see_other
from gateway.pages.words import DANISH
from gateway.store import contact_pages
from gateway.store import directory as store
from gateway.store.directory import DirectoryRow
from gateway.store.tables import contacts

MOST_WORDS_CHARACTERS = 80


@blueprint.get("/directory")
@protected_by(SIGNED_IN)
def directory() -> Response:
    """Without a municipality in the address: that of the conversation they are in, else their own."""
    gateway = door().gateway
    site, _roster = gateway.book.current()
    words = request.args.get("q", "")[:MOST_WORDS_CHARACTERS]
    with gateway.store.read() as connection:
        municipality = _known(site, request.args.get("municipality")) or _nearest(connection, site)
        found = book.look_up(connection, municipality, gateway.now(), site.zone, words=words)
    return page(
        "directory/directory.html",
        municipalities=site.municipalities.values(),
        municipality=site.municipalities[municipality],
        words=words,
        kinds=[(KINDS[kind], list(entries)) for kind, entries in groupby(found, key=lambda each: each.kind)],
        hours=_said,
        may_edit=access.may_edit_directory(reach(), site, municipality),
        removed=request.args.get("removed", ""),
    )


@blueprint.get("/directory/new")
@protected_by(COORDINATOR)
def new_entry() -> Response:
    return _form(_theirs(request.args.get("municipality", "")), {}, {})


@blueprint.post("/directory/new")
@protected_by(COORDINATOR)
def add_entry() -> Response:
    municipality = _theirs(request.form.get("municipality", ""))
    try:
        draft = checked(request.form)
    except DraftError as error:
        return _form(municipality, _given(), error.problems, status=400)
    gateway = door().gateway
    with gateway.store.write() as connection:
        book.add(connection, gateway.audit, municipality, draft, gateway.now(), by=signed_in().worker.id)
    return see_other(f"/directory?municipality={municipality}")


@blueprint.get("/directory/<entry>")
@protected_by(COORDINATOR)
def edit_entry(entry: str) -> Response:
    with door().gateway.store.read() as connection:
        row = _entry(connection, entry)
    shown = {name: getattr(row, name) or "" for name in FIELDS if name != "hours"}
    return _form(row.municipality, shown | {"hours": "\n".join(_said(row.hours))}, {}, row=row)


@blueprint.post("/directory/<entry>")
@protected_by(COORDINATOR)
def change_entry(entry: str) -> Response:
    gateway = door().gateway
    with gateway.store.write() as connection:
        row = _entry(connection, entry)
        try:
            draft = checked(request.form)
        except DraftError as error:
            return _form(row.municipality, _given(), error.problems, row=row, status=400)
        book.change(connection, gateway.audit, row, draft, gateway.now(), by=signed_in().worker.id)
    return see_other(f"/directory?municipality={row.municipality}")


@blueprint.post("/directory/<entry>/remove")
@protected_by(COORDINATOR)
def remove_entry(entry: str) -> Response:
    """Done at once; the next page offers to bring it back."""
    gateway = door().gateway
    with gateway.store.write() as connection:
        row = _entry(connection, entry)
        book.remove(connection, gateway.audit, row, gateway.now(), by=signed_in().worker.id)
    return see_other(f"/directory?municipality={row.municipality}&removed={row.id}")


@blueprint.post("/directory/<entry>/bring-back")
@protected_by(COORDINATOR)
def bring_entry_back(entry: str) -> Response:
    gateway = door().gateway
    with gateway.store.write() as connection:
        row = _entry(connection, entry)
        book.bring_back(connection, gateway.audit, row, gateway.now(), by=signed_in().worker.id)
    return see_other(f"/directory?municipality={row.municipality}")


def _form(
    municipality: str,
    given: dict[str, object],
    problems: object,
    *,
    row: DirectoryRow | None = None,
    status: int = 200,
) -> Response:
    site, _roster = door().gateway.book.current()
    return page(
        "directory/entry.html",
        status,
        municipality=site.municipalities.get(municipality),
        code=municipality,
        kinds=KINDS,
        given=given,
        problems=problems,
        problem_words=PROBLEMS,
        row=row,
    )


def _given() -> dict[str, object]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _said(hours: Sequence[str]) -> list[str]:
    return hours_text.say(parse_windows(hours), danish=language() == DANISH)


def _known(site: Site, code: str | None) -> str | None:
    return code if code in site.municipalities else None


def _nearest(connection: Connection, site: Site) -> str:
    """The municipality that a worker most likely asks about."""
    own = contacts.c.answered_by == signed_in().worker.id
    talking = contact_pages.page(connection, own, states=[ContactState.ANSWERED], after=None, limit=1)
    lines = (site.lines[name] for name in signed_in().worker.lines if name in site.lines)
    likely = [contact.municipality for contact in talking]
    likely += [code for line in lines for code in line.municipalities]
    found = (code for code in likely if code is not None and code in site.municipalities)
    return next(found, next(iter(site.municipalities)))


def _theirs(municipality: str) -> str:
    site, _roster = door().gateway.book.current()
    if municipality not in site.municipalities or not access.may_edit_directory(reach(), site, municipality):
        abort(404)
    return municipality


def _entry(connection: Connection, entry: str) -> DirectoryRow:
    """404 alike for none and for another municipality's."""
    row = store.find(connection, entry)
    if row is None:
        abort(404)
    _theirs(row.municipality)
    return row
