"""Errors of the API as RFC 9457 problem documents. One place makes all of them.

``type`` is a JSON pointer into the API's own description, where it is told what the problem means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response

DESCRIPTION = "/api/v1/openapi.json"
CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One problem that there is. ``name``: its component in the description."""

    name: str
    status: HTTPStatus
    title: str


INVALID = Kind("Invalid", HTTPStatus.BAD_REQUEST, "The request can't be understood")
NO_TOKEN = Kind("NoToken", HTTPStatus.UNAUTHORIZED, "A valid bearer token is needed")
NOT_YOURS = Kind("NotYours", HTTPStatus.FORBIDDEN, "This is not yours to do")
NOT_FOUND = Kind("NotFound", HTTPStatus.NOT_FOUND, "There is nothing here")
WRONG_METHOD = Kind("WrongMethod", HTTPStatus.METHOD_NOT_ALLOWED, "Nothing here answers to this method")
CONFLICT = Kind("Conflict", HTTPStatus.CONFLICT, "The contact is not in a state for this")
NOBODY = Kind("Nobody", HTTPStatus.CONFLICT, "Nobody can be rung")
DOES_NOT_FIT = Kind("DoesNotFit", HTTPStatus.CONFLICT, "The roster is not in a state for this")
GAPS_OPEN = Kind("GapsOpen", HTTPStatus.CONFLICT, "Nobody would be on duty: confirm it to go on")
RULES_CHANGED = Kind(
    "RulesChanged", HTTPStatus.CONFLICT, "The line's settings have changed since they were looked at"
)
OUTDATED = Kind("Outdated", HTTPStatus.PRECONDITION_FAILED, "The plan has changed since it was looked at")
TOO_LARGE = Kind("TooLarge", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
NOT_JSON = Kind("NotJson", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON")
UNAVAILABLE = Kind("Unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer")
FAILED = Kind("Failed", HTTPStatus.INTERNAL_SERVER_ERROR, "This went wrong on our side")

KINDS = (
    INVALID, NO_TOKEN, NOT_YOURS, NOT_FOUND, WRONG_METHOD, CONFLICT, NOBODY, DOES_NOT_FIT,
    GAPS_OPEN, RULES_CHANGED, OUTDATED, TOO_LARGE, NOT_JSON, UNAVAILABLE, FAILED,
)  # fmt: skip


class ProblemError(Exception):
    """Ends the request with a problem document. ``errors``: one sentence for each thing that is wrong;
    ``more``: members of its own that the kind has."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def invalid(errors: Sequence[str]) -> ProblemError:
    """All that is wrong with a request, at once."""
    return ProblemError(INVALID, "; ".join(errors), errors=errors)


def no_such_contact() -> ProblemError:
    """Also for one that exists and is not theirs: the same answer, to the letter."""
    return ProblemError(NOT_FOUND, "There is no such contact, or it is not of your lines.")


def document(error: ProblemError) -> Response:
    kind = error.kind
    body: dict[str, object] = {
        "type": f"{DESCRIPTION}#/components/responses/{kind.name}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": error.detail,
    }
    if error.errors:
        body["errors"] = list(error.errors)
    body |= error.more
    answer = Response(json.dumps(body, ensure_ascii=False), kind.status, content_type=CONTENT_TYPE)
    answer.headers.extend(error.headers)
    return answer
