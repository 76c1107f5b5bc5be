"""A citizen's consent to give their CPR number: recorded with its purpose, checked, withdrawable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection
from stdnum.dk import cpr as cpr_numbers
from stdnum.exceptions import ValidationError

from config.forms import Form
from gateway.audit.log import Action
from gateway.store import contacts as contact_rows
from gateway.store import persons
from gateway.store.contacts import Contact
from gateway.store.registrations import Registration
from gateway.wiring import Gateway


@dataclass(frozen=True, slots=True)
class Consent:
    """What a citizen agreed to: ``purpose``: course, stay or referral. ``cpr``: as they said it."""

    cpr: str
    purpose: str


def ten_digits(consent: Consent) -> str | None:
    """The number as it is kept; None for what is no CPR number."""
    try:
        return str(cpr_numbers.validate(consent.cpr))
    except ValidationError:
        return None


def problems_with_consent(form: Form, consent: Consent) -> list[str]:
    """One sentence each, with the question first."""
    found = []
    purposes = form.questions["purpose"].options or {} if "purpose" in form.questions else {}
    if consent.purpose not in purposes:
        found.append(f"purpose: must be one of {', '.join(purposes)}")
    if ten_digits(consent) is None:
        found.append("cpr: is no CPR number; look at the digits again")
    return found


def withdraw_consent(
    connection: Connection, gateway: Gateway, registration: Registration, by: str, now: datetime
) -> bool:
    """The number and its hash are destroyed. False where none was kept."""
    if not persons.withdraw(connection, registration.id, now):
        return False
    contact = _contact(connection, registration)
    gateway.audit.record(
        connection,
        at=now,
        actor=by,
        action=Action.CONSENT_WITHDRAWN,
        contact=contact,
        line=registration.line,
        registration=registration.id,
    )
    return True


def show_cpr(
    connection: Connection, gateway: Gateway, registration: Registration, by: str, now: datetime
) -> str | None:
    """The ten digits, for whoever is responsible for a citizen who sleeps there tonight; None where there are
    none any more. That it was shown stands in the log."""
    number = persons.number_of(connection, gateway.vault, registration.id)
    if number is not None:
        contact = _contact(connection, registration)
        gateway.audit.record(
            connection,
            at=now,
            actor=by,
            action=Action.CPR_SHOWN,
            contact=contact,
            line=registration.line,
            registration=registration.id,
        )
    return number


def _contact(connection: Connection, registration: Registration) -> Contact | None:
    return contact_rows.find_contact(connection, registration.contact) if registration.contact else None
