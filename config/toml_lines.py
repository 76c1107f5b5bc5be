"""The line on which each key, table and list item of a TOML text stands.

``tomllib`` gives values without their place, and a message about a site file is of little use without it.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Sequence

Path = tuple[str | int, ...]
"""Keys and, inside lists and arrays of tables, positions from 0: ``("line", 0, "hours", "voice", 1)``."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_KEY = re.compile(r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^"'=\[\]\n#])+""")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_ERROR_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class TomlLines:
    """Reads a text that ``tomllib`` has accepted; for any other text what it answers is a guess."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._lines: dict[Path, int] = {}
        self._tables_so_far: dict[Path, int] = {}
        self._scan()

    def of(self, *path: str | int) -> int:
        """Line (from 1) of the key, table or item; of what holds it where it isn't written itself."""
        for length in range(len(path), 0, -1):
            line = self._lines.get(path[:length])
            if line is not None:
                return line
        return 1

    def _scan(self) -> None:
        base: Path = ()
        at = self._skip_blank(0)
        while at < len(self._text):
            if self._text[at] == "[":
                base, at = self._header(at)
            else:
                at = self._pair(at, base)
            at = self._skip_blank(at)

    def _header(self, at: int) -> tuple[Path, int]:
        many = self._text.startswith("[[", at)
        key, end = self._key(at + (2 if many else 1))
        path = self._place((), key[:-1] if many else key)
        if many:
            path = (*path, key[-1])
            position = self._tables_so_far.get(path, 0)
            self._tables_so_far[path] = position + 1
            path = (*path, position)
        for length in range(1, len(path) + 1):
            self._note(path[:length], at)  # [line.texts.da] makes line.texts too
        return path, end + (2 if many else 1)

    def _place(self, base: Path, key: Sequence[str]) -> Path:
        """The path a header means: below an array of tables, that is its latest table."""
        path = base
        for part in key:
            path = (*path, part)
            if path in self._tables_so_far:
                path = (*path, self._tables_so_far[path] - 1)
        return path

    def _pair(self, at: int, base: Path) -> int:
        key, end = self._key(at)
        path = base
        for part in key:
            path = (*path, part)
            self._note(path, at)
        return self._value(self._skip_blank(end + 1), path)  # past the equals sign

    def _key(self, at: int) -> tuple[list[str], int]:
        found = _KEY.match(self._text, at)
        if found is None:
            return ["?"], max(at + 1, self._text.find("\n", at))
        # tomllib itself undoes quotes, escapes and dots.
        here: object = tomllib.loads(f"{found[0].strip()} = 0")
        parts: list[str] = []
        while isinstance(here, dict):
            part, here = next(iter(here.items()))
            parts.append(part)
        return parts, found.end()

    def _value(self, at: int, path: Path) -> int:
        """Note what stands inside the value; returns the place after it."""
        opening = self._text[at : at + 1]
        if opening == "[":
            return self._list(at, path)
        if opening == "{":
            return self._inline_table(at, path)
        found = (_STRING if opening in ("'", '"') else _SCALAR).match(self._text, at)
        return found.end() if found else at + 1

    def _list(self, at: int, path: Path) -> int:
        position = 0
        at = self._skip_blank(at + 1)
        while at < len(self._text) and self._text[at] != "]":
            if self._text[at] == ",":
                at += 1
            else:
                self._note((*path, position), at)
                at = self._value(at, (*path, position))
                position += 1
            at = self._skip_blank(at)
        return at + 1

    def _inline_table(self, at: int, path: Path) -> int:
        at = self._skip_blank(at + 1)
        while at < len(self._text) and self._text[at] != "}":
            at = at + 1 if self._text[at] == "," else self._pair(at, path)
            at = self._skip_blank(at)
        return at + 1

    def _skip_blank(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at

    def _note(self, path: Path, at: int) -> None:
        self._lines.setdefault(path, bisect.bisect_right(self._starts, at))


def syntax_error(error: Exception, text: str) -> tuple[int, str]:
    """Line and words of what ``tomllib`` could not read; an error at the end stands on the last line."""
    message = str(error)
    found = _ERROR_LINE.search(message)
    line = int(found[1]) if found and found[1] else max(1, len(text.splitlines()))
    return line, _ERROR_LINE.sub("", message)
