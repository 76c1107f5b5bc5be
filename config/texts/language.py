"""One language of the house: its voice, its words, and how it says numbers and hours."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from config.texts.keys import KEYS, placeholders_of, problem_with

DIRECTORY = Path(__file__).parent
FIRST = "da"
"""The language that the others are compared with, and that is spoken when another isn't known."""


class TextsError(Exception):
    """The shipped words are not fit to be spoken. ``problems``: all of them, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: ``language`` and ``voice`` as the carrier's ``<Say>`` names them."""

    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words for numbers and hours. ``clock``: 24, or 12 for "3 pm"."""

    days: tuple[str, ...]
    every_day: str
    working_days: str
    holidays: str
    day_range: str
    times: str
    times_from_midnight: str
    around_the_clock: str
    no_hours: str
    midnight: str
    and_: str
    plus: str
    clock: int


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    voice: Voice
    words: Mapping[str, str]
    spoken: Spoken


def known_languages(directory: Path = DIRECTORY) -> tuple[str, ...]:
    """Codes of the languages that have words, the first language first."""
    codes = sorted(path.stem for path in directory.glob("*.toml"))
    return tuple(sorted(codes, key=lambda code: code != FIRST))


@functools.cache
def languages(directory: Path = DIRECTORY) -> Mapping[str, Language]:
    """All shipped languages by code. Raises TextsError naming every text that is missing or can't be said."""
    tables = {
        code: tomllib.loads((directory / f"{code}.toml").read_text(encoding="utf-8"))
        for code in known_languages(directory)
    }
    problems = [problem for code in tables for problem in _problems(code, tables[code], tables[FIRST])]
    if problems:
        raise TextsError(problems)
    return {code: _language(code, table) for code, table in tables.items()}


def _problems(code: str, table: Mapping[str, Any], first: Mapping[str, Any]) -> list[str]:
    file = f"{code}.toml"
    words = table.get("words", {})
    problems = [f"{file}: {key} is missing" for key in KEYS if key not in words]
    problems += [f"{file}: {key} is no text that anything says" for key in words if key not in KEYS]
    for key in (key for key in KEYS if key in words):
        fault = problem_with(key, words[key])
        if fault is not None:
            problems.append(f"{file}: {key} {fault}")
        elif key in first["words"] and placeholders_of(words[key]) != placeholders_of(first["words"][key]):
            problems.append(f"{file}: {key} has other placeholders than {FIRST}.toml")
    for part, kind in (("voice", Voice), ("spoken", Spoken)):
        wanted = {field.name.rstrip("_") for field in fields(kind)}
        given = set(table.get(part, {}))
        problems += [f"{file}: [{part}] {key} is missing" for key in sorted(wanted - given)]
        problems += [f"{file}: [{part}] {key} is not known" for key in sorted(given - wanted)]
    return problems


def _language(code: str, table: Mapping[str, Any]) -> Language:
    spoken = {("and_" if key == "and" else key): value for key, value in table["spoken"].items()}
    return Language(
        code=code,
        voice=Voice(**table["voice"]),
        words=table["words"],
        spoken=Spoken(**(spoken | {"days": tuple(spoken["days"])})),
    )
