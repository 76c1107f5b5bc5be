"""Query parameters: known names, each once, every problem said at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from gateway.api.problems import invalid

Value = TypeVar("Value")
Parse = Callable[[str], Any]
"""Raises ValueError whose words go after the parameter's name."""


def query(given: MultiDict[str, str], parameters: Mapping[str, Parse]) -> dict[str, Any]:
    """The parameters that were given, parsed; an empty one is one that is not given. Raises ProblemError."""
    errors = [
        f"{''.join(char for char in name[:40] if char.isprintable())}: is not known here; "
        f"known is {', '.join(parameters)}"
        for name in given
        if name not in parameters
    ]
    parsed: dict[str, Any] = {}
    for name, parse in parameters.items():
        values = [value for value in given.getlist(name) if value]
        if len(values) > 1:
            errors.append(f"{name}: is given {len(values)} times")
        elif values:
            try:
                parsed[name] = parse(values[0])
            except ValueError as error:
                errors.append(f"{name}: {error}")
    if errors:
        raise invalid(errors)
    return parsed


def whole_number(least: int, most: int) -> Parse:
    def parse(text: str) -> int:
        number = int(text) if len(text) <= 6 and text.isascii() and text.isdecimal() else -1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return parse


def some_of(words: tuple[str, ...]) -> Parse:
    def parse(text: str) -> tuple[str, ...]:
        asked = tuple(dict.fromkeys(text.split(",")))
        if not set(asked) <= set(words):
            raise ValueError(f"must be one or more of {', '.join(words)}, with commas between them")
        return asked

    return parse


def one_word(words: tuple[str, ...]) -> Parse:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return parse


def short_text(characters: int) -> Parse:
    def parse(text: str) -> str:
        if len(text) > characters or not text.isprintable():
            raise ValueError(f"must have at most {characters} characters, all of them printable")
        return text

    return parse
