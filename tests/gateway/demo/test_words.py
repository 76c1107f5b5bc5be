"""Everything that can happen has words in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gateway
from config.site_file import read_site
from gateway.contacts.lifecycle import LegOutcome, LegState
from gateway.demo.surroundings import SITE
from gateway.demo.words import KINDS, OUTCOMES, STATES, Names, event

NAMES = Names(read_site(SITE.read_text(encoding="utf-8")))


def kinds_in_the_code() -> set[str]:
    """What the gateway writes down as events: the fourth argument of ``add_event``."""
    found = set()
    for path in Path(gateway.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_event":
                assert isinstance(node.args[3], ast.Constant), (path, node.lineno)
                found.add(node.args[3].value)
    return found


def test_every_event_there_is_has_words():
    assert kinds_in_the_code() <= KINDS


def test_every_state_and_outcome_has_words():
    assert OUTCOMES.keys() == {str(outcome) for outcome in LegOutcome}
    assert STATES.keys() == {str(state) for state in LegState}


@pytest.mark.parametrize(
    ("kind", "details", "danish", "english"),
    [
        (
            "called",
            {"entry": "line:foenix"},
            "En borger ringer til Akuttilbuddet Fønix",
            "A citizen calls Akuttilbuddet Fønix",
        ),
        (
            "called",
            {"entry": "shared:0"},
            "En borger ringer til det fælles nummer",
            "A citizen calls the shared number",
        ),
        (
            "called",
            {"entry": "partner:foenix"},
            "En samarbejdspartner ringer til Akuttilbuddet Fønix",
            "A partner calls Akuttilbuddet Fønix",
        ),
        (
            "placed",
            {"line": "toften", "municipality": "0492"},
            "Postnummeret er i Ærø: Akuttilbuddet Toften",
            "The postcode is in Ærø: Akuttilbuddet Toften",
        ),
        (
            "placed",
            {"line": None, "night_line": "vest", "municipality": None},
            "Uden postnummer: Natlinjen Vest",
            "Without a postcode: Natlinjen Vest",
        ),
        ("ringing", {"target": "w1"}, "Ringer til Anna", "Ringing Anna"),
        (
            "ringing",
            {"target": "backup:vest"},
            "Ringer til bagvagten (Natlinjen Vest)",
            "Ringing the back-up (Natlinjen Vest)",
        ),
        (
            "ring_ended",
            {"target": "backup:vest", "outcome": "no_answer"},
            "Bagvagten (Natlinjen Vest): tog den ikke",
            "The back-up (Natlinjen Vest): no answer",
        ),
        (
            "not_rung",
            {"target": "w2", "because": "engaged"},
            "Bo ringes ikke op: i en anden samtale",
            "Bo is not rung: in another contact",
        ),
        ("taken", {"by": "w1"}, "Anna har taget den", "Anna has taken it"),
        ("handed_over", {"by": "w1", "to": "w2"}, "Bo har samtalen nu", "Bo has the conversation now"),
        (
            "abandoned",
            {"waited_seconds": 12.4},
            "Borgeren lagde på efter 12 s, før nogen tog den",
            "The citizen hung up after 12 s, before anybody took it",
        ),
        ("ended", {"by": "worker"}, "Medarbejderen lagde på", "The worker hung up"),
        ("ended", {"by": "system"}, "Samtalen er slut", "The conversation is over"),
        ("something_new", {"x": 1}, "something_new", "something_new"),
        ("taken", {}, " har taget den", " has taken it"),
    ],
)
def test_an_event_in_a_sentence(kind, details, danish, english):
    assert event(kind, details, NAMES) == (danish, english)


def test_no_event_fails_without_its_details():
    for kind in KINDS:
        assert event(kind, {}, NAMES).danish
