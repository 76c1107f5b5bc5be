"""Reads the files of registration forms, and finds everything that is wrong with them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.forms.form import UNKNOWN, Condition, Form, Function, Kind, Option, Question, Words
from config.spelling import did_you_mean, quoted
from config.toml_lines import TomlLines, syntax_error

SHIPPED = Path(__file__).parent
MOST_BITS = 62
MOST_CHARACTERS = {Kind.TEXT: 1000, Kind.CODE: 40}
MOST_NUMBER = 100_000
WITH_OPTIONS = frozenset({Kind.ONE, Kind.MANY})
_NAME = re.compile(r"(?P<form>[a-z_]+)_v(?P<version>[1-9][0-9]{0,3})\.toml")
_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,47}")
_OPTION_KEYS = ("bit", "da", "en", "help_da", "help_en")
_FORM_KEYS = ("form", "version", "lists", "da", "en", "question")
_QUESTION_KEYS = (
    "id", "kind", "da", "en", "help_da", "help_en", "list",
    "required", "prefilled", "least", "most", "shown_if",
)  # fmt: skip

Lists = dict[str, dict[str, Option]]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """``line`` counts from 1 in ``file``."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}: line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """Nothing is usable where there are problems."""

    forms: Mapping[tuple[str, int], Form]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _File:
    """One file being read: its values, where they stand, and what was found so far in all files."""

    name: str
    values: dict[str, Any]
    lines: TomlLines
    problems: list[Problem] = field(default_factory=list)

    def problem(self, message: str, *path: str | int) -> None:
        self.problems.append(Problem(self.name, self.lines.of(*path) if path else 1, message))

    def keys(self, values: Mapping[str, Any], known: Sequence[str], *path: str | int) -> None:
        for key in values:
            if key not in known:
                advice = did_you_mean(key, known) or f"; known are {', '.join(known)}"
                self.problem(f"there is no {quoted(key)} here{advice}", *path, key)

    def words(self, values: Mapping[str, Any], prefix: str, *path: str | int) -> Words | None:
        """The Danish and English words; a problem is noted where one is missing or empty."""
        found = [values.get(prefix + language) for language in ("da", "en")]
        for language, text in zip(("da", "en"), found, strict=True):
            if not isinstance(text, str) or not text.strip():
                where = (prefix + language,) if prefix + language in values else ()
                self.problem(f"{prefix}{language} must say something in that language", *path, *where)
        da, en = (text if isinstance(text, str) else "" for text in found)
        return Words(da, en)

    def help(self, values: Mapping[str, Any], *path: str | int) -> Words | None:
        given = "help_da" in values or "help_en" in values
        return self.words(values, "help_", *path) if given else None


def read_forms(folder: Path) -> Checked:
    """Every form in the folder by id and version, with every problem of every file. Never raises for what
    the files hold; raises OSError where they can't be read."""
    problems: list[Problem] = []
    lists: dict[int, Lists] = {}
    forms: dict[tuple[str, int], Form] = {}
    files = [_open(path, problems) for path in sorted(folder.glob("*.toml"))]
    named = [(file, _NAME.fullmatch(file.name)) for file in files if file is not None]
    for file, name in named:
        if name is None:
            file.problem("a form's file is named like telephone_v1.toml, the lists' like lists_v1.toml")
        elif name["form"] == "lists":
            lists[int(name["version"])] = dict(_lists(file))
    _same_bits(
        lists, {int(name["version"]): file for file, name in named if name and name["form"] == "lists"}
    )
    for file, name in named:
        if name is not None and name["form"] != "lists":
            form = _form(file, name["form"], int(name["version"]), lists)
            if form is not None:
                forms[form.id, form.version] = form
    for file, _ in named:
        problems += file.problems
    for function in Function:
        if not any(function == form.function for form in forms.values()) and not problems:
            problems.append(Problem(f"{function}_v1.toml", 1, f"there is no form for {function}"))
    return Checked({} if problems else forms, tuple(sorted(set(problems))))


