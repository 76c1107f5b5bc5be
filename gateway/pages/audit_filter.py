"""Which part of the log somebody asked for, as it stands in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from gateway.accounts.access import Audited
from gateway.pages.audit_words import ACTIONS
from gateway.pages.days import ONE_DAY, day_of, midnight
from gateway.store.audit_entries import Wanted

MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Filter:
    """``from_`` and ``to``: days in the site's zone, both included. ``faults``: fields that made no sense."""

    from_: date | None = None
    to: date | None = None
    action: str | None = None
    worker: str | None = None
    before: int | None = None
    faults: frozenset[str] = frozenset()

    def wanted(self, audited: Audited, zone: ZoneInfo) -> Wanted:
        return Wanted(
            audited.lines,
            audited.night_lines,
            audited.everything,
            since=midnight(self.from_, zone),
            until=midnight(self.to + ONE_DAY, zone) if self.to else None,
            action=self.action,
            actor=self.worker,
            before=self.before,
        )

    def asked(self) -> dict[str, str]:
        """What was asked for, apart from the place in it: for addresses, and for the trace of reading it."""
        given = {"from": self.from_, "to": self.to, "action": self.action, "worker": self.worker}
        return {name: str(value) for name, value in given.items() if value is not None}

    def address(self, path: str, *, before: int | None = None) -> str:
        query = urlencode(self.asked() | ({"before": str(before)} if before is not None else {}))
        return f"{path}?{query}" if query else path


def filter_of(given: MultiDict[str, str], actors: Collection[str]) -> Filter:
    """``actors``: who may be asked for. A field that makes no sense is left out, and named in ``faults``."""
    faults = set()

    def day(name: str) -> date | None:
        if not given.get(name):
            return None
        try:
            return day_of(given[name])
        except ValueError:
            faults.add(name)
            return None

    def word(name: str, known: Collection[str]) -> str | None:
        if not given.get(name):
            return None
        if given[name] not in known:
            faults.add(name)
            return None
        return given[name]

    before = given.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) <= MOST_DIGITS):
        faults.add("before")
        before = ""
    return Filter(
        from_=day("from"),
        to=day("to"),
        action=word("action", ACTIONS),
        worker=word("worker", actors),
        before=int(before) if before else None,
        faults=frozenset(faults),
    )
