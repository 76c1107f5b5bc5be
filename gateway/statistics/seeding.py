"""Contacts made up with the margins of the evaluation, for demos and tests: the same ones every time.

What the evaluation tells is met to the number; what it does not tell (months, sex, waiting times) is drawn.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.evaluation import margins
from config.forms import UNKNOWN, Form, Function, newest
from config.site import Site
from gateway.registration.answers import TIME
from gateway.registration.facts import TARGET_GROUP, facts_of
from gateway.statistics.table import percent
from gateway.store.ids import new_id
from gateway.store.registrations import Registration
from gateway.store.tables import contacts, registration_facts, registration_versions, registrations
from routing.wall_clock import instant

FIRST_DAY, DAYS = datetime(2010, 10, 1), 730  # noqa: DTZ001 - wall-clock time
BATCH_ROWS = 2000
# Late afternoon and evening are busiest (evaluation, table 9-16).
HOURS = range(8, 24)
HOUR_WEIGHTS = (3, 4, 5, 5, 5, 5, 6, 7, 8, 9, 9, 10, 10, 9, 7, 5)
_LEVELS = ("severe", "moderate", "moderate", "mild", "mild", UNKNOWN)
_GATEWAY_CHANNELS = frozenset({"voice", "sms"})


class NotEmptyError(Exception):
    """The database holds contacts or registrations: made-up ones must not come among them."""


def seed(connection: Connection, site: Site, worker: str) -> int:
    """Fill an empty database; how many contacts were made. Raises NotEmptyError."""
    for column in (contacts.c.id, registrations.c.id):
        if connection.execute(sa.select(column).limit(1)).first() is not None:
            raise NotEmptyError
    rows = _rows(site, worker, random.Random(2012))  # noqa: S311 - made-up contacts, the same every time
    return insert(connection, rows)


def insert(connection: Connection, rows: Iterator[tuple[Any, Any, Any, Any]]) -> int:
    """Rows as ``row_of`` makes them; how many there were."""
    count = 0
    while batch := list(islice(rows, BATCH_ROWS)):
        count += len(batch)
        for table, index in (
            (contacts, 0), (registrations, 1), (registration_versions, 2), (registration_facts, 3),
        ):  # fmt: skip
            values = [row[index] for row in batch if row[index] is not None]
            if values:
                connection.execute(sa.insert(table), values)
    return count


def counts_with_percents(percents: Mapping[str, int], whole: int) -> dict[str, int]:
    """Counts that add up to ``whole`` and round to these percentages, as evenly as can be.

    Raises ValueError where there are none."""
    least = {word: _edge(share, whole) for word, share in percents.items()}
    most = {word: _edge(share + 1, whole) - 1 for word, share in percents.items()}
    if not sum(least.values()) <= whole <= sum(most.values()):
        raise ValueError(f"no counts of {whole} round to these percentages")
    counts = {
        word: min(most[word], max(least[word], round(whole * percents[word] / 100))) for word in percents
    }
    missing = whole - sum(counts.values())
    while missing:
        step = 1 if missing > 0 else -1
        room = [word for word in counts if least[word] <= counts[word] + step <= most[word]]
        for word in room[: abs(missing)]:
            counts[word] += step
        missing = whole - sum(counts.values())
    return counts


def _edge(share: int, whole: int) -> int:
    """The least count that rounds to at least this percentage."""
    count = max(0, (2 * share - 1) * whole // 200)
    while (percent(count, whole) or 0) < share:
        count += 1
    return count


def _rows(site: Site, worker: str, chance: random.Random) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Contact (or None), registration, its version and its facts, for each contact."""
    lines = list(site.lines.values())
    for function, answers, nights in _answers(chance):
        form = newest(Function(function))
        line = chance.choice(lines)
        yield row_of(form, answers | nights, line.id, line.municipalities[0], worker, chance, site.zone)


