"""The part of the API's description that is about registrations and statistics."""

from __future__ import annotations

from config.forms import Kind
from gateway.api import problems
from gateway.api.operations import Json, operation, parameter
from gateway.api.schemas import Schema, maybe, named, number, several, switch, text, whole, words
from gateway.statistics.catalogue import NAMES
from gateway.statistics.table import SUPPRESSED

_INSTANT = text(format="date-time")
_DAY = text(format="date")
_BOTH = whole({"da": text(), "en": text()})
_PERHAPS = {"anyOf": [_BOTH, {"type": "null"}]}
_ANSWERS: Schema = {
    "type": "object",
    "description": "By question: a word, a list of words, a text, a whole number, or a local time.",
}
_FIGURE: Schema = {
    "type": ["number", "string", "null"],
    "description": f"`{SUPPRESSED}` where it would tell of too few people; null where there is none.",
}

FORM_SCHEMAS: dict[str, Schema] = {
    "Question": whole(
        {
            "id": text(),
            "kind": words(Kind),
            "label": _BOTH,
            "help": _PERHAPS,
            "required": switch(),
            "least": number("Of a number."),
            "most": number("Of a number; the characters of a text or code."),
            "shown_if": {
                "anyOf": [whole({"question": text(), "is": several(text())}), {"type": "null"}],
                "description": "Asked only where that question has one of these answers.",
            },
            "options": several(whole({"id": text(), "label": _BOTH, "help": _PERHAPS})),
        }
    ),
    "Consent": whole(
        {
            "purpose": text("course, stay or referral."),
            "asked_by": text("A worker's id."),
            "given_at": _INSTANT,
            "withdrawn_at": maybe(_INSTANT),
        }
    ),
    "Registration": whole(
        {
            "contact": text(),
            "state": words(("missing", "draft", "submitted")),
            "version": number("Hand it back when saving; 0 where nothing is saved.", minimum=0),
            "worker": maybe(text(), "Its author."),
            "changed_at": maybe(_INSTANT),
            "submitted_at": maybe(_INSTANT),
            "answers": _ANSWERS,
            "consent": {"anyOf": [named("Consent"), {"type": "null"}]},
            "form": whole({"id": text(), "version": number(), "questions": several(named("Question"))}),
        }
    ),
    "Answers": whole(
        {
            "answers": _ANSWERS,
            "version": number("The one that was read; refused when it has changed since.", minimum=0),
            "submit": switch("False keeps a draft. True where it is left out: handed in."),
            "consent": {
                "anyOf": [
                    whole({"cpr": text("As the citizen said it."), "purpose": text()}),
                    {"type": "null"},
                ],
                "description": "The citizen agreed to give the CPR number for this. It is never given back.",
            },
        },
        optional=("version", "submit", "consent"),
    ),
    "Statistics": whole(
        {
            "table": words(NAMES),
            "title": text(),
            "from": _DAY,
            "to": {**_DAY, "description": "The day after the last."},
            "lines": several(text()),
            "columns": several(
                whole(
                    {
                        "key": text(),
                        "label": text(),
                        "kind": words(("count", "percent", "seconds", "number", "text")),
                    }
                )
            ),
            "rows": several(whole({"key": text(), "label": text(), "values": several(_FIGURE)})),
            "notes": several(whole({"key": text(), "label": text(), "value": _FIGURE})),
        }
    ),
}


def form_paths() -> Json:
    contact = parameter("contact", "path", "The contact's id.", text())
    table = parameter(
        "table", "path", "Of the evaluation, by its number there, or one of ours.", words(NAMES)
    )
    return {
        "/contacts/{contact}/registration": {
            "get": operation(
                "readRegistration",
                "The registration form: its questions, and what is filled in",
                "Registration",
                parameters=[contact],
                kinds=(problems.NOT_FOUND,),
            ),
            "put": operation(
                "saveRegistration",
                "Save a draft, hand the form in, or correct it (who had the conversation, coordinators)",
                "Registration",
                takes="Answers",
                parameters=[contact],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND, problems.CONFLICT),
            ),
        },
        "/statistics/{table}": {
            "get": operation(
                "readStatistics",
                "A table of statistics; small cells are for the lines' own coordinators",
                "Statistics",
                parameters=[
                    table,
                    parameter("from", "query", "The first day. Needed.", _DAY),
                    parameter("to", "query", "The day after the last. Needed.", _DAY),
                    parameter("line", "query", "One or more lines, with commas; all where left out.", text()),
                    parameter("language", "query", "Of titles and labels; da where left out.", text()),
                ],
                kinds=(problems.NOT_FOUND,),
            )
        },
    }
