"""Which period and lines somebody asked for, as it stands in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from gateway.pages.statistics.period import BY_NAME, DEFAULT, ONE_DAY, OWN, Period
from gateway.statistics.table import Asked

EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
LONGEST_DAYS = 366 * 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """``name``: of the period, or ``OWN``; ``lines``: those that were picked, none for all of them.
    ``faults``: fields that made no sense."""

    name: str
    period: Period
    lines: tuple[str, ...]
    faults: frozenset[str] = frozenset()

    def asked(self, every: tuple[str, ...], today: date) -> Asked:
        return Asked(self.period.first, self.period.last, self.lines or every, today)

    @property
    def query(self) -> str:
        """For addresses: what is asked for again shows the same."""
        days = {"from": str(self.period.first), "to": str(self.period.last_day)} if self.name == OWN else {}
        given = [("period", self.name), *days.items(), *(("line", line) for line in self.lines)]
        return urlencode(given)

    def days(self) -> str:
        """For addresses of files: the days themselves, so that the file is what the page showed."""
        days = [("from", str(self.period.first)), ("to", str(self.period.last_day))]
        return urlencode([*days, *(("line", line) for line in self.lines)])


def chosen_of(given: MultiDict[str, str], known: Collection[str], today: date) -> Chosen:
    """A field that makes no sense is named in ``faults``, and the usual stands in its place."""
    faults = set()
    lines = tuple(dict.fromkeys(given.getlist("line")))
    if not set(lines) <= set(known):
        faults.add("line")
        lines = tuple(line for line in lines if line in known)
    name = given.get("period") or (OWN if given.get("from") or given.get("to") else DEFAULT)
    if name in BY_NAME:
        return Chosen(name, BY_NAME[name](today), lines, frozenset(faults))
    usual = BY_NAME[DEFAULT](today)
    if name != OWN:
        return Chosen(DEFAULT, usual, lines, frozenset(faults | {"period"}))
    first, last = _day(given.get("from", "")), _day(given.get("to", ""))
    faults |= {field for field, day in (("from", first), ("to", last)) if day is None}
    if first is None or last is None:
        return Chosen(DEFAULT, usual, lines, frozenset(faults))
    if last < first or (last - first).days >= LONGEST_DAYS:
        return Chosen(DEFAULT, usual, lines, frozenset(faults | {"to"}))
    return Chosen(OWN, Period(first, last + ONE_DAY), lines, frozenset(faults))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None