def _answers(chance: random.Random) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The answers of every contact, function by function; of several answers, lists."""
    known = margins()
    functions: dict[str, dict[str, int]] = known["functions"]
    group = sum(each["target_group"] for each in functions.values())
    ages = iter(_shuffled(known["age"], chance))
    situations = _several(
        {word: _count(share, group) for word, share in known["life_situation_percent"].items()}, group, chance
    )
    hours = iter(_hours(functions, known["other"]["night"], chance))
    behind = 0
    for function, numbers in functions.items():
        size = numbers["target_group"]
        themes = _several(
            {word: _count(share, size) for word, share in known["themes_percent"][function].items()},
            size,
            chance,
        )
        referred = _several(known["referred_to"][function], size, chance)
        firsts = _shuffled({word: numbers[word] for word in ("first", "before", "unknown")}, chance)
        backgrounds = iter(
            _shuffled(counts_with_percents(_backgrounds(known, function), numbers["first"]), chance)
        )
        others = iter(_others(function, numbers, known, chance))
        further = iter(_further(function, size, known, chance))
        channels = iter(_channels(function, numbers["all"], known["channels"], chance))
        undated = set(chance.sample(range(numbers["all"]), numbers["undated"]))
        is_stay = function == Function.OVERNIGHT
        nights = iter(_nights(known["nights_percent"], numbers["all"], chance) if is_stay else [])
        for place in range(numbers["all"]):
            answers: dict[str, Any] = {"sex": chance.choice(("woman", "woman", "man", UNKNOWN))}
            if place < size:
                first = firsts[place]
                answers |= {
                    "who": TARGET_GROUP, "first_contact": first, "age": next(ages),
                    "background": next(backgrounds) if first == "first" else "contacted_on_own_initiative",
                    "crisis_level": chance.choice(_LEVELS),
                    "further": next(further), "themes": themes[place], "referred_to": referred[place],
                    "life_situation": situations[behind + place],
                }  # fmt: skip
            else:
                answers |= {
                    "who": next(others), "first_contact": UNKNOWN, "age": UNKNOWN, "background": UNKNOWN,
                    "crisis_level": UNKNOWN, "further": "none",
                }  # fmt: skip
            if function == Function.TELEPHONE:
                answers["channel"] = next(channels)
            if place not in undated:
                day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
                began = day.replace(hour=next(hours), minute=chance.randrange(60))
                answers["began_at"] = began.strftime(TIME)
            stay = {"nights": next(nights)} if is_stay else {}
            yield function, {word: value for word, value in answers.items() if value != []}, stay
        behind += size


def row_of(
    form: Form, answers: dict[str, Any], line: str, municipality: str, worker: str, chance: random.Random,
    zone: ZoneInfo,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """A contact (None where it came otherwise), its registration, that one's version, and its facts."""
    drawn = FIRST_DAY + timedelta(days=chance.randrange(DAYS), hours=12)
    if "began_at" in answers:
        drawn = datetime.strptime(answers["began_at"], TIME)  # noqa: DTZ007 - a wall-clock time
    began = instant(drawn, zone)
    minutes = 1 + min(int(chance.expovariate(1 / 14)), 120)
    if "minutes" in form.questions:
        answers["minutes"] = minutes
    ended = began + timedelta(minutes=minutes)
    handed_in = ended + timedelta(minutes=5)
    contact = None
    if answers.get("channel") in _GATEWAY_CHANNELS:
        waited = timedelta(seconds=min(round(chance.expovariate(1 / 9), 1), 240))
        contact = {
            "id": new_id(), "channel": answers["channel"], "carrier_key": f"seed-{new_id()}",
            "entry": f"line:{line}", "line": line, "municipality": municipality, "language": "da",
            "state": "registered", "waiting_since": began - waited, "offered_at": began - waited,
            "answered_at": began, "connected_at": began, "ended_at": ended, "answered_by": worker,
            "ended_by": "citizen", "last_turn_at": ended,
        }  # fmt: skip
    registration = Registration(
        id=new_id(), contact=contact["id"] if contact else None, form=form.id, form_version=form.version,
        line=line, worker=worker, version=1, answers=answers, began_at=ended, changed_at=handed_in,
        submitted_at=handed_in,
    )  # fmt: skip
    row = {name: getattr(registration, name) for name in Registration.__slots__}
    version = {
        "registration": registration.id, "version": 1, "at": handed_in, "by": worker,
        "form_version": form.version, "answers": answers, "texts": None,
    }  # fmt: skip
    facts = facts_of(form, registration, zone, municipality=municipality, person=None)
    return contact, row, version, facts


def _backgrounds(known: Mapping[str, Any], function: str) -> dict[str, int]:
    """Table 9-14. Its column for outgoing comes to 352 of 353 at most, whatever the counts behind it: a row
    that the evaluation leaves empty there has to hold the last one, and rounds to 0."""
    told: dict[str, dict[str, int]] = known["background_percent_of_first"]
    return dict.fromkeys(told[Function.TELEPHONE], 0) | told[function]


def _count(share: int, whole: int) -> int:
    """A count that rounds to the percentage."""
    return max(_edge(share, whole), round(whole * share / 100))


def _shuffled(counts: Mapping[str, int], chance: random.Random) -> list[str]:
    words = [word for word, count in counts.items() for _ in range(count)]
    chance.shuffle(words)
    return words


def _several(counts: Mapping[str, int], size: int, chance: random.Random) -> list[list[str]]:
    """For each of ``size`` contacts the words that were chosen, each word by exactly so many."""
    found: list[list[str]] = [[] for _ in range(size)]
    for word, count in counts.items():
        for place in chance.sample(range(size), count):
            found[place].append(word)
    return found


def _hours(functions: Mapping[str, Mapping[str, int]], night: int, chance: random.Random) -> list[int]:
    dated = sum(each["all"] - each["undated"] for each in functions.values())
    hours = [chance.randrange(8) for _ in range(night)]
    hours += chance.choices(HOURS, HOUR_WEIGHTS, k=dated - night)
    chance.shuffle(hours)
    return hours


def _others(
    function: str, numbers: Mapping[str, int], known: Mapping[str, Any], chance: random.Random
) -> list[str]:
    """Who made contact that was not in the target group: as told by telephone, drawn elsewhere."""
    who: dict[str, int] = {word: n for word, n in known["who_by_telephone"].items() if word != TARGET_GROUP}
    if function == Function.TELEPHONE:
        return _shuffled(who, chance)
    return chance.choices(list(who), list(who.values()), k=numbers["all"] - numbers["target_group"])


def _further(function: str, size: int, known: Mapping[str, Any], chance: random.Random) -> list[str]:
    none = _count(known["other"]["no_further_contact_percent"], size)
    if function != Function.TELEPHONE:
        none = size // 2
    words: Sequence[str] = ("call_back", "visit", "crisis_plan", UNKNOWN)
    found = ["none"] * none + chance.choices(words, k=size - none)
    chance.shuffle(found)
    return found


def _channels(function: str, size: int, known: Mapping[str, int], chance: random.Random) -> list[str]:
    if function != Function.TELEPHONE:
        return []
    return _shuffled({**known, "voice": size - sum(known.values())}, chance)


def _nights(percents: Mapping[str, int], size: int, chance: random.Random) -> list[int]:
    found = _shuffled(counts_with_percents(percents, size), chance)
    return [chance.randint(6, 14) if word == "more_than_5" else int(word) for word in found]
