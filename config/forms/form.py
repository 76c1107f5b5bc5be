"""A registration form as values: questions in order, with their options and words in two languages."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What an answer is. ``ONE``: a word of the options; ``MANY``: a list of such words; ``TEXT``: free
    words, sealed and deleted with the conversation's content; ``CODE``: a few letters and digits, kept;
    ``NUMBER``: a whole number; ``TIME``: local wall-clock time, "2026-11-22T23:30"; ``MUNICIPALITY``: its
    four digits; ``CPR``: never an answer: it is given as a consent."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    TIME = "time"
    MUNICIPALITY = "municipality"
    CPR = "cpr"


class Function(enum.StrEnum):
    """What the offer did (evaluation, table 4-1)."""

    TELEPHONE = "telephone"
    IN_HOUSE = "in_house"
    OUTGOING = "outgoing"
    OVERNIGHT = "overnight"


UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Words:
    da: str
    en: str

    def of(self, language: str) -> str:
        """In English for ``en``, in Danish for any other language."""
        return self.en if language == "en" else self.da


@dataclass(frozen=True, slots=True)
class Option:
    """``bit``: its place in the mask that statistics count by, in lists of which several are chosen."""

    id: str
    label: Words
    help: Words | None = None
    bit: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked where the answer to ``question`` is one of ``values``."""

    question: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """``least`` and ``most`` bound a number, ``most`` the characters of a text or code."""

    id: str
    kind: Kind
    label: Words
    help: Words | None = None
    options: Mapping[str, Option] | None = None
    required: bool = False
    prefilled: bool = False
    least: int = 0
    most: int = 0
    shown_if: Condition | None = None

    def is_asked(self, answers: Mapping[str, object]) -> bool:
        if self.shown_if is None:
            return True
        given = answers.get(self.shown_if.question)
        chosen = set(given) if isinstance(given, list) else {given}
        return bool(chosen & self.shown_if.values)

    def mask(self, chosen: list[str]) -> int:
        """The bits of the chosen options."""
        options = self.options or {}
        return sum(1 << (options[word].bit or 0) for word in set(chosen))


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a form; once something is filled in with it, it never changes."""

    id: str
    version: int
    function: Function
    label: Words
    questions: Mapping[str, Question]
