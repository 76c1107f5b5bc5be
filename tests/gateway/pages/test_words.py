"""Every Danish text of the pages has its English, and no English is left over."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from gateway import pages
from gateway.audit.log import Action
from gateway.pages import audit_words, clock, contact_rows, contact_words, tabs
from gateway.pages.console import contact as console_contact
from gateway.pages.directory import words as directory_words
from gateway.pages.follow_ups import shown as follow_ups
from gateway.pages.registration import sheet_pages, sheet_shown
from gateway.pages.roster import template_pages
from gateway.pages.shifts import mine as my_shifts
from gateway.pages.statistics import period, sections
from gateway.pages.words import english, words
from gateway.pages.workers import standing

PAGES = Path(pages.__file__).parent
TEXT = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
# Said by the template, in the page's language, out of what the code gives it.
TABLES = (
    console_contact.DELIVERIES,
    audit_words.ACTIONS,
    audit_words.ACTORS,
    standing.ROLES,
    standing.LANGUAGE_NAMES,
    directory_words.KINDS,
    directory_words.PROBLEMS,
    follow_ups.KINDS,
    my_shifts.ABSENCES,
    contact_rows.STATES,
    contact_rows.CHANNELS,
    contact_words.EVENTS,
    contact_words.LEG_STATES,
    contact_words.OUTCOMES,
    contact_words.PEOPLE,
    {tab.address: tab.name for tab in tabs.TABS},
    sheet_shown.REASONS,
    sheet_pages.KINDS,
    dict(enumerate(clock._WEEKDAYS)),
    period.NAMES,
    sections.SECTION_NAMES,
    template_pages.UNITS,
)


def in_templates() -> set[str]:
    found = set()
    for path in PAGES.rglob("*.html"):
        found |= {ast.literal_eval(text) for text in TEXT.findall(path.read_text(encoding="utf-8"))}
    return found


def in_code() -> set[str]:
    found = set()
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "words"} and node.args:
                text = node.args[0]
                if isinstance(text, ast.Constant):
                    found.add(text.value)
    return found


def danish() -> set[str]:
    return in_templates() | in_code() | {text for table in TABLES for text in table.values()}


def test_there_is_danish_to_look_at():
    assert len(in_templates()) > 50
    assert len(in_code()) > 10


def test_every_danish_text_has_its_english():
    assert sorted(danish() - english().keys()) == []


def test_no_english_is_left_over():
    assert sorted(english().keys() - danish()) == []


def test_both_languages_have_the_same_placeholders():
    def placeholders(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for text, translated in english().items():
        assert placeholders(text) == placeholders(translated), text


def test_every_action_of_the_audit_log_has_its_words():
    assert sorted(set(Action) - audit_words.ACTIONS.keys()) == []


def test_the_tone_is_calm():
    for text in (*english().keys(), *english().values()):
        assert "!" not in text
        assert not re.search(r"\b(fejl|error|desværre|sorry|beklager)\b", text, re.IGNORECASE), text


@pytest.mark.parametrize(("language", "said"), [("da", "for 3 min. siden"), ("en", "3 min. ago")])
def test_a_text_is_said_in_the_language_asked_for(language, said):
    assert words("for {count} min. siden", language, count=3) == said
