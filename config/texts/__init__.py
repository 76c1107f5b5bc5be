"""Every word that the gateway says or sends, in each language; a line may have words of its own.

The shipped words are checked whole when they are loaded: a missing text stops the start, never a call.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.texts.keys import KEYS, PLACEHOLDERS, TextKey
from config.texts.language import FIRST, Language, TextsError, Voice, known_languages, languages
from config.texts.spoken import spoken_digits, spoken_hours, spoken_number

__all__ = [
    "KEYS",
    "TextKey",
    "Texts",
    "TextsError",
    "Voice",
    "known_languages",
    "spoken_digits",
    "spoken_hours",
    "spoken_number",
]

Overrides = Mapping[str, Mapping[str, Mapping[str, str]]]
"""A line's own words: line id, language, key."""


class Texts:
    """The words of a site. Immutable; made once at start by ``load``."""

    def __init__(self, shipped: Mapping[str, Language], overrides: Overrides) -> None:
        self._shipped = shipped
        self._overrides = overrides

    @classmethod
    def load(cls, overrides: Overrides | None = None) -> Texts:
        """The shipped words and a site's own: ``Line.texts`` by line id, as ``read_site`` has checked them.

        Raises TextsError when a shipped file is not complete.
        """
        return cls(languages(), overrides or {})

    def say(self, key: TextKey, language: str, *, line_id: str | None = None, **values: str) -> str:
        """The words for ``key``, the line's own where it has some; Danish where the language isn't known.

        ``values``: all that ``PLACEHOLDERS`` lists for the key, whether or not the words use them, so that it
        never depends on a line's own words whether a call fails. Raises TextsError otherwise.
        """
        if key not in PLACEHOLDERS or values.keys() != PLACEHOLDERS[key]:
            wanted = ", ".join(sorted(PLACEHOLDERS.get(key, ()))) or "nothing"
            raise TextsError([f"{key} takes {wanted}, was given {', '.join(sorted(values)) or 'nothing'}"])
        code = language if language in self._shipped else FIRST
        own = self._overrides.get(line_id or "", {}).get(code, {})
        words = own.get(key) or self._shipped[code].words[key]
        return words.format(**values)

    def voice(self, language: str) -> Voice:
        """Who says it, for the carrier's ``<Say>``."""
        return (self._shipped.get(language) or self._shipped[FIRST]).voice

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._shipped)