def _open(path: Path, problems: list[Problem]) -> _File | None:
    try:
        text = path.read_text("utf-8").replace("\r\n", "\n")
        return _File(path.name, tomllib.loads(text), TomlLines(text))
    except UnicodeDecodeError:
        problems.append(Problem(path.name, 1, "this is not UTF-8"))
    except (ValueError, RecursionError) as error:
        line, words = syntax_error(error, text)
        problems.append(Problem(path.name, line, f"this is not TOML: {words}"))
    return None


def _lists(file: _File) -> Iterator[tuple[str, dict[str, Option]]]:
    for name, values in file.values.items():
        if not isinstance(values, dict) or not values:
            file.problem(f"{quoted(name)} must be a table of options", name)
            continue
        options = {word: _option(file, name, word, given) for word, given in values.items()}
        with_bits = [option for option in options.values() if option.bit is not None]
        if with_bits and len(with_bits) != len(options):
            file.problem(f"{quoted(name)}: give every option a bit, or none", name)
        seen: dict[int | None, str] = {}
        for option in with_bits:
            if option.bit in seen:
                file.problem(f"bit {option.bit} is {quoted(seen[option.bit])}'s", name, option.id, "bit")
            seen[option.bit] = option.id
        yield name, options


def _option(file: _File, name: str, word: str, given: object) -> Option:
    values = given if isinstance(given, dict) else {}
    if not isinstance(given, dict):
        file.problem(f"{quoted(word)} must be a table, as in {{ da = ..., en = ... }}", name, word)
    if not _ID.fullmatch(word):
        file.problem(f"{quoted(word)} must have small letters, digits and _", name, word)
    file.keys(values, _OPTION_KEYS, name, word)
    bit = values.get("bit")
    if bit is not None and (type(bit) is not int or not 0 <= bit <= MOST_BITS):
        file.problem(f"bit must be a whole number from 0 to {MOST_BITS}", name, word, "bit")
        bit = None
    label = file.words(values, "", name, word) or Words("", "")
    return Option(word, label, file.help(values, name, word), bit)


def _same_bits(lists: Mapping[int, Lists], files: Mapping[int, _File]) -> None:
    """Statistics count over all versions: a bit means the same in each."""
    meant: dict[tuple[str, int], tuple[str, int]] = {}
    for version in sorted(lists):
        for name, options in lists[version].items():
            for option in options.values():
                if option.bit is None:
                    continue
                first, earlier = meant.setdefault((name, option.bit), (option.id, version))
                if first != option.id and earlier < version:
                    words = f"bit {option.bit} of {quoted(name)} means {quoted(first)} in an earlier version"
                    files[version].problem(words, name, option.id, "bit")


def _form(file: _File, form: str, version: int, lists: Mapping[int, Lists]) -> Form | None:
    file.keys(file.values, _FORM_KEYS)
    for key, wanted in (("form", form), ("version", version)):
        if file.values.get(key) != wanted:
            file.problem(f"{key} must be {wanted}, as the file's name says", *_where(file.values, key))
    if form not in tuple(Function):
        file.problem(f"{quoted(form)} is no function; known are {', '.join(Function)}", "form")
        return None
    options = lists.get(file.values.get("lists", 0))
    if options is None:
        file.problem("lists must be the number of a lists file", *_where(file.values, "lists"))
        return None
    asked = file.values.get("question", [])
    if not isinstance(asked, list) or not asked:
        file.problem("write [[question]] once for each question", *_where(file.values, "question"))
        return None
    questions: dict[str, Question] = {}
    for position, values in enumerate(asked):
        question = _question(file, position, values, options, questions)
        if question.id in questions:
            file.problem(f"{quoted(question.id)} is asked twice", "question", position, "id")
        questions[question.id] = question
    return Form(form, version, Function(form), file.words(file.values, "") or Words("", ""), questions)


