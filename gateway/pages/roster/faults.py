"""What is wrong with a plan or a file, in Danish: the engine and the command line say it in English.

Each sentence is known by its pattern; one that isn't known is shown as it is. A test has the engine say all
of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.site import Site
from gateway.pages.duty import name_of, worker_name
from gateway.pages.patterns import Patterns
from gateway.pages.words import ENGLISH

# English as the engine says it -> Danish. ``{rest}`` is a sentence of its own. Longer ones stand first.
FAULTS: Mapping[str, str] = {
    'line "{line}" is not in the site; did you mean "{near}"?': (
        'Linjen "{line}" findes ikke. Er det "{near}"?'
    ),
    'line "{line}" is not in the site': 'Linjen "{line}" findes ikke.',
    'worker "{worker}" is not in the site; did you mean "{near}"?': (
        'Medarbejderen "{worker}" findes ikke. Er det "{near}"?'
    ),
    'worker "{worker}" is not in the site': 'Medarbejderen "{worker}" findes ikke.',
    'worker "{worker}" does not serve "{line}"; add it to their {key} in the site file': (
        "{worker} hører ikke til {line}. Det rettes i opsætningen."
    ),
    'tier "{tier}" is not one of 1 to 9; 1 rings first': 'Trin "{tier}" er ikke et tal fra 1 til 9.',
    "tier {tier} is not one of 1 to 9; 1 rings first": "Trin {tier} er ikke et tal fra 1 til 9.",
    "the shift is longer than {days} days": "Vagten er længere end {days} dage.",
    "the end {end} is not after the start {start}; a shift past midnight ends on the next day": (
        "Vagten slutter {end}. Det er ikke efter {start}. Går den over midnat, så slutter den næste dag."
    ),
    "the end {end} is not after the start {start}": "Vagten slutter {end}. Det er ikke efter {start}.",
    "the whole shift from {start} lies in the hour that the spring change skips": (
        "Hele vagten fra {start} ligger i den time, der springes over om foråret."
    ),
    '"{worker}" is on "{line}" already, from {start} to {end} (line {number})': (
        "{worker} er allerede på {line} fra {start} til {end} (linje {number})."
    ),
    '"{worker}" is on "{line}" already, from {start} to {end}': (
        "{worker} er allerede på {line} fra {start} til {end}."
    ),
    '"{worker}" is away': "{worker} er fraværende.",
    "{at} is not within the shift": "{at} ligger ikke inde i vagten.",
    "that would be {count} shifts; at most {most} at once": (
        "Det bliver {count} vagter. Højst {most} ad gangen."
    ),
    "there is no change of yours to take back": "Du har ingen ændring at fortryde.",
    "somebody has changed the same shifts since; change them by hand": (
        "En anden har ændret de samme vagter siden. Ret dem selv."
    ),
    "the shifts were published in another form since; change them by hand": (
        "Vagterne er udgivet på en anden måde siden. Ret dem selv."
    ),
    "some of its shifts were changed again since; change them by hand": (
        "Nogle af vagterne er ændret igen siden. Ret dem selv."
    ),
    "some of its shifts are back already; change them by hand": (
        "Nogle af vagterne er der igen. Ret dem selv."
    ),
    "some shifts were changed by others after they were drafted; discard those drafts": (
        "Andre har ændret nogle af vagterne siden. Kassér de kladder."
    ),
    "there is no such shift (any more)": "Vagten findes ikke længere.",
    "there is no such version": "Den udgave findes ikke.",
    "the period is longer than {days} days": "Perioden er længere end {days} dage.",
    '"{worker}" takes no part in the rotation': "{worker} er ikke med i skabelonen.",
    "a rotation needs a worker": "Vælg mindst én medarbejder.",
    "a worker stands twice in the rotation": "En medarbejder står der to gange.",
    "a rotation needs a shift": "Skriv mindst én vagt.",
    "a cycle has 1 to {weeks} weeks": "En runde har 1 til {weeks} uger.",
    "a shift needs weekdays, 0 to 6": "Vælg mindst én ugedag for hver vagt.",
    "a shift begins between 00:00 and 23:59": "En vagt begynder mellem 00:00 og 23:59.",
    "a shift lasts 1 to {minutes} minutes": "En vagt varer 1 til {minutes} minutter.",
    "a shift's week lies outside of the cycle": "En vagts uge ligger uden for runden.",
    "the file holds no shift": "Der er ingen vagter i filen.",
    'the first row must be the header {header}; it is "{found}"': (
        'Den første række skal være {header}. Den er "{found}".'
    ),
    "the first row must be the header {header}, but the file is empty": (
        "Filen er tom. Den første række skal være {header}."
    ),
    "has {count} columns, not the {wanted} of {header}": (
        "Rækken har {count} felter, ikke de {wanted} i {header}."
    ),
    "start {rest}": "Start: {rest}",
    "end {rest}": "Slut: {rest}",
    '"{text}" is no time; write it as {example}': '"{text}" er ikke en tid. Skriv den som {example}.',
    '"{text}": write {day}, the midnight of the next day': '"{text}": skriv {day}, midnat næste dag.',
    '"{text}" is no day or time that exists': '"{text}" er ikke en tid, der findes.',
    '"{text}" lies outside of the years {first} to {last}': (
        '"{text}" ligger uden for årene {first} til {last}.'
    ),
    "is the same as line {number}; take one of them out": (
        "Rækken er den samme som linje {number}. Fjern en af dem."
    ),
    "can't be read as CSV ({error}); look for a quotation mark that is never closed": (
        "Filen kan ikke læses som CSV. Se efter et anførselstegn, der mangler."
    ),
    "is a workbook or an archive; save it as CSV": "Filen er et regneark. Gem den som CSV.",
    "is no text in UTF-8; save it as CSV UTF-8": "Filen er ikke tekst i UTF-8. Gem den som CSV UTF-8.",
    "is neither UTF-8 nor Windows-1252; save it as CSV UTF-8": "Filen kan ikke læses. Gem den som CSV UTF-8.",
    "event {number}: {rest}": "Begivenhed {number}: {rest}",
    "the file is no iCalendar (.ics)": "Filen er ikke en kalender (.ics).",
    "the file holds {count} events; at most {most} at once": (
        "Filen har {count} begivenheder. Højst {most} ad gangen."
    ),
    "the file holds no event": "Der er ingen begivenheder i filen.",
    "repeats; export the calendar with single events": (
        "Den gentager sig. Hent kalenderen med enkelte begivenheder."
    ),
    "has no {name} that can be read": "Den har ingen {name}, der kan læses.",
    'names no worker of the site ("{told}")': 'Den nævner ingen medarbejder ("{told}").',
    "{at}: {rest}": "{at}: {rest}",
}
_PATTERNS = Patterns(FAULTS)


def fault(english: str, language: str, site: Site) -> str:
    """The sentence in a language, with names for ids in Danish; a capital at its start."""
    said = english if language == ENGLISH else _in_danish(english, site)
    return f"{said[:1].upper()}{said[1:]}"


def is_known(english: str) -> bool:
    return _PATTERNS.find(english) is not None


def _in_danish(english: str, site: Site) -> str:
    found = _PATTERNS.find(english)
    if found is not None:
        danish, fields = found
        return danish.format(**{name: _said(name, value, site) for name, value in fields.items()})
    parts = english.split("; ")
    return " ".join(_in_danish(part, site) for part in parts) if len(parts) > 1 else english


def _said(name: str, value: str, site: Site) -> str:
    match name:
        case "rest":
            return _in_danish(value, site)
        case "worker":
            return worker_name(site, value)
        case "line":
            return name_of(site, value)
        case _:
            return value
