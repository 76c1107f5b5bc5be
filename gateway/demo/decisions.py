"""What the gateway decided about the latest contact, and why, told to a newcomer.

It is made of what the API answers to any program; nothing is made up for the demo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.site import Site
from gateway.demo.words import OUTCOMES, STATES, Names, Said, event

Json = dict[str, Any]

# Which of several legs of one phone tells how things stand: one that goes on, else the newest.
_GOING_ON = ("connected", "menu", "unsure", "listening", "ringing", "placing", "planned")
NOT_YET = Said("Endnu ikke", "Not yet")
NOT_NEEDED = Said("Ikke nødvendig", "Not needed")


def panel(
    site: Site,
    contacts: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Any] | None,
    plans: Sequence[Mapping[str, Any]],
) -> Json:
    """What the page shows.

    ``contacts``: the newest ones, the latest first; ``whole``: that one with its plan and events;
    ``plans``: who answers now, of every line and night line.
    """
    names = Names(site)
    return {
        "duty": _duty(site, names, plans),
        "now": None if whole is None else _contact(names, whole),
        "earlier": [_earlier(names, contact) for contact in contacts[1:]],
    }


def _duty(site: Site, names: Names, plans: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Whose phones may ring now, and for what: the lines' own first, then the pool, then the back-up."""
    places: dict[str, dict[str, str]] = {}
    for plan in plans:
        for ring in (ring for step in plan["steps"] for ring in step["ring"]):
            worker = site.workers.get(ring.get("worker", ""))
            number = worker.mobile if worker else ring.get("phone")
            if number is not None:
                kind = "backup" if worker is None else ring["via"].partition(":")[0]
                places.setdefault(number, {}).setdefault(names.via(ring["via"]), kind)
    rank = {"line": 0, "night_line": 1, "backup": 2}
    first = sorted(places, key=lambda number: min(rank[kind] for kind in places[number].values()))
    return [{"number": number, **_said(_on_duty(places[number]))} for number in first]


def _on_duty(places: Mapping[str, str]) -> Said:
    if "backup" in places.values():
        return Said("Ringes op, når ingen andre tager den", "Rung when nobody else answers")
    return Said(f"På vagt: {', '.join(places)}", "On duty")


def _contact(names: Names, whole: Mapping[str, Any]) -> Json:
    plan = whole["plan"] or {}
    return {
        "contact": whole["contact"],
        "at": whole["waiting_since"],
        "where": _where(names, whole),
        "state": whole["state"],
        "told": _said(_state(names, whole)),
        "is_open": plan.get("open", True),
        "steps": [_step(names, whole, step) for step in plan.get("steps", [])],
        "skipped": [
            {"name": names.person(each["worker"]).danish, **_said(_skipped(each["because"]))}
            for each in plan.get("skipped", [])
        ],
        "otherwise": _said(Said("Ellers: tilbud om at blive ringet op", "Otherwise: a call back is offered"))
        if plan
        else None,
        "events": [
            {"at": each["at"], **_said(event(each["kind"], each["details"], names))}
            for each in whole["events"]
        ],
    }


def _where(names: Names, contact: Mapping[str, Any]) -> str:
    place = names.place(contact["line"] or contact["night_line"])
    municipality = names.municipality(contact["municipality"])
    return f"{place}, {municipality}" if municipality else place


def _earlier(names: Names, contact: Mapping[str, Any]) -> Json:
    return {
        "contact": contact["contact"],
        "at": contact["waiting_since"],
        "where": _where(names, contact),
        "state": contact["state"],
        **_said(_state(names, contact)),
    }


def _state(names: Names, contact: Mapping[str, Any]) -> Said:
    who = names.person(contact["answered_by"] or "")
    waited = round(contact["waited_seconds"])
    match contact["state"]:
        case "waiting":
            return Said("Borgeren venter", "The citizen waits")
        case "offered":
            return Said("Der ringes op", "Phones are ringing")
        case "answered" if contact["connected_at"]:
            return Said(f"I samtale med {who.danish}", f"Talking with {who.english}")
        case "answered":
            return Said(f"{who.danish} har den", f"{who.english} has it")
        case "abandoned":
            return Said(f"Lagde på efter {waited} s", f"Hung up after {waited} s")
        case "call_back":
            return Said("Bliver ringet op", "Will be called back")
    return Said(
        f"Slut. Ventede {waited} s, talte med {who.danish}",
        f"Ended. Waited {waited} s, talked with {who.english}",
    )


def _step(names: Names, whole: Mapping[str, Any], step: Mapping[str, Any]) -> Json:
    seconds = step["after_seconds"]
    when = Said(f"Efter {seconds} s", f"After {seconds} s") if seconds else Said("Straks", "At once")
    return {"when": _said(when), "phones": [_phone(names, whole, ring) for ring in step["ring"]]}


def _phone(names: Names, whole: Mapping[str, Any], ring: Mapping[str, Any]) -> Json:
    target = ring.get("worker") or f"backup:{ring['via'].partition(':')[2]}"
    state, told = _standing(whole, target)
    person = names.person(target)
    return {
        "name": person.danish[:1].upper() + person.danish[1:],
        "state": state,
        "told": _said(told),
        "because": _said(Said(_because(names, ring), ring["because"])),
    }


def _standing(whole: Mapping[str, Any], target: str) -> tuple[str, Said]:
    """How a phone of the plan stands: its leg's state, or ``none`` where it was not rung."""
    legs = [leg for leg in whole["legs"] if leg["target"] == target]
    if not legs:
        over = whole["state"] not in {"waiting", "offered", "call_back"}
        return "none", NOT_NEEDED if over else NOT_YET
    leg = next((leg for state in _GOING_ON for leg in legs if leg["state"] == state), legs[-1])
    if leg["state"] != "ended":
        return leg["state"], NOT_YET if leg["state"] == "planned" else STATES[leg["state"]]
    outcome = leg["outcome"] or ""
    if outcome == "cancelled" and leg["placed_at"] is None:
        return "none", NOT_NEEDED
    return outcome, OUTCOMES.get(outcome, STATES["ended"])


def _because(names: Names, ring: Mapping[str, Any]) -> str:
    """The plan's own reasons are English; the Danish says the same from the same facts."""
    place = names.via(ring["via"])
    if ring.get("worker") is None:
        return f"bagvagt for {place}, når ingen andre tager den"
    order = {1: "ringes først op", 2: "ringes op som nummer to"}.get(ring["tier"], "ringes op derefter")
    kind = "natlinjen" if ring["via"].startswith("night_line:") else "linjen"
    return f"på vagt på {place}, {order} på {kind}"


def _skipped(because: str) -> Said:
    danish = {"away": "væk lige nu", "in another contact": "i en anden samtale"}.get(because, because)
    return Said(danish, because)


def _said(said: Said) -> dict[str, str]:
    return {"danish": said.danish, "english": said.english}
