"""The page of phones: a citizen's and the workers', to be held by whoever looks at the demo."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from flask import Blueprint, Response, jsonify, render_template, request

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.directory import CITIZENS_NUMBER, Directory
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.phones_view import state_json

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
DECISIONS_SECONDS = 3.0
LONGEST_TEXT = 1600
T = TypeVar("T")


class BadRequestError(Exception):
    """What the page asked cannot be done; the words are for the one at the page."""


def create_phones(
    exchange: Exchange,
    directory: Directory,
    decisions_url: str | None = None,
    chat_page: str | None = None,
) -> Blueprint:
    """The page at ``/phones/`` and its API.

    ``decisions_url``: what the gateway decided, as JSON. ``chat_page``: the citizens' chat, shown in a frame.
    """
    framed = "/".join(chat_page.split("/")[:3]) if chat_page else "'none'"
    phones = Blueprint(
        "phones",
        __name__,
        url_prefix="/phones",
        static_folder="static",
        static_url_path="/static",
        template_folder="templates",
    )

    @phones.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src {framed}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if "/api/" in request.path:
            response.headers["Cache-Control"] = "no-store"
        return response

    @phones.errorhandler(BadRequestError)
    def refused(error: BadRequestError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    @phones.get("/")
    def page() -> str:
        return render_template(
            "phones.html",
            lines=directory.lines,
            citizens_number=CITIZENS_NUMBER,
            zone=directory.zone,
            has_decisions=decisions_url is not None,
            chat_page=chat_page,
        )

    @phones.get("/api/state")
    def state() -> Response:
        if request.args.get("after") == str(exchange.version):
            return Response(status=204)
        with exchange.lock:
            shown = state_json(exchange, directory, request.args.get("citizen"), request.args.get("call"))
        return jsonify(shown)

    @phones.get("/api/decisions")
    def decisions() -> Response:
        if decisions_url is None:
            return jsonify([])
        try:
            answer = requests.get(decisions_url, timeout=DECISIONS_SECONDS)
            answer.raise_for_status()
            return jsonify(answer.json())
        except (requests.RequestException, ValueError):
            return Response(status=503)

    _add_actions(phones, exchange)
    return phones


def _add_actions(phones: Blueprint, exchange: Exchange) -> None:
    """What the people at the page do. JSON only, so that no other page's form can do it for them."""

    @phones.post("/api/call")
    def call() -> Response:
        asked = _asked()
        from_, to = _number(asked, "from"), _number(asked, "to")
        phone = exchange.phone(from_)
        if phone.is_in_use:
            raise BadRequestError("Telefonen er i brug. / The phone is in use.")
        shown_as = exchange.habits.withheld_as if asked.get("withheld") is True else None
        made = _if_known(lambda: exchange.call(from_, to, shown_as=shown_as))
        return jsonify(sid=made.sid)

    @phones.post("/api/text")
    def text() -> Response:
        asked = _asked()
        body = asked.get("body")
        if not isinstance(body, str) or not 0 < len(body.strip()) <= LONGEST_TEXT:
            raise BadRequestError("Skriv en besked først. / Write a message first.")
        from_, to = _number(asked, "from"), _number(asked, "to")
        message = _if_known(lambda: exchange.text(from_, to, body))
        return jsonify(sid=message.sid)

    @phones.post("/api/calls/<sid>/<any('pick-up','hang-up',press):what>")
    def act(sid: str, what: str) -> Response:
        leg = exchange.calls.get(sid)
        if leg is None:
            raise BadRequestError("Samtalen findes ikke. / There is no such call.")
        _act(leg, what, _asked())
        return Response(status=204)


def _act(leg: Call, what: str, asked: dict[str, Any]) -> None:
    if what == "pick-up":
        leg.pick_up()
    elif what == "hang-up":
        leg.hang_up()
    else:
        keys = asked.get("keys")
        if not isinstance(keys, str) or re.fullmatch(r"[0-9*#]{1,32}", keys) is None:
            raise BadRequestError("Kun 0-9, * og #. / Only 0-9, * and #.")
        leg.press(keys)


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True) if request.is_json else None
    if not isinstance(asked, dict):
        raise BadRequestError("JSON, please.")
    return asked


def _number(asked: dict[str, Any], name: str) -> str:
    number = re.sub(r"[\s-]", "", str(asked.get(name, "")))
    if re.fullmatch(r"\d{8}", number):
        number = f"+45{number}"
    if re.fullmatch(r"\+[1-9]\d{4,14}", number) is None:
        raise BadRequestError("Skriv et telefonnummer. / Write a telephone number.")
    return number


def _if_known(act: Callable[[], T]) -> T:
    try:
        return act()
    except LookupError as error:
        raise BadRequestError("Nummeret findes ikke. / There is no such number.") from error
