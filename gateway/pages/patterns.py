"""Sentences that the engine says in English, known by their pattern, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FIELD = re.compile(r"\{(\w+)\}")
# Anything else is as short as the rest of the sentence lets it be.
_SHAPES = {"at": r"\d{4}-\d\d-\d\d \d\d:\d\d"}


class Patterns:
    """``danish`` by English, both with the same ``{fields}``; longer ones stand before shorter."""

    def __init__(self, danish: Mapping[str, str]) -> None:
        self._known = [(re.compile(_shape(english), re.DOTALL), said) for english, said in danish.items()]

    def find(self, english: str) -> tuple[str, dict[str, str]] | None:
        """The Danish pattern and the fields' values; None for a sentence that is not known."""
        for pattern, danish in self._known:
            found = pattern.fullmatch(english)
            if found is not None:
                return danish, found.groupdict()
        return None


def _shape(english: str) -> str:
    parts = _FIELD.split(english)
    return "".join(
        f"(?P<{part}>{_SHAPES.get(part, '.+?')})" if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    )
