"""Whether answers fit a form, and what the system can fill in of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.forms import Form, Kind, Question
from gateway.store.contacts import Contact
from routing.wall_clock import wall

Answers = dict[str, Any]
"""By question: a word, a list of words, a text, a whole number, or a time as ``TIME`` has it."""

TIME = "%Y-%m-%dT%H:%M"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CODE = re.compile(r"[\w .-]+")


def prefilled(form: Form, contact: Contact, zone: ZoneInfo) -> Answers:
    """What is known of the contact: its channel, its time on the wall clock, its minutes, its municipality.

    The minutes are those of the conversation, one at least."""
    began = contact.connected_at or contact.answered_at or contact.waiting_since
    ended = contact.ended_at
    known: Answers = {
        "channel": contact.channel,
        "began_at": wall(began, zone).strftime(TIME),
        "municipality": contact.municipality,
    }
    if ended is not None:
        known["minutes"] = min(max(1, round((ended - began).total_seconds() / 60)), 1440)
    return {
        name: known[name]
        for name, question in form.questions.items()
        if question.prefilled and known.get(name) is not None
    }


def problems_with(
    form: Form, answers: Mapping[str, object], municipalities: Collection[str], *, whole: bool
) -> list[str]:
    """Everything that is wrong, one sentence each with the question first. ``whole``: nothing may be missing
    that is asked and required."""
    found = [f"{_short(name)}: this form does not ask it" for name in answers if name not in form.questions]
    for name, question in form.questions.items():
        given = answers.get(name)
        if given is None or given in ("", []):
            if whole and question.required and question.is_asked(answers):
                found.append(f"{name}: is not answered")
        elif not question.is_asked(answers):
            found.append(f"{name}: is not asked with these answers; leave it out")
        elif words := _problem(question, given, municipalities):
            found.append(f"{name}: {words}")
    return found


def cleaned(form: Form, answers: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """The answers that are kept, and apart from them the free texts, which are sealed. No empty ones."""
    given = {name: answers[name] for name in form.questions if answers.get(name) not in (None, "", [])}
    texts = {name: value for name, value in given.items() if form.questions[name].kind is Kind.TEXT}
    kept = {
        name: sorted(set(value)) if isinstance(value, list) else value
        for name, value in given.items()
        if name not in texts
    }
    return kept, texts


def _problem(question: Question, given: object, municipalities: Collection[str]) -> str | None:
    match question.kind:
        case Kind.ONE | Kind.MANY:
            return _choice_problem(question, given)
        case Kind.NUMBER:
            if type(given) is int and question.least <= given <= question.most:
                return None
            return f"must be a whole number from {question.least} to {question.most}"
        case Kind.TEXT | Kind.CODE:
            if not isinstance(given, str) or len(given) > question.most:
                return f"must be a text of at most {question.most} characters"
            if question.kind is Kind.CODE and not _CODE.fullmatch(given):
                return "must have letters, digits, spaces, dots and dashes only"
            return None
        case Kind.TIME:
            return None if _is_time(given) else "must be a local time as in 2026-11-22T23:30"
        case Kind.MUNICIPALITY:
            if isinstance(given, str) and (given in municipalities or re.fullmatch(r"0\d{3}", given)):
                return None
            return "must be a municipality's four digits"
        case Kind.CPR:
            return "is never an answer; it is given as a consent"


def _choice_problem(question: Question, given: object) -> str | None:
    options = question.options or {}
    if question.kind is Kind.ONE:
        return None if isinstance(given, str) and given in options else f"must be one of {', '.join(options)}"
    if isinstance(given, list) and all(isinstance(word, str) and word in options for word in given):
        if len(given) > 1 and "unknown" in given:
            return "is either unknown or something else, not both"
        return None
    return f"must be a list of {', '.join(options)}"


def _is_time(given: object) -> bool:
    if not isinstance(given, str) or not _TIME.fullmatch(given):
        return False
    try:
        datetime.strptime(given, TIME)  # noqa: DTZ007 - a wall-clock time
    except ValueError:
        return False
    return True


def _short(name: object) -> str:
    return "".join(char for char in str(name)[:40] if char.isprintable())
