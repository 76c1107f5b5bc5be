"""The API's description of itself, in OpenAPI 3.1. A test holds it against the routes and their answers."""

from __future__ import annotations

from functools import cache

from config.site import Channel
from gateway.api import problems
from gateway.api.form_description import FORM_SCHEMAS, form_paths
from gateway.api.operations import (
    Json,
    json_content,
    operation,
    parameter,
    problem,
    with_optional_bodies,
)
from gateway.api.roster_description import roster_paths
from gateway.api.roster_schemas import DAY, ROSTER_SCHEMAS
from gateway.api.schemas import SCHEMAS, number, text, words
from gateway.contacts.lifecycle import ContactState

VERSION = "1"


@cache
def description() -> Json:
    """The whole document. Whoever asks must not change it."""
    schemas = {**SCHEMAS, **FORM_SCHEMAS, **ROSTER_SCHEMAS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Akutlinjen",
            "version": VERSION,
            "description": (
                "For programs that speak for a worker. A worker reaches the contacts of the lines and night "
                "lines they serve; everything else is answered as if it did not exist. No answer holds a "
                "citizen's number but the one of `liftNumber`. What is read and done about a contact stands "
                "in the audit log. Instants are ISO 8601 with an offset."
            ),
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": with_optional_bodies(_paths(), schemas),
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Given by `akutlinjen staff token WORKER`.",
                }
            },
            "schemas": schemas,
            "responses": {kind.name: problem(kind) for kind in problems.KINDS},
        },
    }


def _paths() -> Json:
    contact = parameter("contact", "path", "The contact's id.", text())
    return {
        "/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This description",
                "security": [],
                "responses": {
                    "200": {"description": "OpenAPI 3.1", "content": json_content({"type": "object"})}
                },
            }
        },
        "/contacts": {
            "get": operation(
                "listContacts",
                "Contacts, newest first",
                "Contacts",
                parameters=[
                    parameter(
                        "state",
                        "query",
                        "One or more, with commas between them; all where it is left out.",
                        {"type": "array", "items": words(ContactState)},
                        style="form",
                        explode=False,
                    ),
                    parameter(
                        "limit", "query", "At most so many.", number(minimum=1, maximum=200, default=50)
                    ),
                    parameter("after", "query", "The `next` of the page before.", text()),
                    parameter("line", "query", "Of this line or night line alone.", text()),
                    parameter("channel", "query", "Of this channel alone.", words(Channel)),
                    parameter("municipality", "query", "Of this one alone, by its code.", text()),
                    parameter("from", "query", "Begun on this day or later.", DAY),
                    parameter("to", "query", "Begun before this day: the day after the last.", DAY),
                ],
                kinds=(problems.NOT_FOUND,),
            )
        },
        "/contacts/{contact}": {
            "get": operation(
                "readContact",
                "A contact with its plan, its events and its phones",
                "WholeContact",
                parameters=[contact],
                kinds=(problems.NOT_FOUND,),
            )
        },
        "/contacts/{contact}/transfer": {
            "post": operation(
                "transferContact",
                "Ring a colleague, the night line or the back-up into a call (202), or give a colleague a "
                "conversation in writing, which is theirs at once (200)",
                "Transferring",
                status="202",
                or_status="200",
                takes="Transfer",
                parameters=[contact],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND, problems.CONFLICT, problems.NOBODY),
            )
        },
        "/contacts/{contact}/colleagues": {
            "post": operation(
                "addColleague",
                "Have a colleague read and write along in a conversation in writing that you have, and keep; "
                "the citizen is told",
                "Colleagues",
                takes="Adding",
                parameters=[contact],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND, problems.CONFLICT, problems.NOBODY),
            )
        },
        "/contacts/{contact}/colleagues/{worker}": {
            "delete": operation(
                "letColleagueGo",
                "Go from a conversation that you were added to, or let who was added to yours go",
                "Colleagues",
                parameters=[contact, parameter("worker", "path", "The id of who was added.", text())],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND),
            )
        },
        "/contacts/{contact}/accept": {
            "post": operation(
                "acceptContact",
                "Take a conversation in writing: one winner",
                "Contact",
                takes="Accepting",
                parameters=[contact],
                kinds=(problems.NOT_FOUND, problems.CONFLICT),
            )
        },
        "/contacts/{contact}/message": {
            "post": operation(
                "writeMessage",
                "Write in a conversation that you have; the same id again writes nothing",
                "Written",
                takes="Writing",
                parameters=[contact],
                kinds=(problems.NOT_FOUND, problems.CONFLICT),
            )
        },
        "/contacts/{contact}/close": {
            "post": operation(
                "closeContact",
                "Close a contact that nobody registers, with a reason (coordinators); without one, end the "
                "conversation in writing that you have",
                "Contact",
                takes="Closing",
                parameters=[contact],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND, problems.CONFLICT),
            )
        },
        "/contacts/{contact}/lift": {
            "post": operation(
                "liftNumber",
                "The citizen's number, in danger to life: the coordinators are told at once "
                "(who has or had the conversation, and coordinators)",
                "Lifted",
                takes="Lift",
                parameters=[contact],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND, problems.CONFLICT),
            )
        },
        "/contacts/{contact}/erase": {
            "post": operation(
                "eraseContact",
                "Destroy what is stored about the citizen, at once and for good (coordinators)",
                "Contact",
                parameters=[contact],
                kinds=(problems.NOT_YOURS, problems.NOT_FOUND, problems.CONFLICT),
            )
        },
        "/who-answers": {
            "get": operation(
                "whoAnswers",
                "Who would be rung at an instant, and why",
                "Plan",
                parameters=[
                    parameter("line", "query", "A line or night line. Either this or phone.", text()),
                    parameter("phone", "query", "A number that citizens or partners call.", text()),
                    parameter("postcode", "query", "What a caller of a shared number keys in.", text()),
                    parameter("channel", "query", "voice where it is left out.", words(Channel)),
                    parameter("at", "query", "Now where it is left out; local without an offset.", text()),
                ],
                kinds=(problems.NOT_FOUND,),
            )
        },
        **form_paths(),
        **roster_paths(),
        "/away": {
            "put": operation("setAway", "Be rung no more, or again", "AwayNow", takes="Away"),
        },
    }
