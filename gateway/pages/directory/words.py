"""What kinds of entries are called, and what to do about a field. words: in Danish."""

from __future__ import annotations

from gateway.directory.draft import Problem
from gateway.directory.entry import Kind

KINDS: dict[str, str] = {
    Kind.PSYCHIATRIC_EMERGENCY: "Psykiatrisk skadestue",
    Kind.OUT_OF_HOURS_DOCTOR: "Lægevagt",
    Kind.POLICE: "Politi",
    Kind.CASEWORKER: "Kommunen og sagsbehandlere",
    Kind.SHELTER: "Herberg og krisecenter",
    Kind.MUNICIPAL_SERVICE: "Kommunale tilbud",
    Kind.VOLUNTARY_SERVICE: "Frivillige tilbud",
    Kind.PRIVATE_SERVICE: "Private tilbud",
    Kind.OTHER: "Andet",
}
PROBLEMS = {
    Problem.MISSING: "Skriv et navn.",
    Problem.TOO_LONG: "Skriv det kortere.",
    Problem.NOT_A_KIND: "Vælg, hvad det er.",
    Problem.NOT_A_NUMBER: "Skriv et telefonnummer, for eksempel 76 16 00 01.",
    Problem.NOT_HOURS: "Skriv en linje for hver tid, for eksempel: altid, hver dag 8-16, man-fre 15.30-23.",
    Problem.NOT_A_DATE: "Vælg en dato, eller lad feltet stå tomt.",
}