def _question(
    file: _File, position: int, values: dict[str, Any], lists: Lists, before: Mapping[str, Question]
) -> Question:
    here = ("question", position)
    file.keys(values, _QUESTION_KEYS, *here)
    name = values.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        file.problem("id must have small letters, digits and _", *here)
        name = f"question_{position}"
    given = values.get("kind")
    if given not in tuple(Kind):
        file.problem(f"kind must be one of {', '.join(Kind)}", *here, *_where(values, "kind"))
        given = Kind.TIME  # which takes nothing that could be wrong, too
    kind = Kind(given)
    options = _options(file, values, kind, name, lists, here)
    for key in ("required", "prefilled"):
        if not isinstance(values.get(key, False), bool):
            file.problem(f"{key} must be true or false", *here, key)
    least, most = _bounds(file, values, kind, here)
    return Question(
        id=name,
        kind=kind,
        label=file.words(values, "", *here) or Words("", ""),
        help=file.help(values, *here),
        options=options,
        required=bool(values.get("required", False)),
        prefilled=bool(values.get("prefilled", False)),
        least=least,
        most=most,
        shown_if=_condition(file, values, before, here),
    )


def _options(
    file: _File, values: dict[str, Any], kind: Kind, name: str, lists: Lists, here: tuple[str | int, ...]
) -> Mapping[str, Option] | None:
    if kind not in WITH_OPTIONS:
        if "list" in values:
            file.problem(f"a question of kind {kind} has no list", *here, "list")
        return None
    wanted = values.get("list", name)
    options = lists.get(wanted) if isinstance(wanted, str) else None
    if options is None:
        file.problem(f"there is no list {quoted(str(wanted))}{did_you_mean(str(wanted), lists)}", *here)
        return {}
    if kind is Kind.MANY and any(option.bit is None for option in options.values()):
        file.problem(f"the list {quoted(wanted)} has no bits, which a question of kind many needs", *here)
    if kind is Kind.ONE and values.get("required") and name != "channel" and not _may_be_unknown(options):
        file.problem(f"the list {quoted(wanted)} must have {quoted(UNKNOWN)}: nobody is made to guess", *here)
    return options


def _may_be_unknown(options: Mapping[str, Option]) -> bool:
    return UNKNOWN in options


def _bounds(file: _File, values: dict[str, Any], kind: Kind, here: tuple[str | int, ...]) -> tuple[int, int]:
    limit = MOST_CHARACTERS.get(kind, MOST_NUMBER if kind is Kind.NUMBER else 0)
    if not limit:
        for key in ("least", "most"):
            if key in values and values.get("kind") in tuple(Kind):
                file.problem(f"a question of kind {kind} has no {key}", *here, key)
        return 0, 0
    least, most = values.get("least", 0), values.get("most")
    if type(most) is not int or not 1 <= most <= limit:
        file.problem(f"most must be a whole number from 1 to {limit}", *here, *_where(values, "most"))
        most = limit
    if type(least) is not int or not 0 <= least <= most:
        file.problem(f"least must be a whole number from 0 to {most}", *here, "least")
        least = 0
    return least, most


def _condition(
    file: _File, values: dict[str, Any], before: Mapping[str, Question], here: tuple[str | int, ...]
) -> Condition | None:
    if "shown_if" not in values:
        return None
    given = values["shown_if"]
    if not isinstance(given, dict) or set(given) != {"question", "is"} or not isinstance(given["is"], list):
        file.problem('write shown_if = { question = "who", is = ["other"] }', *here, "shown_if")
        return None
    asked = before.get(given["question"]) if isinstance(given["question"], str) else None
    if asked is None or asked.options is None:
        file.problem("shown_if names no question with options above this one", *here, "shown_if")
        return None
    for word in given["is"]:
        if word not in asked.options:
            advice = did_you_mean(str(word), asked.options)
            file.problem(f"{quoted(str(word))} is no answer to {quoted(asked.id)}{advice}", *here, "shown_if")
    return Condition(asked.id, frozenset(map(str, given["is"])))


def _where(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return (key,) if key in values else ()
