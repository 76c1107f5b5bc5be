"""The site file: read and checked whole. The contract's section "Site file" is its grammar.

A file with one problem loads nothing at all, and all its problems are told at once, each with its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from config import site_advice, site_references, site_tables
from config.site import Site
from config.site_references import Draft
from config.site_table import Page, Problem, Table, kind_of
from config.spelling import did_you_mean, quoted
from config.toml_lines import TomlLines, syntax_error

__all__ = ["SHIPPED", "CheckedSite", "Problem", "SiteFileError", "check_site", "read_site"]

SHIPPED = Path(__file__).parent / "sites"
"""Where ``demo.toml`` and ``trial.toml`` are."""

_TABLES = ("site", "municipality", "line", "night_line", "shared_number", "worker", "chat")
_UNQUOTED = re.compile(r"=\s*\[?\s*(0\d|[^\W\d])")

T = TypeVar("T")


class SiteFileError(Exception):
    """The file can't be loaded. ``problems``: all of them, in the order of their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class CheckedSite:
    """``site`` is None where there are problems. Warnings don't keep a file from being loaded."""

    site: Site | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_site(text: str) -> Site:
    """The site that the text describes. Raises SiteFileError with every problem of it."""
    checked = check_site(text)
    if checked.site is None:
        raise SiteFileError(checked.problems)
    return checked.site


def check_site(text: str) -> CheckedSite:
    """Read a site file and find all there is to say of it. Never raises, whatever the text is."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
        page = Page(TomlLines(text))
    except (ValueError, RecursionError) as error:  # syntax, but also a number of thousands of digits
        return CheckedSite(None, (_syntax_problem(error, text),), ())
    site = _read(page, document)
    if site is None or page.problems:
        return CheckedSite(None, tuple(sorted(set(page.problems))), ())
    return CheckedSite(site, (), tuple(sorted(site_advice.advice(site, page.lines))))


def _read(page: Page, document: dict[str, object]) -> Site | None:
    for key in document:
        if key not in _TABLES:
            page.problems.append(Problem(page.lines.of(key), _unknown_table(key)))
    draft = Draft(
        municipalities=list(_each(page, document, "municipality", "code", site_tables.municipality)),
        lines=list(_each(page, document, "line", "id", site_tables.line)),
        night_lines=list(_each(page, document, "night_line", "id", site_tables.night_line)),
        shared_numbers=list(_each(page, document, "shared_number", "phone", site_tables.shared_number)),
        workers=list(_each(page, document, "worker", "id", site_tables.worker)),
    )
    site_references.check(draft)
    if "line" not in document:
        page.problems.append(Problem(1, "[[line]] is missing; describe at least one that citizens can call"))
    if "site" not in document:
        page.problems.append(Problem(1, f"[site] is missing; it holds {', '.join(site_tables.SITE)}"))
        return None
    head = Table(page, ("site",), document["site"], "[site]", site_tables.SITE)
    head.check_keys()
    chat = Table(page, ("chat",), document.get("chat", {}), "[chat]", site_tables.CHAT)
    return Site(
        id=head.id(),
        name=head.name(),
        zone=site_tables.zone(head),
        languages=site_tables.site_languages(head),
        municipalities={value.code: value for _, value in draft.municipalities},
        lines={value.id: value for _, value in draft.lines},
        night_lines={value.id: value for _, value in draft.night_lines},
        shared_numbers=tuple(value for _, value in draft.shared_numbers),
        workers={value.id: value for _, value in draft.workers},
        chat_page=site_tables.chat_page(chat),
    )


def _each(
    page: Page, document: dict[str, object], kind: str, named_by: str, read: Callable[[Table], T]
) -> Iterator[tuple[Table, T]]:
    """Every table of a kind, with what ``read`` makes of it."""
    entries = document.get(kind, [])
    if not isinstance(entries, list):
        advice = f"write [[{kind}]] with two brackets, once for each"
        page.problems.append(Problem(page.lines.of(kind), f"{kind} is {kind_of(entries)}; {advice}"))
        return
    for position, values in enumerate(entries):
        name = values.get(named_by) if isinstance(values, dict) else None
        title = f"{kind} {quoted(name)}" if isinstance(name, str) and name else f"[[{kind}]]"
        table = Table(page, (kind, position), values, title, site_tables.KEYS[kind])
        yield table, read(table)


def _unknown_table(key: str) -> str:
    owner = next((kind for kind, keys in site_tables.KEYS.items() if key in keys), None)
    if owner:
        return f"{quoted(key)} stands by itself; it belongs into [{owner}] or [[{owner}]], below its header"
    advice = did_you_mean(key, _TABLES) or f"; known are {', '.join(_TABLES)}"
    return f"{quoted(key)} is nothing that a site file has{advice}"


def _syntax_problem(error: Exception, text: str) -> Problem:
    line, words = syntax_error(error, text)
    written = text.splitlines()[line - 1 : line]
    advice = "mend it first, the rest of the file can't be read until then"
    if written and _UNQUOTED.search(written[0]):
        advice = 'write texts, codes and numbers in quotation marks, as in code = "0561"'
    return Problem(line, f"this is not TOML: {words}; {advice}")
