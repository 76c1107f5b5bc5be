"""What happened to a contact, told to somebody who sees it for the first time, in Danish and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from config.site import Site


class Said(NamedTuple):
    danish: str
    english: str


class Names:
    """The names of workers, lines and back-up phones, as the demo's site has them."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def person(self, target: object) -> Said:
        """``target``: a worker's id, ``backup:NIGHT_LINE``, or ``citizen``."""
        text = str(target)
        if text == "citizen":
            return Said("borgeren", "the citizen")
        if text.startswith("backup:"):
            name = self.place(text.removeprefix("backup:"))
            return Said(f"bagvagten ({name})", f"the back-up ({name})")
        worker = self._site.workers.get(text)
        return Said(worker.name, worker.name) if worker else Said(text, text)

    def place(self, place: object) -> str:
        text = str(place)
        found = self._site.lines.get(text) or self._site.night_lines.get(text)
        return found.name if found else text

    def municipality(self, code: object) -> str | None:
        found = self._site.municipalities.get(str(code))
        return found.name if found else None

    def via(self, via: object) -> str:
        """``via``: ``line:ID`` or ``night_line:ID``."""
        return self.place(str(via).partition(":")[2])


Details = Mapping[str, Any]

OUTCOMES: Mapping[str, Said] = {
    "talked": Said("Har talt", "Talked"),
    "passed": Said("Sendte den videre", "Passed it on"),
    "missed": Said("Trykkede ikke 1", "Did not press 1"),
    "no_answer": Said("Tog den ikke", "No answer"),
    "busy": Said("Afviste eller optaget", "Declined or busy"),
    "failed": Said("Kunne ikke nås", "Could not be reached"),
    "refused": Said("Nummeret kan ikke ringes op", "The number can't be rung"),
    "unplaced": Said("Prøves på en anden måde", "Tried another way"),
    "cancelled": Said("Ikke nødvendig mere", "Not needed any more"),
    "off_duty": Said("Vagten er slut", "The shift is over"),
    "engaged": Said("I en anden samtale", "In another contact"),
}

STATES: Mapping[str, Said] = {
    "planned": Said("Klar", "Ready"),
    "placing": Said("Ringes op", "Being rung"),
    "ringing": Said("Ringer", "Ringing"),
    "listening": Said("Har taget telefonen", "Picked up"),
    "connected": Said("I samtalen", "In the conversation"),
    "menu": Said("Vælger en kollega", "Choosing a colleague"),
    "unsure": Said("I samtalen", "In the conversation"),
    "ended": Said("Slut", "Over"),
}

ENDED_BY: Mapping[str, Said] = {
    "citizen": Said("Borgeren lagde på", "The citizen hung up"),
    "worker": Said("Medarbejderen lagde på", "The worker hung up"),
    "coordinator": Said("En koordinator lukkede den", "A coordinator closed it"),
}


def event(kind: str, details: Details, names: Names) -> Said:
    """One event of a contact in a sentence. A kind that is not known here is told as it is."""
    tell = _EVENTS.get(kind)
    return tell(details, names) if tell else Said(kind, kind)


def _about(danish: str, english: str, key: str = "target") -> Callable[[Details, Names], Said]:
    def tell(details: Details, names: Names) -> Said:
        person = names.person(details.get(key, ""))
        return Said(_capital(danish.format(person.danish)), _capital(english.format(person.english)))

    return tell


def _plain(danish: str, english: str) -> Callable[[Details, Names], Said]:
    return lambda _details, _names: Said(danish, english)


def _called(details: Details, names: Names) -> Said:
    kind, _, name = str(details.get("entry", "")).partition(":")
    if kind == "shared":
        return Said("En borger ringer til det fælles nummer", "A citizen calls the shared number")
    if kind == "partner":
        place = names.place(name)
        return Said(f"En samarbejdspartner ringer til {place}", f"A partner calls {place}")
    place = names.place(name)
    return Said(f"En borger ringer til {place}", f"A citizen calls {place}")


def _placed(details: Details, names: Names) -> Said:
    place = names.place(details.get("line") or details.get("night_line"))
    municipality = names.municipality(details.get("municipality"))
    if municipality:
        return Said(
            f"Postnummeret er i {municipality}: {place}", f"The postcode is in {municipality}: {place}"
        )
    return Said(f"Uden postnummer: {place}", f"Without a postcode: {place}")


def _ring_ended(details: Details, names: Names) -> Said:
    person = names.person(details.get("target", ""))
    outcome = OUTCOMES.get(str(details.get("outcome")), STATES["ended"])
    return Said(
        _capital(f"{person.danish}: {_small(outcome.danish)}"),
        _capital(f"{person.english}: {_small(outcome.english)}"),
    )


