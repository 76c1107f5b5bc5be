"""A contact's registration form over HTTP: read it, save it as a draft, hand it in, correct it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from config import logs
from config.forms import Question
from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, json_object
from gateway.api.problems import CONFLICT, NOT_YOURS, ProblemError, invalid, no_such_contact
from gateway.api.shapes import when
from gateway.audit.log import Action
from gateway.registration import desk
from gateway.registration.consent import Consent
from gateway.registration.desk import AnswersError, NotNowError, OutdatedError, Shown
from gateway.store import contacts as store
from gateway.store import persons
from gateway.store.contacts import Contact

Json = dict[str, Any]
LANGUAGES = ("da", "en")

log = logs.get("api")


@blueprint.get("/contacts/<contact>/registration")
@protected_by(BEARER)
def read_registration(contact: str) -> Response:
    """The form with its questions, and what is filled in: by somebody, or by what the system knows."""
    now = gateway().now()
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        form = desk.shown(connection, gateway(), gateway().book.current()[0], found)
        consent = persons.consent_of(connection, form.registration.id) if form.registration else None
        gateway().audit.record(
            connection, at=now, actor=reach().worker, action=Action.REGISTRATION_READ, contact=found
        )
    return jsonify(_registration_json(found, form, consent))


@blueprint.put("/contacts/<contact>/registration")
@protected_by(BEARER)
def save_registration(contact: str) -> Response:
    body = json_object(
        request,
        {"answers": _an_object},
        {"version": _a_version, "submit": a_bool, "consent": _a_consent},
    )
    consent = body.get("consent")
    now = gateway().now()
    site = gateway().book.current()[0]
    with gateway().store.write() as connection:
        found = access.find_contact(connection, reach(), contact)
        if found is None:
            raise no_such_contact()
        found = store.lock_contact(connection, contact) or found
        _refuse_strangers(access.may_register(connection, reach(), found))
        before = desk.shown(connection, gateway(), site, found)
        if before.registration is not None and not desk.may_correct(
            before.registration, reach().worker, now, coordinator=access.may_close(reach())
        ):
            raise ProblemError(NOT_YOURS, "Its author corrects it for a day; after that a coordinator does.")
        try:
            desk.save(
                connection,
                gateway(),
                site,
                found,
                body["answers"],
                by=reach().worker,
                version=body.get("version", before.version),
                now=now,
                submit=body.get("submit", True),
                consent=Consent(**consent) if consent is not None else None,
            )
        except AnswersError as error:
            raise invalid(error.problems) from error
        except OutdatedError as error:
            raise ProblemError(CONFLICT, "It was saved since, elsewhere: read it again first.") from error
        except NotNowError as error:
            raise ProblemError(CONFLICT, str(error)) from error
        found = store.find_contact(connection, contact) or found
        form = desk.shown(connection, gateway(), site, found)
        kept = persons.consent_of(connection, form.registration.id) if form.registration else None
    log.event("registration_saved", contact=found.id, worker=reach().worker, state=form.state)
    return jsonify(_registration_json(found, form, kept))


def _refuse_strangers(allowed: bool) -> None:
    if not allowed:
        raise ProblemError(NOT_YOURS, "Only who has or had the conversation, or a coordinator, registers it.")


def _registration_json(contact: Contact, form: Shown, consent: persons.Consent | None) -> Json:
    registration = form.registration
    return {
        "contact": contact.id,
        "state": form.state,
        "version": form.version,
        "worker": registration.worker if registration else None,
        "changed_at": when(registration.changed_at) if registration else None,
        "submitted_at": when(registration.submitted_at) if registration else None,
        "answers": form.answers,
        "consent": None
        if consent is None
        else {
            "purpose": consent.purpose,
            "asked_by": consent.asked_by,
            "given_at": when(consent.given_at),
            "withdrawn_at": when(consent.withdrawn_at),
        },
        "form": {
            "id": form.form.id,
            "version": form.form.version,
            "questions": [_question_json(question) for question in form.form.questions.values()],
        },
    }


def _question_json(question: Question) -> Json:
    shown_if = question.shown_if
    return {
        "id": question.id,
        "kind": str(question.kind),
        "label": {language: question.label.of(language) for language in LANGUAGES},
        "help": {language: question.help.of(language) for language in LANGUAGES} if question.help else None,
        "required": question.required,
        "least": question.least,
        "most": question.most,
        "shown_if": None
        if shown_if is None
        else {"question": shown_if.question, "is": sorted(shown_if.values)},
        "options": [
            {
                "id": option.id,
                "label": {language: option.label.of(language) for language in LANGUAGES},
                "help": {language: option.help.of(language) for language in LANGUAGES}
                if option.help
                else None,
            }
            for option in (question.options or {}).values()
        ],
    }


def _an_object(value: object) -> str | None:
    return None if isinstance(value, dict) else "must be an object of answers by question"


def _a_version(value: object) -> str | None:
    return None if type(value) is int and value >= 0 else "must be the `version` that was read"


def _a_consent(value: object) -> str | None:
    if value is None:
        return None
    parts = list(value.values()) if isinstance(value, dict) and set(value) == {"cpr", "purpose"} else [None]
    if all(isinstance(part, str) and len(part) <= 32 for part in parts):
        return None
    return "must be null, or an object of cpr and purpose"
