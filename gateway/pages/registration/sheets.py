"""The one form that a page is about: of a contact, or by hand, as far as whoever asks reaches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy.engine import Connection

from config.forms import Function, Kind, newest
from gateway.accounts import access
from gateway.accounts.access import Reach
from gateway.accounts.door import door
from gateway.accounts.signed_in import reach
from gateway.audit.log import Action
from gateway.contacts.lifecycle import ContactState
from gateway.registration import desk
from gateway.registration.desk import BY_HAND, Shown
from gateway.store import contacts as contact_rows
from gateway.store import registrations
from gateway.store.contacts import Contact

_ID = re.compile(r"[0-9a-f]{32}")
FILLED_IN = frozenset({ContactState.ANSWERED, ContactState.ENDED, ContactState.REGISTERED})
"""States of a contact that has a form, or will."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``path``: the page's address. ``id``: of a form by hand, which may not be stored yet."""

    path: str
    shown: Shown
    line: str
    contact: Contact | None
    id: str | None = None

    @property
    def function(self) -> Function:
        return self.shown.form.function

    @property
    def is_over(self) -> bool:
        """Whether it can be handed in: not while the conversation goes on."""
        return self.contact is None or self.contact.state in {ContactState.ENDED, ContactState.REGISTERED}

    @property
    def keeps_texts(self) -> bool:
        """Not once what was said has been deleted: what is written now would have nowhere to go."""
        if self.contact is not None:
            return self.contact.wrapped_key is not None
        return self.shown.registration is None or self.shown.registration.wrapped_key is not None

    @property
    def texts(self) -> frozenset[str]:
        """The questions that are answered in free words."""
        questions = self.shown.form.questions.values()
        return frozenset(question.id for question in questions if question.kind is Kind.TEXT)


def of_contact(connection: Connection, contact: str, *, lock: bool = False) -> Sheet:
    """404 alike for a contact that does not exist and one that is not theirs."""
    found = access.find_contact(connection, reach(), contact)
    if found is None:
        abort(404)
    if lock:
        found = contact_rows.lock_contact(connection, contact) or found
    gateway = door().gateway
    site, _roster = gateway.book.current()
    shown = desk.shown(connection, gateway, site, found)
    return Sheet(f"/contacts/{found.id}/registration", shown, found.line or found.night_line or "", found)


def by_hand(connection: Connection, function: str, line: str, sheet: str, *, lock: bool = False) -> Sheet:
    """One that nobody has saved yet is empty. 404 for a line that is not theirs."""
    if function not in tuple(BY_HAND) or line not in reach().lines or not _ID.fullmatch(sheet):
        abort(404)
    path = f"/registrations/{function}/{line}/{sheet}"
    found = registrations.find(connection, sheet, lock=lock)
    if found is None:
        return Sheet(path, Shown(newest(Function(function)), {}, 0, None), line, None, sheet)
    if (found.form, found.line, found.contact) != (function, line, None):
        abort(404)
    return Sheet(path, desk.shown_by_hand(door().gateway, found), line, None, sheet)


def may_write(connection: Connection, sheet: Sheet, who: Reach, now: datetime) -> bool:
    """A draft: whoever may register. What is handed in: its author for a day, a coordinator later."""
    if sheet.contact is not None and (
        sheet.contact.state not in FILLED_IN
        or sheet.contact.closed_because is not None
        or not access.may_register(connection, who, sheet.contact)
    ):
        return False
    registration = sheet.shown.registration
    return registration is None or desk.may_correct(
        registration, who.worker, now, coordinator=access.may_close(who)
    )


def note_read(connection: Connection, sheet: Sheet, who: Reach, now: datetime) -> None:
    """Whoever reads what is known of a citizen stands in the log; an empty form tells of nobody."""
    registration = sheet.shown.registration
    if sheet.contact is None and registration is None:
        return
    details = {"registration": registration.id} if registration is not None else {}
    door().gateway.audit.record(
        connection, at=now, actor=who.worker, action=Action.REGISTRATION_READ, contact=sheet.contact,
        line=sheet.line, **details,
    )  # fmt: skip