def _not_rung(details: Details, names: Names) -> Said:
    person = names.person(details.get("target", ""))
    outcome = OUTCOMES.get(str(details.get("because")), STATES["ended"])
    return Said(
        _capital(f"{person.danish} ringes ikke op: {_small(outcome.danish)}"),
        _capital(f"{person.english} is not rung: {_small(outcome.english)}"),
    )


def _handed_over(details: Details, names: Names) -> Said:
    to = names.person(details.get("to", ""))
    return Said(_capital(f"{to.danish} har samtalen nu"), _capital(f"{to.english} has the conversation now"))


def _ended(details: Details, _names: Names) -> Said:
    return ENDED_BY.get(str(details.get("by")), Said("Samtalen er slut", "The conversation is over"))


def _abandoned(details: Details, _names: Names) -> Said:
    seconds = round(float(details.get("waited_seconds", 0)))
    return Said(
        f"Borgeren lagde på efter {seconds} s, før nogen tog den",
        f"The citizen hung up after {seconds} s, before anybody took it",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


_EVENTS: Mapping[str, Callable[[Details, Names], Said]] = {
    "called": _called,
    "placed": _placed,
    "round_began": _plain("Der planlægges igen", "Planned again"),
    "ringing": _about("Ringer til {}", "Ringing {}"),
    "dialled": _about("Ringer til {} på en anden måde", "Ringing {} another way"),
    "ring_ended": _ring_ended,
    "ring_failed": _about("{} kunne ikke ringes op", "{} could not be rung"),
    "not_rung": _not_rung,
    "picked_up": _about("{} tager telefonen og hører, hvem det er", "{} picks up and hears who it is"),
    "passed": _about("{} sender den videre", "{} passes it on"),
    "taken": _about("{} har taget den", "{} has taken it", "by"),
    "taken_after_end": _about(
        "Borgeren blev i røret, og {} tog den", "The citizen stayed on, and {} took it", "by"
    ),
    "connected": _plain("De kan tale sammen", "They can talk"),
    "joined": _about("{} er med i samtalen", "{} has joined"),
    "colleague_added": _about("{} er med i samtalen", "{} has joined", "worker"),
    "colleague_left": _about("{} er gået ud af samtalen", "{} has left the conversation", "worker"),
    "hand_over_asked": _plain("En kollega ringes op", "A colleague is rung"),
    "handed_over": _handed_over,
    "dropped": _about("{} røg ud, der ringes til andre", "{} dropped out, others are rung", "by"),
    "language": _plain("Borgeren valgte engelsk", "The citizen chose English"),
    "nobody_took_it": _plain(
        "Ingen tog den: tilbud om at blive ringet op", "Nobody took it: a call back is offered"
    ),
    "woken": _plain("En medarbejders mobil får besked", "A worker's mobile is told"),
    "not_woken": _plain(
        "Beskeden til en mobil kunne ikke sendes", "The message to a mobile could not be sent"
    ),
    "coordinator_told": _plain("Koordinatoren får en SMS", "The coordinator gets an SMS"),
    "coordinator_not_told": _plain(
        "SMS'en til koordinatoren kunne ikke sendes", "The coordinator's SMS could not be sent"
    ),
    "call_back_asked": _plain("Borgeren vil ringes op", "The citizen asked for a call back"),
    "call_back_no_answer": _plain(
        "Borgeren tog ikke telefonen, der prøves igen", "The citizen did not answer, tried again later"
    ),
    "abandoned": _abandoned,
    "ended": _ended,
    "began": _plain("En borger skriver", "A citizen writes"),
    "began_again": _plain("Borgeren skriver igen", "The citizen writes again"),
    "offered": _about("{} får besked", "{} is told", "to"),
    "erased": _plain("Indholdet er slettet", "The content is erased"),
    "registered": _plain("Henvendelsen er registreret", "The contact is registered"),
    "reopened": _plain("Henvendelsen er åben igen", "The contact is open again"),
    "worker_calls": _about("{} ringer til borgeren", "{} calls the citizen", "by"),
    "stopped": _plain("Borgeren skrev STOP", "The citizen wrote STOP"),
    "thanked": _plain("Borgeren sagde tak", "The citizen said thank you"),
    "ticket_tried": _plain("Borgeren taster et nummer", "The citizen keys in a ticket"),
    "ticket_opened": _plain("Den tidligere samtale er åben", "The earlier conversation is open"),
    "sms_not_delivered": _plain("En SMS nåede ikke frem", "A text message did not arrive"),
    "closed": _plain("Lukket af en koordinator", "Closed by a coordinator"),
    "number_lifted": _plain(
        "Nummeret blev vist, liv var i fare", "The number was shown, a life was in danger"
    ),
}

KINDS = frozenset(_EVENTS)
