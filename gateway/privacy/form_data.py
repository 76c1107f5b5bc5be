"""What is kept of forms: what citizens said that stands in them, and the CPR numbers they agreed to give."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.privacy.kind import AFTER_THE_END, Kind, held
from gateway.store import night_reports as report_rows
from gateway.store.tables import (
    consents,
    contacts,
    crisis_plans,
    follow_ups,
    night_reports,
    person_keys,
    registration_facts,
    registration_versions,
    registrations,
)

# A course over several conversations is over by then; the keyed hash goes on telling who is the same.
CPR_KEPT = timedelta(days=365)
# The plan is talked about on its fifth day; a month later the citizen has it on paper, and nobody else.
PLAN_KEPT = timedelta(days=30)
# Whoever took a report has read it and knows; one that nobody takes helps nobody after so long.
REPORT_TAKEN, REPORT_WAITS = timedelta(hours=24), timedelta(days=14)


def registration_kinds() -> tuple[Kind, ...]:
    """Of registrations, night reports, consents and crisis plans."""
    return (
        Kind(
            "own keys of forms by hand",
            "registrations.wrapped_key, encrypted",
            "they open the texts of a form that no contact belongs to",
            "24 hours after the form was last changed",
            *held(registrations.c.wrapped_key, registrations.c.changed_at),
            _forget_form_keys,
        ),
        Kind(
            "texts of forms",
            "registrations.texts, encrypted",
            "a short note for colleagues",
            "as long as the contact's own key, or the form's",
            *held(registrations.c.texts, registrations.c.changed_at),
            _forget_form_texts,
        ),
        Kind(
            "texts of earlier versions of forms",
            "registration_versions.texts, encrypted",
            "every version of a form is kept",
            "as long as the contact's own key, or the form's",
            *held(registration_versions.c.texts, registration_versions.c.at),
            _forget_version_texts,
        ),
        Kind(
            "notes to the home line",
            "night_reports.note, encrypted with the report's own key",
            "the line's own people go on where somebody else began",
            "24 hours after somebody took the report; 14 days where nobody did",
            *held(night_reports.c.note, night_reports.c.written_at),
            lambda connection, now: report_rows.forget(connection, now - REPORT_TAKEN, now - REPORT_WAITS),
        ),
        Kind(
            "CPR numbers",
            "consents.cpr, encrypted",
            "the citizen agreed to it, for a course, a stay or a referral",
            "a year, or until the consent is withdrawn",
            *held(consents.c.cpr, consents.c.given_at),
            _forget_cpr,
        ),
        Kind(
            "crisis plans",
            "crisis_plans.texts, encrypted with the plan's own key",
            "what the citizen and the worker agreed for five days",
            "30 days after the fifth day, or until the consent is withdrawn",
            *held(crisis_plans.c.texts, crisis_plans.c.consent_at),
            _forget_plans,
        ),
        Kind(
            "answers of forms",
            "registrations.answers, options that were chosen and no free text",
            "what the line is needed for; who filled it in",
            "as long as the service",
            *held(registrations.c.answers, registrations.c.began_at),
            None,
        ),
        Kind(
            "answers of earlier versions of forms",
            "registration_versions.answers, the same",
            "every version of a form is kept",
            "as long as the service",
            *held(registration_versions.c.answers, registration_versions.c.at),
            None,
        ),
        Kind(
            "what statistics count",
            "registration_facts, options; a keyed hash of the CPR number",
            "the statistics' tables",
            "as long as the service; the hash until the consent is withdrawn",
            *held(registration_facts.c.registration),
            None,
        ),
        Kind(
            "consents",
            "consents, what for, who asked; a keyed hash of the CPR number",
            "that the citizen agreed can be shown",
            "as long as the service; the hash until it is withdrawn",
            *held(consents.c.registration, consents.c.given_at),
            None,
        ),
        Kind(
            "key of the persons' hashes",
            "person_keys.sealed, encrypted",
            "the same person is known for the same over several stays",
            "as long as the service",
            *held(person_keys.c.sealed),
            None,
        ),
        Kind(
            "how crisis plans went",
            "crisis_plans.scales_before, and after: figures; workers' ids",
            "whether the plans help",
            "as long as the service",
            *held(crisis_plans.c.scales_before, crisis_plans.c.consent_at),
            None,
        ),
        Kind(
            "promises to citizens",
            "follow_ups, what kind and when; workers' ids",
            "what was promised is done",
            "as long as the service",
            *held(follow_ups.c.id, follow_ups.c.made_at),
            None,
        ),
        Kind(
            "who took night reports",
            "night_reports.contact, workers' ids",
            "the home line knows who goes on",
            "as long as the service",
            *held(night_reports.c.contact, night_reports.c.read_at),
            None,
        ),
    )


def _forget_form_keys(connection: Connection, now: datetime) -> int:
    statement = sa.update(registrations).where(
        registrations.c.wrapped_key.is_not(None), registrations.c.changed_at < now - AFTER_THE_END
    )
    return connection.execute(statement, {"wrapped_key": None}).rowcount


def _unreadable() -> sa.Select[tuple[str]]:
    """Registrations whose texts nobody can open any more: neither the contact nor the form has a key."""
    theirs = registrations.outerjoin(contacts, contacts.c.id == registrations.c.contact)
    query = sa.select(registrations.c.id).select_from(theirs)
    return query.where(registrations.c.wrapped_key.is_(None), contacts.c.wrapped_key.is_(None))


def _forget_form_texts(connection: Connection, _now: datetime) -> int:
    statement = sa.update(registrations).where(
        registrations.c.texts.is_not(None), registrations.c.id.in_(_unreadable())
    )
    return connection.execute(statement, {"texts": None}).rowcount


def _forget_version_texts(connection: Connection, _now: datetime) -> int:
    statement = sa.update(registration_versions).where(
        registration_versions.c.texts.is_not(None), registration_versions.c.registration.in_(_unreadable())
    )
    return connection.execute(statement, {"texts": None}).rowcount


def _forget_cpr(connection: Connection, now: datetime) -> int:
    statement = sa.update(consents).where(consents.c.cpr.is_not(None), consents.c.given_at < now - CPR_KEPT)
    return connection.execute(statement, {"cpr": None}).rowcount


def _forget_plans(connection: Connection, now: datetime) -> int:
    """Texts and key; how the citizen was before and after stays, as figures alone."""
    statement = sa.update(crisis_plans).where(
        crisis_plans.c.wrapped_key.is_not(None), crisis_plans.c.fifth_day_at < now - PLAN_KEPT
    )
    return connection.execute(statement, {"texts": None, "wrapped_key": None}).rowcount
