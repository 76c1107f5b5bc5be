"""Filling in, handing in and correcting registrations. Every change keeps what was before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from config.forms import Form, Function, forms, newest
from config.site import Site
from gateway.audit.log import Action
from gateway.contacts.lifecycle import ContactState, move
from gateway.registration.answers import Answers, cleaned, prefilled, problems_with
from gateway.registration.consent import Consent, problems_with_consent, ten_digits
from gateway.registration.facts import facts_of
from gateway.registration.follow_ups import agree
from gateway.store import contacts as contact_rows
from gateway.store import persons, registrations
from gateway.store.contacts import Contact
from gateway.store.ids import new_id
from gateway.store.registrations import Registration, RegistrationChange
from gateway.store.vault import ContactKey, VaultError
from gateway.wiring import Gateway

TEXTS = "registration texts"
AUTHOR_CORRECTS_FOR = timedelta(hours=24)
BY_HAND = frozenset({Function.IN_HOUSE, Function.OUTGOING, Function.OVERNIGHT})


class AnswersError(Exception):
    """``problems``: everything that does not fit the form, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class OutdatedError(Exception):
    """Somebody else, or another device, has saved since: look at it and save again."""


class NotNowError(Exception):
    """The message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as it stands. ``version`` 0: nothing is saved yet and ``answers`` are what the system knows."""

    form: Form
    answers: Answers
    version: int
    registration: Registration | None

    @property
    def state(self) -> str:
        if self.registration is None:
            return "missing"
        return "draft" if self.registration.submitted_at is None else "submitted"


def shown(connection: Connection, gateway: Gateway, site: Site, contact: Contact) -> Shown:
    """The contact's form with the texts that can still be read, in the version it was filled in with."""
    found = registrations.of_contact(connection, contact.id)
    if found is None:
        form = newest(Function.TELEPHONE)
        return Shown(form, prefilled(form, contact, site.zone), 0, None)
    key = _key(gateway, contact, found)
    return Shown(_form(found), found.answers | _texts(found.texts, key), found.version, found)


def shown_by_hand(gateway: Gateway, found: Registration) -> Shown:
    key = _key(gateway, None, found)
    return Shown(_form(found), found.answers | _texts(found.texts, key), found.version, found)


def save(
    connection: Connection,
    gateway: Gateway,
    site: Site,
    contact: Contact,
    answers: Mapping[str, Any],
    *,
    by: str,
    version: int,
    now: datetime,
    submit: bool,
    consent: Consent | None = None,
) -> Registration:
    """Save the form of a locked contact: as a draft, or handed in, which registers the contact.

    ``version``: the one that was changed, 0 for none. Raises AnswersError, OutdatedError and NotNowError;
    then nothing was written. Whether ``by`` may do this is asked before (``accounts.access``).
    """
    if contact.closed_because is not None:
        raise NotNowError(f"It was closed as {contact.closed_because}, without a registration.")
    found = registrations.of_contact(connection, contact.id)
    if found is None and contact.state not in {ContactState.ANSWERED, ContactState.ENDED}:
        raise NotNowError(f"It is {contact.state}; a form is filled in once somebody has answered.")
    if submit and found is None and contact.state != ContactState.ENDED:
        raise NotNowError("The conversation is not over; until then the form is a draft.")
    if submit and found is not None and contact.state not in {ContactState.ENDED, ContactState.REGISTERED}:
        raise NotNowError("The conversation is not over; until then the form is a draft.")
    line = contact.line or contact.night_line or ""
    draft = found or _new(newest(Function.TELEPHONE), line, by, now, contact=contact.id)
    return _save(
        connection, gateway, site, draft, answers, contact=contact, is_new=found is None, by=by,
        version=version, now=now, submit=submit, consent=consent,
    )  # fmt: skip


def save_by_hand(
    connection: Connection,
    gateway: Gateway,
    site: Site,
    where: Registration | tuple[Function, str],
    answers: Mapping[str, Any],
    *,
    by: str,
    version: int,
    now: datetime,
    submit: bool,
    consent: Consent | None = None,
    new: str | None = None,
) -> Registration:
    """A visit, a call at somebody's home or a stay: no contact tells of it. ``where``: a locked registration,
    or a function and line for a new one, which gets the id ``new``. Raises as ``save`` does."""
    if isinstance(where, Registration):
        draft, is_new = where, False
    else:
        function, line = where
        key = gateway.vault.new_key()
        draft = _new(newest(function), line, by, now, wrapped_key=key.wrapped, registration=new)
        is_new = True
    return _save(
        connection, gateway, site, draft, answers, contact=None, is_new=is_new, by=by,
        version=version, now=now, submit=submit, consent=consent,
    )  # fmt: skip


def may_correct(registration: Registration, worker: str, now: datetime, *, coordinator: bool) -> bool:
    """Its author for a day after it was handed in, a coordinator of it at any time."""
    if coordinator or registration.submitted_at is None:
        return True
    return registration.worker == worker and now < registration.submitted_at + AUTHOR_CORRECTS_FOR


def needs_cpr(form: Form, line: str, site: Site) -> bool:
    """A stay at a line that has rooms (Viborg: "an overnight stay requires it")."""
    place = site.lines.get(line)
    return form.function is Function.OVERNIGHT and place is not None and place.overnight is not None


