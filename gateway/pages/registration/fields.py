"""A form's questions as a page shows them: in its language, with what is answered, missing and in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from config.forms import UNKNOWN, Form, Kind, Option, Question
from config.municipalities import municipalities
from config.site import Site
from gateway.pages.words import DANISH, words
from gateway.registration.answers import TIME, Answers, problems_with

REFERRED_TO = "referred_to"
# The consent has a place of its own on the page.
APART = frozenset({"purpose", "cpr"})


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str
    help: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """``only_if``: the question and the answers that ask for this one. ``theirs``: what somebody else
    answered meanwhile, in words; ``their_answer`` the same as a script takes it. ``is_known``: filled in by
    the system."""

    id: str
    kind: str
    label: str
    help: str
    choices: tuple[Choice, ...]
    value: str
    is_required: bool
    is_known: bool
    least: int
    most: int
    only_if: tuple[str, str] | None = None
    fault: str = ""
    theirs: str = ""
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """``faults``: what is wrong with an answer, in words. ``theirs``: answers that were in the way."""

    faults: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, Any] = field(default_factory=dict)


def fields_of(
    form: Form,
    answers: Answers,
    site: Site,
    language: str,
    *,
    trouble: Trouble | None = None,
    texts: bool = True,
) -> list[Field]:
    """Without the consent; ``texts``: whether free words can be kept."""
    trouble = trouble or Trouble()
    absent = set(missing_of(form, answers))
    return [
        Field(
            id=name,
            kind=str(question.kind),
            label=question.label.of(language),
            help=question.help.of(language) if question.help else "",
            choices=_choices(question, answers.get(name), site, language),
            value=_value(answers.get(name)),
            is_required=question.required,
            is_known=question.prefilled,
            least=question.least,
            most=question.most,
            only_if=(question.shown_if.question, " ".join(sorted(question.shown_if.values)))
            if question.shown_if
            else None,
            fault=trouble.faults.get(name, ""),
            theirs=in_words(question, trouble.theirs[name], site, language) if name in trouble.theirs else "",
            is_missing=name in absent,
        )
        for name, question in form.questions.items()
        if name not in APART and (texts or question.kind is not Kind.TEXT)
    ]  # fmt: skip


def missing_of(form: Form, answers: Answers) -> list[str]:
    """What has to be answered before the form is handed in, in the form's order."""
    return [
        name
        for name, question in form.questions.items()
        if question.required and answers.get(name) in (None, "", []) and question.is_asked(answers)
    ]


def faults_of(form: Form, answers: Answers, site: Site, language: str) -> dict[str, str]:
    """What is wrong with each answer, in words that say what to do. Nothing about what is missing."""
    found = problems_with(form, answers, site.municipalities, whole=False)
    names = {problem.partition(":")[0] for problem in found}
    return {
        name: _what_to_do(form.questions[name], answers[name], language)
        for name in names
        if name in form.questions and name in answers
    }


def in_words(question: Question, answer: Any, site: Site, language: str) -> str:
    """An answer as people read it; "–" where there is none."""
    if answer in (None, "", []):
        return "–"
    match question.kind:
        case Kind.ONE | Kind.MANY:
            chosen = answer if isinstance(answer, list) else [answer]
            options = question.options or {}
            return ", ".join(
                options[word].label.of(language) if word in options else str(word) for word in chosen
            )
        case Kind.MUNICIPALITY:
            return _municipality(str(answer), site)
        case Kind.TIME:
            return _time(str(answer), language)
    return str(answer)


def _choices(question: Question, answer: Any, site: Site, language: str) -> tuple[Choice, ...]:
    if question.kind is Kind.MUNICIPALITY:
        near = {code: each.name for code, each in site.municipalities.items()}
        known = near | {code: name for code, name in municipalities().items() if code not in near}
        if isinstance(answer, str) and answer and answer not in known:
            known[answer] = answer
        return tuple(Choice(code, name, "", answer == code) for code, name in known.items())
    chosen = answer if isinstance(answer, list) else [answer]
    return tuple(_choice(option, chosen, language) for option in (question.options or {}).values())


def _choice(option: Option, chosen: list[Any], language: str) -> Choice:
    return Choice(
        option.id,
        option.label.of(language),
        option.help.of(language) if option.help else "",
        option.id in chosen,
    )


def with_places(shown: Field, places: Mapping[str, Sequence[str]]) -> Field:
    """Under each answer to "referred to": what the directory has of it in the municipality."""
    if shown.id != REFERRED_TO:
        return shown
    choices = tuple(
        replace(each, help=", ".join(places[each.id])) if each.id in places else each
        for each in shown.choices
    )
    return replace(shown, choices=choices)


def _value(answer: Any) -> str:
    return "" if answer is None or isinstance(answer, list) else str(answer)


def _municipality(code: str, site: Site) -> str:
    found = site.municipalities.get(code)
    return found.name if found is not None else municipalities().get(code, code)


def _time(answer: str, language: str) -> str:
    try:
        at = datetime.strptime(answer, TIME)  # noqa: DTZ007 - a wall-clock time
    except ValueError:
        return answer
    time = f"{at:%H.%M}" if language == DANISH else f"{at:%H:%M}"
    return words("{day} kl. {time}", language, day=f"{at.day}/{at.month} {at.year}", time=time)


def _what_to_do(question: Question, answer: Any, language: str) -> str:
    match question.kind:
        case Kind.NUMBER:
            return words(
                "Skriv et helt tal fra {least} til {most}.",
                language,
                least=question.least,
                most=question.most,
            )
        case Kind.TIME:
            return words("Vælg både dato og klokkeslæt.", language)
        case Kind.TEXT:
            return words("Skriv højst {count} tegn.", language, count=question.most)
        case Kind.CODE:
            return words(
                "Brug bogstaver, tal, mellemrum og punktum, højst {count}.", language, count=question.most
            )
        case Kind.MANY if isinstance(answer, list) and UNKNOWN in answer and len(answer) > 1:
            return words("Vælg enten “Ved ikke” eller noget andet.", language)
    return words("Vælg igen.", language)
