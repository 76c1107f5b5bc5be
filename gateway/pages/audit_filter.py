"""Which part of the log somebody asked for, as it stands in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from gateway.accounts.access import Audited
from gateway.pages.audit_words import ACTIONS
from gateway.store.audit_entries import Wanted
from routing.wall_clock import instant

MOST_DIGITS = 9
# Days that have a midnight on every clock.
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
ONE_DAY = timedelta(days=1)


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
            since=_midnight(self.from_, zone),
            until=_midnight(self.to + ONE_DAY, zone) if self.to else None,
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
            found = date.fromisoformat(given[name])
        except ValueError:
            found = date.min
        if not EARLIEST <= found <= LATEST:
            faults.add(name)
            return None
        return found

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


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return instant(datetime.combine(day, time()), zone) if day is not None else None
