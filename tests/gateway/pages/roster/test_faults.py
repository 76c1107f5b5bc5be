"""Every sentence of the engine about a plan has its Danish."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from gateway.pages.roster.faults import FAULTS, fault, is_known
from gateway.rosters import duties
from tests.gateway.rosters.example import SITE

ROOT = Path(duties.__file__).parent
SAYING = {
    "WantedError",
    "NothingToUndoError",
    "NotUndoneError",
    "StaleDraftsError",
    "RotationError",
    "CalendarFileError",
}


def said_by(path: Path) -> set[str]:
    """The plain sentences that a module raises these errors with; those put together are said below."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
            found |= {
                each.value
                for argument in node.args
                for each in (
                    [argument]
                    if isinstance(argument, ast.Constant)
                    else argument.elts
                    if isinstance(argument, ast.List)
                    else []
                )
                if isinstance(each, ast.Constant)
            }
    return found


@pytest.mark.parametrize("name", ["planning", "drafts_out", "calendar_file", "duties"])
def test_what_a_module_says_is_known(name):
    for words in said_by(ROOT / f"{name}.py"):
        assert is_known(words), words


PUT_TOGETHER = [
    'line "fonix" is not in the site; did you mean "foenix"?',
    'worker "zz" is not in the site',
    'worker "w1" does not serve "toften"; add it to their lines in the site file',
    "the end 2026-11-22 08:00 is not after the start 2026-11-22 20:00; a shift past midnight ends on the"
    " next day",
    '"w1" is on "foenix" already, from 2026-11-22 08:00 to 2026-11-22 16:00 (line 3)',
    '2026-11-22 08:00: "w1" is away',
    '2026-11-22 08:00: "w1" is on "foenix" already, from 2026-11-22 08:00 to 2026-11-22 16:00',
    'start "x" is no time; write it as 2026-11-22 23:30',
    'end "2026-11-22 24:00": write 2026-11-23 00:00, the midnight of the next day',
    "event 3: repeats; export the calendar with single events",
    "has 4 columns, not the 5 of line,tier,worker,start,end",
    "a cycle has 1 to 52 weeks",
]


@pytest.mark.parametrize("words", PUT_TOGETHER)
def test_what_is_put_together_is_danish_to_its_end(words):
    said = fault(words, "da", SITE)
    assert said != words
    assert not re.search(r"\b(the|is|not|of|to)\b", said), said
    assert fault(words, "en", SITE)[1:] == words[1:]


def test_names_stand_for_ids():
    assert fault(PUT_TOGETHER[2], "da", SITE) == "Vagt 1 hører ikke til Toften. Det rettes i opsætningen."


def test_what_is_not_known_is_shown_as_it_is():
    assert not is_known("something new is wrong")
    assert fault("something new is wrong", "da", SITE) == "Something new is wrong"


def test_no_danish_asks_for_what_the_english_does_not_have():
    def fields(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for english, danish in FAULTS.items():
        assert fields(danish) <= fields(english), english
        assert "!" not in danish
