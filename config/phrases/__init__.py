"""Sentences that workers put into messages with one touch: the house's, and a line's own before them."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).parent / "phrases.toml"
FIRST = "da"

Own = Mapping[str, tuple[str, ...]]
"""A line's own, by language."""


@functools.cache
def shipped() -> tuple[Mapping[str, str], ...]:
    """Each sentence, by language."""
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["phrase"])


def phrases(language: str, own: Own) -> tuple[str, ...]:
    """What a worker of the line chooses from, in the citizen's language; Danish where that is not known."""
    code = language if all(language in each for each in shipped()) else FIRST
    return (*own.get(code, ()), *(each[code] for each in shipped()))
