"""The words of the pages. Templates and code write the Danish; ``english/*.toml`` says what it is in English.

A text is looked up by its Danish words, so that whoever reads a template reads what people see. A test finds
every text in templates and code and fails on one that has no English, and on English that nobody uses.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

DANISH, ENGLISH = "da", "en"
LANGUAGES = (DANISH, ENGLISH)
DIRECTORY = Path(__file__).parent / "english"


@functools.cache
def english() -> Mapping[str, str]:
    """English by Danish, of every file."""
    found: dict[str, str] = {}
    for path in sorted(DIRECTORY.glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def words(danish: str, language: str, **values: object) -> str:
    """The text in a language; ``values`` fill its ``{placeholders}``. Danish where there is no English."""
    text = english().get(danish, danish) if language == ENGLISH else danish
    return text.format(**values) if values else text
