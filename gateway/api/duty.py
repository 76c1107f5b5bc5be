"""Who answers, over HTTP; and a worker's own away."""

from __future__ import annotations

from flask import Response, jsonify, request

from config import logs
from config.site import Channel, Site
from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, json_object
from gateway.api.problems import NOT_FOUND, ProblemError, invalid
from gateway.api.queries import query, short_text, some_of
from gateway.rosters.who_answers import Inquiry, InquiryError, about_line, about_phone, answer, parse_at
from gateway.store import contacts as store

TEXT_CHARACTERS = 64

log = logs.get("api")


@blueprint.get("/who-answers")
@protected_by(BEARER)
def who_answers() -> Response:
    """The plan for an instant, with its reasons, as ``akutlinjen who-answers --json`` prints it."""
    text = short_text(TEXT_CHARACTERS)
    asked = query(
        request.args,
        {"line": text, "phone": text, "postcode": text, "channel": some_of(tuple(Channel)), "at": text},
    )
    site, roster = gateway().book.current()
    channels = asked.get("channel", (Channel.VOICE,))
    errors = []
    if ("line" in asked) == ("phone" in asked):
        errors.append("give either line or phone")
    if "postcode" in asked and "phone" not in asked:
        errors.append("postcode: goes with phone")
    if len(channels) > 1:
        errors.append("channel: must be one of voice, sms, chat")
    if errors:
        raise invalid(errors)
    try:
        at = parse_at(with_plus(asked["at"]), site.zone) if "at" in asked else gateway().now()
        inquiry = _inquiry(site, asked.get("line"), asked.get("phone"), asked.get("postcode"))
    except InquiryError as error:
        raise invalid([str(error)]) from error
    busy: dict[str, str] = {}
    if "at" not in asked:  # who is busy is only known of now
        with gateway().store.read() as connection:
            busy = store.unavailable(connection)
    return jsonify(answer(site, roster, inquiry, Channel(channels[0]), at, busy).as_json())


@blueprint.put("/away")
@protected_by(BEARER)
def set_away() -> Response:
    """Not to be rung, on any line, until they say otherwise; or forget it (``forgotten_away``). A phone that
    rings already rings on.
    """
    on = json_object(request, {"on": a_bool})["on"]
    now = gateway().now()
    with gateway().store.write() as connection:
        store.set_away(connection, reach().worker, now if on else None)
    log.event("away_set", worker=reach().worker, state="on" if on else "off")
    return jsonify({"worker": reach().worker, "on": on})


def _inquiry(site: Site, line: str | None, phone: str | None, postcode: str | None) -> Inquiry:
    """Raises ProblemError alike for a line that is not theirs and for one that does not exist."""
    nothing = ProblemError(NOT_FOUND, "There is no such line, or it is not one of yours.")
    if line is not None:
        if not access.knows(reach(), line):
            raise nothing
        return about_line(site, line)
    try:
        inquiry = about_phone(site, phone or "", postcode)
    except InquiryError:
        raise nothing from None
    if not access.knows(reach(), inquiry.line):
        raise nothing
    return inquiry


def with_plus(at: str) -> str:
    """In an address a + means a space; whoever writes an offset as it is means a +."""
    return at.replace(" ", "+") if "T" in at else at