def lacks_cpr(connection: Connection, shown: Shown, line: str, site: Site) -> bool:
    """Whether it can't be handed in because nobody has given the number that a stay needs."""
    has_it = shown.registration is not None and _gave_cpr(connection, shown.registration)
    return needs_cpr(shown.form, line, site) and not has_it


def _gave_cpr(connection: Connection, registration: Registration) -> bool:
    consent = persons.consent_of(connection, registration.id)
    return consent is not None and consent.person is not None


def _new(
    form: Form,
    line: str,
    by: str,
    now: datetime,
    *,
    contact: str | None = None,
    wrapped_key: bytes | None = None,
    registration: str | None = None,
) -> Registration:
    return Registration(
        id=registration or new_id(), contact=contact, form=form.id, form_version=form.version, line=line,
        worker=by, version=0, answers={}, began_at=now, changed_at=now, wrapped_key=wrapped_key,
    )  # fmt: skip


def _save(
    connection: Connection,
    gateway: Gateway,
    site: Site,
    before: Registration,
    answers: Mapping[str, Any],
    *,
    contact: Contact | None,
    is_new: bool,
    by: str,
    version: int,
    now: datetime,
    submit: bool,
    consent: Consent | None,
) -> Registration:
    if version != before.version:
        raise OutdatedError
    if before.submitted_at is not None and not submit:
        raise NotNowError("It is handed in; a correction is handed in, too.")
    form = _form(before)
    found = problems_with(form, answers, site.municipalities, whole=submit)
    if consent is not None:
        found += problems_with_consent(form, consent)
    kept, texts = cleaned(form, answers) if not found else ({}, {})
    key = _key(gateway, contact, before)
    if texts and key is None and texts != _texts(before.texts, key):
        found.append("what was said is deleted by now, and no text can be kept any more; leave the texts out")
    if (
        submit
        and consent is None
        and needs_cpr(form, before.line, site)
        and not _gave_cpr(connection, before)
    ):
        found.append("cpr: whoever stays overnight gives their CPR number, for safety")
    if found:
        raise AnswersError(found)
    sealed = key.seal(json.dumps(texts), TEXTS) if texts and key is not None else None
    change: RegistrationChange = {
        "version": before.version + 1, "answers": kept, "texts": sealed, "changed_at": now, "changed_by": by,
    }  # fmt: skip
    if submit and before.submitted_at is None:  # its author is who hands it in, not who corrects it
        change |= {"submitted_at": now, "worker": by}
    if is_new:
        after = replace(before, **change)
        registrations.insert(connection, after)
        if not submit:
            gateway.audit.record(
                connection, at=now, actor=by, action=Action.REGISTRATION_BEGUN, contact=contact,
                line=before.line, registration=before.id,
            )  # fmt: skip
    else:
        after = registrations.change(connection, before, **change)
    number = ten_digits(consent) if consent is not None else None
    if consent is not None and number is not None:
        persons.record(connection, gateway.vault, after.id, number, consent.purpose, asked_by=by, at=now)
    if submit:
        _hand_in(connection, gateway, site, before, after, form, contact, by, now, consent is not None)
    if consent is not None:
        gateway.audit.record(
            connection, at=now, actor=by, action=Action.CONSENT_RECORDED, contact=contact, line=after.line,
            registration=after.id, purpose=consent.purpose,
        )  # fmt: skip
    return after


def _hand_in(
    connection: Connection,
    gateway: Gateway,
    site: Site,
    before: Registration,
    after: Registration,
    form: Form,
    contact: Contact | None,
    by: str,
    now: datetime,
    asked_for_cpr: bool,
) -> None:
    first = before.submitted_at is None
    registrations.keep_version(connection, after, by, now)
    consent = persons.consent_of(connection, after.id) if asked_for_cpr or before.version > 0 else None
    line = site.lines.get(after.line)
    own = line.municipalities[0] if line is not None and len(line.municipalities) == 1 else None
    registrations.write_facts(
        connection,
        facts_of(
            form,
            after,
            site.zone,
            municipality=(contact.municipality if contact is not None else None) or own,
            person=consent.person if consent is not None else None,
        ),
        first=first,
    )
    agree(connection, after, site.zone, by, now)
    if contact is not None and contact.state == ContactState.ENDED:
        contact_rows.change_contact(
            connection, contact, state=move(ContactState(contact.state), ContactState.REGISTERED)
        )
        contact_rows.add_event(connection, contact.id, now, "registered", by=by)
    gateway.audit.record(
        connection, at=now, actor=by, contact=contact, line=after.line,
        action=Action.REGISTERED if first else Action.REGISTRATION_CORRECTED,
        registration=after.id, version=after.version,
    )  # fmt: skip


def _form(registration: Registration) -> Form:
    return forms()[registration.form, registration.form_version]


def _key(gateway: Gateway, contact: Contact | None, registration: Registration) -> ContactKey | None:
    wrapped = registration.wrapped_key if contact is None else contact.wrapped_key
    return None if wrapped is None else gateway.vault.contact_key(wrapped)


def _texts(sealed: bytes | None, key: ContactKey | None) -> dict[str, str]:
    if sealed is None or key is None:
        return {}
    try:
        texts: dict[str, str] = json.loads(key.unseal(sealed, TEXTS))
    except VaultError:
        return {}
    return texts
