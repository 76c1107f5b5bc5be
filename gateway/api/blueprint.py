"""The API's place in the application, and the one place where its errors become answers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from werkzeug.exceptions import HTTPException

from config import logs
from gateway.accounts.bearer import NotSignedInError
from gateway.accounts.protection import public
from gateway.api import problems
from gateway.api.description import description
from gateway.api.problems import ProblemError, document
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway

PREFIX = "/api/v1"

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
log = logs.get("api")

_BY_STATUS = {int(kind.status): kind for kind in problems.KINDS if kind is not problems.NOBODY}


def gateway() -> Gateway:
    found: Gateway = current_app.extensions["gateway"]
    return found


@blueprint.get("/openapi.json")
@public("it says what may be asked, and nothing of anybody")
def describe() -> Response:
    return jsonify(description())


@blueprint.errorhandler(ProblemError)
def a_problem(error: ProblemError) -> Response:
    return document(error)


@blueprint.errorhandler(NotSignedInError)
def not_signed_in(_error: NotSignedInError) -> Response:
    return document(
        ProblemError(
            problems.NO_TOKEN,
            "Send a token that `akutlinjen staff token` gave, as `Authorization: Bearer TOKEN`.",
            headers={"WWW-Authenticate": 'Bearer realm="akutlinjen"'},
        )
    )


@blueprint.errorhandler(StoreUnavailableError)
def store_unavailable(_error: StoreUnavailableError) -> Response:
    log.event("store_unavailable", where="api")
    return document(
        ProblemError(
            problems.UNAVAILABLE, "Calls are answered all the same; ask again.", headers={"Retry-After": "5"}
        )
    )


@blueprint.errorhandler(Exception)
def our_fault(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return http_problem(error)
    log.error("api_failed", error)
    return document(ProblemError(problems.FAILED, "It is in the log. Ask again, or tell whoever runs this."))


def http_problem(error: HTTPException) -> Response:
    """Flask's own errors; the application asks too, for addresses under the prefix that no route has."""
    kind = _BY_STATUS.get(error.code or 500, problems.INVALID)
    answer = document(ProblemError(kind, f"What may be asked stands in {problems.DESCRIPTION}."))
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer
