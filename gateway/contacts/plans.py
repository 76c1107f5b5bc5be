"""The plan for one contact at this instant, and whether it still says what the roster says."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from config.site import Channel, Site
from gateway.store import contacts as store
from gateway.store.contacts import Contact, Leg
from gateway.wiring import Gateway
from routing.destination import called
from routing.hours import is_open
from routing.plan import Plan, Question, Ring, Step, plan
from routing.roster import Roster


def plan_now(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> Plan:
    """Who would be rung for this contact at this instant. Its own workers count as free."""
    site, roster = gateway.book.current()
    return decide(site, roster, contact, now, store.unavailable(connection, apart_from=contact.id))


def decide(
    site: Site, roster: Roster, contact: Contact, now: datetime, unavailable: Mapping[str, str]
) -> Plan:
    """As ``plan_now``, from values alone.

    A caller of a shared number whose postcode is not known goes to the night line. By day, when nobody is on
    duty there, the first line that has somebody joins after its back-up number: nobody is lost for not
    knowing a postcode.
    """
    asked = Question(
        line=_line_asked(site, contact),
        channel=Channel(contact.channel),
        at=now,
        municipality=contact.municipality,
        partner=contact.partner,
        language=contact.language,
        unavailable=unavailable,
    )
    decided = plan(site, roster, asked)
    if asked.line in site.lines or _workers(decided):
        return decided
    for line in _lines_behind(site, contact.entry):
        other = plan(site, roster, replace(asked, line=line))
        decided = _valid_while_both_are(decided, other)
        if _workers(other):
            return _followed_by(site, decided, other)
    return decided


@dataclass(frozen=True, slots=True)
class Cover:
    """``manned``: a worker is on duty for it, free or not. ``open``: its channel is, so one should be."""

    manned: bool
    open: bool


def cover(site: Site, roster: Roster, contact: Contact, at: datetime) -> Cover:
    """Whether anybody could answer a contact at an instant, or should.

    Without a postcode every line of the shared number counts.
    """
    decided = decide(site, roster, contact, at, {})
    lines = () if _line_asked(site, contact) in site.lines else _lines_behind(site, contact.entry)
    channel = Channel(contact.channel)
    behind = any(is_open(site.lines[line].hours.get(channel, ()), at, site.zone) for line in lines)
    return Cover(_workers(decided), decided.open or behind)


def ends_after_seconds(site: Site, steps: Sequence[Step]) -> int:
    """When the last step has rung as long as it should."""
    return _end(site, steps[-1].after_seconds, steps[-1].ring[0].via) if steps else 0


def length_of_round(site: Site, made: Mapping[str, Any]) -> int:
    """The same of a stored plan."""
    steps = made["steps"]
    return _end(site, steps[-1]["after_seconds"], steps[-1]["ring"][0]["via"]) if steps else 0


def _end(site: Site, after_seconds: int, via: str) -> int:
    kind, _, name = via.partition(":")
    place = site.night_lines.get(name) if kind == "night_line" else site.lines.get(name)
    return after_seconds + (place.no_answer_seconds if place is not None else 0)


def is_stale(gateway: Gateway, contact: Contact, now: datetime) -> bool:
    """Whether the roster may say something else now than when the contact's plan was made."""
    _site, roster = gateway.book.current()
    passed = contact.plan_valid_until is not None and now >= contact.plan_valid_until
    return passed or roster.version != contact.roster_version


def stored(decided: Plan) -> dict[str, Any]:
    """The plan as a contact keeps it: whose back-up phone rings, but not its number."""
    kept = decided.as_json()
    for ring in _rings(kept):
        ring.pop("phone", None)
    return kept


def told(site: Site, kept: Mapping[str, Any]) -> dict[str, Any]:
    """A stored plan as the contract shows a plan: with the number that the back-up has now.

    One that the site has no more is told as an empty number.
    """
    whole = copy.deepcopy(dict(kept))
    for ring in _rings(whole):
        if "worker" not in ring:
            night_line = site.night_lines.get(ring["via"].partition(":")[2])
            ring["phone"] = (night_line.backup_phone if night_line else None) or ""
    return whole


def _rings(kept: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return (ring for step in kept["steps"] for ring in step["ring"])


def same_people(before: Mapping[str, Any] | None, decided: Plan) -> bool:
    """Whether the same people are on duty, in the same places, free or not, as in a stored plan.

    Rosters of other lines change all the time; nobody should be rung anew for that.
    """
    if before is None:
        return False
    then: dict[str | None, Any] = {entry["worker"]: None for entry in before["skipped"]}
    then |= {
        ring.get("worker"): (ring["via"], ring.get("tier"))
        for step in before["steps"]
        for ring in step["ring"]
    }
    now: dict[str | None, Any] = {skipped.worker: None for skipped in decided.skipped}
    now |= {ring.worker: (ring.via, ring.tier) for step in decided.steps for ring in step.ring}
    # Who is busy has no place in a plan: only somebody who rings in both can have moved.
    moved = (who for who in then.keys() & now.keys() if then[who] and now[who] and then[who] != now[who])
    return then.keys() == now.keys() and not any(moved)


def in_order(plan_made: Mapping[str, Any] | None, legs: Iterable[Leg]) -> list[Leg]:
    """Legs in the order in which a stored plan rings them; whoever is not in it comes last."""
    rings = [ring for step in (plan_made or {"steps": []})["steps"] for ring in step["ring"]]
    places = {
        ring.get("worker") or f"backup:{ring['via'].partition(':')[2]}": place
        for place, ring in enumerate(rings)
    }
    return sorted(legs, key=lambda leg: places.get(leg.target, len(places)))


def target_of(ring: Ring) -> str:
    """A worker's id, or ``backup:NIGHT_LINE``."""
    return ring.worker if ring.worker is not None else f"backup:{ring.via.partition(':')[2]}"


def _line_asked(site: Site, contact: Contact) -> str:
    """The contact's line or night line; one that the site has lost leads where an unknown number does."""
    if contact.line in site.lines:
        return contact.line or ""
    if contact.night_line in site.night_lines:
        return contact.night_line or ""
    elsewhere = called(site, "")
    return elsewhere.line or elsewhere.night_line or ""


def _lines_behind(site: Site, entry: str) -> Iterable[str]:
    """The lines of the shared number that was called; of an unknown number, all."""
    kind, _, place = entry.partition(":")
    if kind == "shared" and int(place) < len(site.shared_numbers):
        return site.shared_numbers[int(place)].lines
    return site.lines


def _workers(decided: Plan) -> bool:
    return any(ring.worker is not None for step in decided.steps for ring in step.ring)


def _valid_while_both_are(one: Plan, other: Plan) -> Plan:
    ends = [plan.valid_until for plan in (one, other) if plan.valid_until is not None]
    return one._replace(valid_until=min(ends, default=None))


def _followed_by(site: Site, first: Plan, second: Plan) -> Plan:
    """The steps of both, one after the other, each phone in its first place."""
    placed = {target_of(ring) for step in first.steps for ring in step.ring}
    later = ends_after_seconds(site, first.steps)
    steps = list(first.steps)
    for step in second.steps:
        rings = tuple(ring for ring in step.ring if target_of(ring) not in placed)
        if rings:
            steps.append(Step(later + step.after_seconds, rings))
    return first._replace(
        open=first.open or second.open,
        steps=tuple(steps),
        skipped=(*first.skipped, *second.skipped),
    )
