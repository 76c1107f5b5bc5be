"""One table of a site file: gives its values with the right types, and notes what is wrong, with the line.

A value that can't be used is noted once and stands as an empty one of its type, so that reading goes on and
every other problem of the file is found in the same pass. Nothing of a file with a problem is ever loaded.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config import phone_numbers
from config.spelling import ascii_id, did_you_mean, quoted
from config.toml_lines import TomlLines

NAME_CHARACTERS = 80
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (float, "a number with decimals"),
    (list, "a list"),
    (dict, "a table"),
    (datetime.date, "a date"),
    (datetime.time, "a time"),
)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """``line`` counts from 1; ``message`` says what is wrong and what to write instead."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Page:
    """The file being read: where everything stands, and what has been found so far."""

    lines: TomlLines
    problems: list[Problem] = field(default_factory=list)


class Table:
    """``path`` leads to the table, ``title`` names it in messages, ``keys`` are all that it may hold."""

    def __init__(
        self, page: Page, path: tuple[str | int, ...], values: object, title: str, keys: Sequence[str]
    ) -> None:
        self._page = page
        self._path = path
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self.title = title
        if not isinstance(values, dict):
            self.problem(f"is {kind_of(values)}; write a table, as in [{_dotted(path)}]")
        self._keys = keys

    def check_keys(self, elsewhere: Mapping[str, str] | None = None) -> None:
        """Note every key that the table may not hold. ``elsewhere``: keys with advice where they belong."""
        for key in self._values:
            if key not in self._keys:
                advice = (elsewhere or {}).get(key) or did_you_mean(key, self._keys)
                self.problem(f"has no {quoted(key)}{advice or '; known are ' + ', '.join(self._keys)}", key)

    def problem(self, words: str, *below: str | int) -> None:
        """Note what is wrong with the table, or with what stands ``below`` it."""
        self._page.problems.append(
            Problem(self._page.lines.of(*self._path, *below), f"{self.title}: {words}")
        )

    def line(self, *below: str | int) -> int:
        return self._page.lines.of(*self._path, *below)

    def has(self, key: str) -> bool:
        return key in self._values

    def is_empty(self, key: str) -> bool:
        return self._values.get(key) in (None, [])

    def listed(self, key: str) -> tuple[str, ...]:
        """What ``texts`` gives, with nothing noted a second time."""
        items = self._values.get(key)
        return (
            tuple(item if isinstance(item, str) else "" for item in items) if isinstance(items, list) else ()
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def table(self, key: str, keys: Sequence[str]) -> Table:
        """The table below ``key``; an empty one where there is none."""
        title = f"{self.title}, {key}"
        return Table(self._page, (*self._path, key), self._values.get(key, {}), title, keys)

    def text(self, key: str, *, required: bool = True) -> str:
        """A text that isn't empty; "" where there is none."""
        value = self._value(key, str, required=required)
        if value is None:
            return ""
        if not value.strip():
            self.problem(f"{key} is empty", key)
        return str(value)

    def name(self, key: str = "name") -> str:
        """A text that is shown and spoken: one line, not too long."""
        name = self.text(key)
        if name != name.strip() or any(unicodedata.category(character) == "Cc" for character in name):
            self.problem(f"{key} has spaces around it or a line break in it; take them out", key)
        if len(name) > NAME_CHARACTERS:
            self.problem(f"{key} has {len(name)} characters; use {NAME_CHARACTERS} at most", key)
        return name

    def id(self, key: str = "id") -> str:
        """A short name in ASCII: it stands in addresses, in rosters and in the carrier's conference names."""
        text = self.text(key)
        if text and not _ID.fullmatch(text):
            better = ascii_id(text)
            advice = f'; write "{better}"' if better else ""
            self.problem(f"{key} {quoted(text)} may hold letters a-z, digits, - and _ only{advice}", key)
        return text

    def phone(self, key: str, *, required: bool = True) -> str | None:
        """A telephone number in E.164; None where there is none."""
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            number = phone_numbers.e164(str(value)) or "+4576160001"
            self.problem(f'{key} is a number without quotation marks; write "{number}"', key)
            return None
        text = self.text(key, required=required)
        if not text.strip():
            return None
        problem = phone_numbers.problem_with(text)
        if problem:
            self.problem(f"{key} {problem}", key)
        return phone_numbers.e164(text)

    def seconds(self, key: str, low: int, high: int, default: int) -> int:
        value = self._value(key, int, required=False)
        if value is None:
            return default
        if not low <= value <= high:
            self.problem(f"{key} is {value}; write {low} to {high} seconds", key)
        return int(value)

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        value = self._value(key, int, required=False)
        if value is None:
            return default
        if not low <= value <= high:
            self.problem(f"{key} is {value}; write a whole number from {low} to {high}", key)
        return int(value)

    def texts(self, key: str, *, required: bool = False, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts, none twice. Positions are kept: an item of another type stands as ""."""
        given = self._values.get(key)
        if isinstance(given, str):
            self.problem(f'{key} is a list; write ["{given}"]', key)
            return default
        items = self._value(key, list, required=required)
        if items is None:
            return default
        for position, item in enumerate(items):
            if not isinstance(item, str):
                self.problem(f"{key} holds {kind_of(item)}; write it in quotation marks", key, position)
            elif item in items[:position]:
                self.problem(f"{key} holds {quoted(item)} twice; take one out", key, position)
        return tuple(item if isinstance(item, str) else "" for item in items)

    def known(self, key: str, items: Sequence[str], known: Iterable[str], what: str) -> None:
        """Note every item of the list at ``key`` that isn't among ``known``, which are ``what``."""
        for position, item in enumerate(items):
            if item:
                self.known_one(key, item, known, what, position)

    def known_one(self, key: str, text: str, known: Iterable[str], what: str, *position: int) -> None:
        candidates = list(known)
        if text not in candidates:
            advice = did_you_mean(text, candidates) or f"; known are {', '.join(candidates) or 'none'}"
            self.problem(f"{key} names {quoted(text)}, which is no {what}{advice}", key, *position)

    def _value(self, key: str, kind: type, *, required: bool) -> Any:
        value = self._values.get(key)
        if key not in self._values:
            told_as_unknown = did_you_mean(key, self._values.keys() - self._keys)
            if required and not told_as_unknown:
                self.problem(f"{key} is missing")
            return None
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            wanted = next(words for known, words in _KINDS if known is kind)
            self.problem(f"{key} is {kind_of(value)}; write {wanted}", key)
            return None
        return value


def kind_of(value: object) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "something else")


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(part for part in path if isinstance(part, str))
