"""Bodies of requests: JSON objects of known fields and small size, every problem said at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.api.problems import INVALID, NOT_JSON, TOO_LARGE, ProblemError, invalid

MOST_BYTES = 16 * 1024

Check = Callable[[object], str | None]
"""What is wrong with a value, in words that go after the field's name; None when nothing is."""


def json_object(
    request: Request, fields: Mapping[str, Check], optional: Mapping[str, Check] | None = None
) -> dict[str, Any]:
    """The body, which has these fields, perhaps some of ``optional``, and no other. Raises ProblemError.

    Where it has to have none, no body is as good as an empty object.
    """
    raw = _bytes(request)
    if not raw and not fields:
        return {}
    if request.mimetype != "application/json":
        raise ProblemError(NOT_JSON, "Send the body as application/json.")
    value = _parsed(raw)
    if not isinstance(value, dict):
        raise ProblemError(INVALID, f"The body must be a JSON object, not {_kind(value)}.")
    errors = [f"{name}: is not set" for name in fields if name not in value]
    checks = {**fields, **(optional or {})}
    known = ", ".join(checks)
    errors += [f"{_short(name)}: is not known here; known is {known}" for name in value if name not in checks]
    for name, check in checks.items():
        words = check(value[name]) if name in value else None
        if words is not None:
            errors.append(f"{name}: {words}")
    if errors:
        raise invalid(errors)
    return value


def a_bool(value: object) -> str | None:
    return None if isinstance(value, bool) else f"must be true or false, not {_kind(value)}"


def a_text(value: object) -> str | None:
    """Of any length and with any characters: whoever takes it cleans and measures it."""
    return None if isinstance(value, str) else f"must be a text, not {_kind(value)}"


def text_up_to(characters: int) -> Check:
    def check(value: object) -> str | None:
        if not isinstance(value, str):
            return f"must be a text, not {_kind(value)}"
        if not value or len(value) > characters or not value.isprintable():
            return f"must have 1 to {characters} characters, all of them printable"
        return None

    return check


def a_number(least: int, most: int) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return None
        return f"must be a whole number from {least} to {most}"

    return check


def or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def one_of(words: tuple[str, ...]) -> Check:
    def check(value: object) -> str | None:
        return None if isinstance(value, str) and value in words else f"must be one of {', '.join(words)}"

    return check


def _bytes(request: Request) -> bytes:
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise ProblemError(TOO_LARGE, f"A body here has at most {MOST_BYTES} bytes.") from None


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ProblemError(INVALID, "The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise ProblemError(
            INVALID, f"The body is no JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from None
    except (ValueError, RecursionError):
        raise ProblemError(INVALID, "The body is no JSON.") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and the infinities, which JSON does not have


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _short(name: str) -> str:
    return "".join(char for char in name[:40] if char.isprintable())
