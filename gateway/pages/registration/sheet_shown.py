"""All that the page of one form shows: to fill in, or to read with its earlier versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy.engine import Connection

from config.forms import forms
from config.site import Site
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.signed_in import reach
from gateway.directory.book import names_by_referral
from gateway.pages.contact_rows import row_of
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import language, page
from gateway.pages.registration import sheets
from gateway.pages.registration.fields import Trouble, fields_of, in_words, missing_of, with_places
from gateway.pages.registration.sheets import Sheet
from gateway.registration import desk
from gateway.registration.completeness import missing
from gateway.registration.quick_close import QUICK
from gateway.store import persons, registrations

# words: what a contact is closed for without a form
REASONS = {
    "silent": "Tavst opkald",
    "wrong_number": "Forkert nummer",
    "hoax": "Telefonfis",
    "test": "Prøveopkald",
    "technical": "Teknisk",
}


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """A consent without its number. ``times``: registrations of the same person that the reader reaches."""

    purpose: str
    asked_by: str
    given_at: datetime
    withdrawn_at: datetime | None
    has_number: bool
    times: int


@dataclass(frozen=True, slots=True)
class VersionShown:
    number: int
    at: datetime
    by: str
    rows: tuple[tuple[str, str], ...]


def _municipality(site: Site, sheet: Sheet) -> str:
    """Whose directory fits: the contact's own municipality, else the line's first."""
    if sheet.contact is not None and sheet.contact.municipality:
        return sheet.contact.municipality
    line = site.lines.get(sheet.line)
    return line.municipalities[0] if line is not None else ""


def to_fill_in(
    connection: Connection,
    sheet: Sheet,
    *,
    answers: Mapping[str, Any] | None = None,
    trouble: Trouble | None = None,
    refused: str = "",
    all_asked: bool = False,
) -> dict[str, Any]:
    """What ``registration/form.html`` takes. ``answers``: as they were sent, where they could not be kept.
    ``all_asked``: somebody wanted to hand it in, so what is missing is marked at its place, too."""
    site, _roster = door().gateway.book.current()
    form, spoken = sheet.shown.form, language()
    given = dict(sheet.shown.answers if answers is None else answers)
    trouble = trouble or Trouble()
    fields = fields_of(form, given, site, spoken, trouble=trouble, texts=sheet.keeps_texts)
    places = names_by_referral(connection, _municipality(site, sheet))
    fields = [with_places(each, places) for each in fields]
    labels = {field.id: field.label for field in fields}
    purposes = form.questions["purpose"].options or {}
    return _common(connection, sheet) | {
        "known": [field for field in fields if field.is_known and not field.fault and not field.theirs],
        "fields": [field for field in fields if not field.is_known or field.fault or field.theirs],
        "missing": [(name, labels[name]) for name in missing_of(form, given)],
        "trouble": trouble,
        "refused": refused,
        "all_asked": all_asked,
        "seen": json.dumps(sheet.shown.answers, ensure_ascii=False),
        "purposes": [(option.id, option.label.of(spoken)) for option in purposes.values()],
        "needs_cpr": desk.lacks_cpr(connection, sheet.shown, sheet.line, site),
        "quick": [(str(reason), REASONS[reason]) for reason in QUICK],
    }  # fmt: skip


def to_read(connection: Connection, sheet: Sheet) -> dict[str, Any]:
    """What ``registration/read.html`` takes: the answers by the version of the form they were given to."""
    gateway, now = door().gateway, door().gateway.now()
    registration = sheet.shown.registration
    kept = registrations.versions_of(connection, registration.id) if registration is not None else []
    left = missing(connection, access.reachable(reach()), worker=reach().worker, limit=1)
    site, _roster = gateway.book.current()
    return _common(connection, sheet) | {
        "rows": rows_of(sheet.shown.form.id, sheet.shown.form.version, sheet.shown.answers),
        "versions": [
            VersionShown(
                row["version"],
                row["at"],
                worker_name(site, row["by"]),
                rows_of(sheet.shown.form.id, row["form_version"], row["answers"]),
            )
            for row in kept
        ],
        "may_correct": sheets.may_write(connection, sheet, reach(), now),
        "next_missing": left[0].contact if left else None,
    }


def rows_of(form_id: str, version: int, answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Question and answer in words, in the order in which that version asked."""
    site, _roster = door().gateway.book.current()
    form = forms()[form_id, version]
    return tuple(
        (question.label.of(language()), in_words(question, answers[name], site, language()))
        for name, question in form.questions.items()
        if name in answers
    )


def form_page(shown: Mapping[str, Any], status: int = 200) -> Response:
    return page("registration/form.html", status, **shown)


def _common(connection: Connection, sheet: Sheet) -> dict[str, Any]:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    registration = sheet.shown.registration
    return {
        "sheet": sheet,
        "title": sheet.shown.form.label.of(language()),
        "place": name_of(site, sheet.line),
        "row": row_of(site, sheet.contact, gateway.now()) if sheet.contact is not None else None,
        "author": worker_name(site, registration.worker) if registration is not None else "",
        "consent": _consent(connection, sheet),
    }


def _consent(connection: Connection, sheet: Sheet) -> ConsentShown | None:
    registration = sheet.shown.registration
    found = persons.consent_of(connection, registration.id) if registration is not None else None
    if found is None:
        return None
    site, _roster = door().gateway.book.current()
    purposes = sheet.shown.form.questions["purpose"].options or {}
    return ConsentShown(
        purpose=purposes[found.purpose].label.of(language()) if found.purpose in purposes else found.purpose,
        asked_by=worker_name(site, found.asked_by),
        given_at=found.given_at,
        withdrawn_at=found.withdrawn_at,
        has_number=found.person is not None,
        times=persons.times(connection, found.person, sorted(reach().lines)) if found.person else 0,
    )
