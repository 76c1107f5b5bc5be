"""What the page says, in each language that it speaks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("da", "en")
"""The page's own; where it has no words in a site's language, it speaks the first."""

_FOLDER = Path(__file__).parent / "words"

Words = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class PageWords:
    """``page``: what stands on it from the start. ``script``: what its script says later."""

    page: Words
    script: Words


@cache
def words_in(language: str) -> PageWords:
    """``language`` is one of LANGUAGES."""
    read = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return PageWords(read["page"], read["script"])
