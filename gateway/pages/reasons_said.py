"""Why somebody rings or doesn't, in the page's language: a plan keeps its reasons in English."""

from __future__ import annotations

from datetime import datetime

from gateway.pages.patterns import Patterns
from gateway.pages.words import DANISH

REASONS = Patterns(
    {
        "on duty on {place} until {at}, tier {tier}": "på vagt på {place} til {at}, trin {tier}",
        "serves the caller's own line": "hører til borgerens egen linje",
        "serves a line in the caller's municipality": "hører til en linje i borgerens kommune",
        "speaks da": "taler dansk",
        "speaks en": "taler engelsk",
        "speaks {language}": "taler {language}",
        "nobody on duty on {line} is free": "ingen på vagt på {line} er fri",
        "nobody is on duty on {line}": "ingen er på vagt på {line}",
        "backup of {line}, when nobody before answers": "bagvagt for {line}, når ingen før svarer",
        "not among the site's workers": "er ikke blandt medarbejderne",
        "in another contact": "er i en anden samtale",
        "away": "er væk lidt",
    }
)


def because(english: str, language: str) -> str:
    """Clause by clause; one that is not known stays as it is."""
    if language != DANISH:
        return english
    return "; ".join(_said(clause) for clause in english.split("; "))


def _said(clause: str) -> str:
    found = REASONS.find(clause)
    if found is None:
        return clause
    danish, fields = found
    if "at" in fields:
        then = datetime.strptime(fields["at"], "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a wall-clock time
        fields["at"] = f"{then.day}/{then.month} kl. {then:%H.%M}"
    return danish.format(**fields)
