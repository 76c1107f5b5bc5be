"""What a page sent, by a form or by its script, as changes to the answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from config.forms import Form, Kind
from gateway.pages.registration.fields import APART
from gateway.registration.answers import Answers
from gateway.registration.consent import Consent
from gateway.registration.merging import Change, changes_between

PREFIX = "q."
"""Before a question's id in the names of a page's inputs: none of them is one of our own fields."""


class UnreadableError(Exception):
    """It was not made by a page of ours."""


def answers_in(form: Form, sent: MultiDict[str, str]) -> Answers:
    """What stands in the inputs; what can't be a number stays a text, and is found wrong later."""
    found: Answers = {}
    for name, question in form.questions.items():
        given = [value for value in sent.getlist(PREFIX + name) if value]
        if name in APART or not given:
            continue
        if question.kind is Kind.MANY:
            found[name] = given
        elif question.kind is Kind.NUMBER:
            found[name] = (
                int(given[0])
                if given[0].isascii() and given[0].isdecimal() and len(given[0]) < 9
                else given[0]
            )
        elif question.kind is Kind.TIME:
            found[name] = given[0][:16]  # browsers may add seconds
        else:
            found[name] = given[0].replace("\r\n", "\n").strip()
    return found


def changes_in(form: Form, sent: MultiDict[str, str], *, texts: bool) -> dict[str, Change]:
    """From what the page showed (its hidden field ``seen``) to what stands in its inputs.

    ``texts``: whether the page asked for free words at all. Raises UnreadableError."""
    try:
        seen = json.loads(sent.get("seen", ""))
    except ValueError as error:
        raise UnreadableError from error
    if not isinstance(seen, dict):
        raise UnreadableError
    asked = {
        name
        for name, question in form.questions.items()
        if name not in APART and (texts or question.kind is not Kind.TEXT)
    }
    before = {name: value for name, value in seen.items() if name in asked}
    return changes_between(before, answers_in(form, sent))


def changes_told(form: Form, told: object) -> dict[str, Change]:
    """A script's changes by question: ``{"to": …, "from": …}``, without ``from`` where it does not know.

    Raises UnreadableError."""
    if not isinstance(told, Mapping):
        raise UnreadableError
    found = {}
    for name, change in told.items():
        if not isinstance(change, Mapping) or "to" not in change or name in APART:
            raise UnreadableError
        if name in form.questions:  # a newer form may ask less
            found[name] = Change(change["to"], change.get("from"), is_blind="from" not in change)
    return found


def consent_in(purpose: Any, cpr: Any) -> Consent | None:
    """None where neither was given: both, or a half that is found wrong later."""
    given = [str(value).strip()[:32] if value else "" for value in (purpose, cpr)]
    return Consent(cpr=given[1], purpose=given[0]) if given[1] else None
