"""What a check found, in one line that says what to do."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.StrEnum):
    OK = "ok"
    WARN = "warn"  # tonight goes on, but somebody should look at it
    FAIL = "fail"  # tonight something would fail


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` was looked at; ``words``: how it is. ``do``: what mends it, where something is wrong."""

    level: Level
    what: str
    words: str
    do: str = ""

    def __str__(self) -> str:
        told = f"{self.level:<5} {self.what}: {self.words}"
        return f"{told}; {self.do}" if self.do else told


def ok(what: str, words: str) -> Finding:
    return Finding(Level.OK, what, words)


def warn(what: str, words: str, do: str) -> Finding:
    return Finding(Level.WARN, what, words, do)


def fail(what: str, words: str, do: str) -> Finding:
    return Finding(Level.FAIL, what, words, do)
