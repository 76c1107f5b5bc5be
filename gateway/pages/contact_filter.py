"""Which contacts somebody asked for, as it stands in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from config.site import Channel
from gateway.contacts.lifecycle import ContactState
from gateway.contacts.listed import Wanted
from gateway.pages.days import ONE_DAY, day_of, midnight


@dataclass(frozen=True, slots=True)
class Filter:
    """``from_`` and ``to``: days in the site's zone, both included. ``faults``: fields that made no sense."""

    states: tuple[str, ...] = ()
    line: str | None = None
    channel: str | None = None
    municipality: str | None = None
    from_: date | None = None
    to: date | None = None
    faults: frozenset[str] = frozenset()

    def wanted(self, zone: ZoneInfo) -> Wanted:
        return Wanted(
            self.states or None,
            self.channel,
            self.municipality,
            since=midnight(self.from_, zone),
            until=midnight(self.to + ONE_DAY, zone) if self.to else None,
        )

    def asked(self) -> list[tuple[str, str]]:
        """What was asked for, apart from the place in the list."""
        given = {
            "line": self.line, "channel": self.channel, "municipality": self.municipality,
            "from": self.from_, "to": self.to,
        }  # fmt: skip
        some = [(name, str(value)) for name, value in given.items() if value is not None]
        return [*(("state", state) for state in self.states), *some]

    def address(self, after: str) -> str:
        return "/contacts?" + urlencode([*self.asked(), ("after", after)])


def filter_of(given: MultiDict[str, str], lines: Collection[str], municipalities: Collection[str]) -> Filter:
    """``lines``, ``municipalities``: those that there are for the reader. A field that makes no sense is left
    out, and named in ``faults``."""
    faults = set()

    def word(name: str, known: Collection[str]) -> str | None:
        found = given.get(name) or None
        if found is None or found in known:
            return found
        faults.add(name)
        return None

    def day(name: str) -> date | None:
        try:
            return day_of(given[name]) if given.get(name) else None
        except ValueError:
            faults.add(name)
            return None

    states = tuple(dict.fromkeys(state for state in given.getlist("state") if state))
    if not set(states) <= set(ContactState):
        faults.add("state")
    from_, to = day("from"), day("to")
    if from_ is not None and to is not None and to < from_:
        faults.add("order")
        to = None
    return Filter(
        tuple(state for state in states if state in tuple(ContactState)),
        word("line", lines),
        word("channel", tuple(Channel)),
        word("municipality", municipalities),
        from_,
        to,
        frozenset(faults),
    )
