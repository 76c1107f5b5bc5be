"""The carrier's REST API, as far as the gateway uses it. Everything else is refused and complained of."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.rest_calls import CallOperations
from gateway.carrier.virtual.rest_check import RestError, check, is_sid
from gateway.carrier.virtual.rest_conferences import ConferenceOperations
from gateway.carrier.virtual.rest_numbers import NumberOperations
from gateway.carrier.virtual.rest_shapes import error_json
from gateway.carrier.virtual.rest_table import OPERATIONS, PREFIX, Operation
from gateway.carrier.virtual.transports import FAULT_HEADER

Given = MultiDict[str, str]
Handler = Callable[..., Mapping[str, Any]]


def create_rest_app(exchange: Exchange) -> Flask:
    """The API as a WSGI application, at the carrier's own paths, behind basic authentication."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    handlers: dict[str, Handler] = {}
    for group in (CallOperations(exchange), ConferenceOperations(exchange), NumberOperations(exchange)):
        handlers |= group.handlers()
    for name, operation in OPERATIONS.items():
        rule = (PREFIX + operation.path).replace("{", "<").replace("}", ">")
        view = _view(exchange, name, operation, handlers[name])
        app.add_url_rule(rule, name, view, methods=[operation.method])

    @app.errorhandler(RestError)
    def refused(error: RestError) -> Response:
        if error.is_mistake:
            exchange.complain(None, f"REST {error.status} {error.code}: {error}")
        return _json(error_json(error.status, error.code, str(error)), error.status)

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        status = error.code or 500
        cause = getattr(error, "original_exception", None)
        why = "is not played" if cause is None else f"went wrong: {cause!r}"
        if cause is not None or request.path.startswith("/2010-04-01/"):
            exchange.complain(None, f"REST {status}: {request.method} {request.path} {why}")
        return _json(error_json(status, 20404 if status == 404 else 20004, str(error.description)), status)

    return app


def _view(exchange: Exchange, name: str, operation: Operation, handler: Handler) -> Callable[..., Response]:
    def view(AccountSid: str, **sids: str) -> Response:  # noqa: N803 - as in the API's paths
        _authenticate(exchange, AccountSid)
        given: Given = request.form if operation.method == "POST" else request.args
        if operation.method == "POST" and request.args:
            raise RestError(400, 20001, f"{name}: parameters belong in the form, not in the address")
        fault = exchange.faults.api(name, given, exchange.now())
        if fault is not None and not fault.is_done_first:
            return _faulty(exchange, fault.kind)
        with exchange.lock:
            for key, prefix in (operation.sids or {}).items():
                if not is_sid(sids[key], prefix):
                    raise RestError(404, 20404, f"{name}: not a {prefix} sid")
            check(name, given)
            answer = handler(given, **sids)
        if fault is not None:
            return _faulty(exchange, fault.kind)
        return _json(answer, operation.answers)

    return view


def _authenticate(exchange: Exchange, account_sid: str) -> None:
    given = request.authorization
    right = f"{exchange.account_sid}:{exchange.auth_token}"
    told = f"{given.username}:{given.password}" if given is not None and given.type == "basic" else ""
    if not hmac.compare_digest(right.encode(), told.encode()):
        raise RestError(401, 20003, "Authenticate", is_mistake=False)
    if account_sid != exchange.account_sid:
        raise RestError(404, 20404, "no such account")


def _faulty(exchange: Exchange, kind: int | str) -> Response:
    if kind == "timeout":
        exchange.faults.keep_waiting()
        answer = _json({}, 504)
        answer.headers[FAULT_HEADER] = "timeout"
        return answer
    if kind == "garbled":
        return Response("<html>bad gateway", 502, content_type="text/html")
    status = int(kind)
    code = {429: 20429, 400: 20001, 401: 20003, 404: 20404}.get(status, 20500)
    return _json(error_json(status, code, "a fault that was asked for"), status)


def _json(body: Mapping[str, Any], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response
