"""The steps of a plan: tiers in the order they ring, each with its reasons, nobody in it twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from config.site import Line, NightLine, Site
from routing import reasons
from routing.nearness import FURTHER_THAN_ANY, Caller
from routing.roster import OnDuty

_TIER = attrgetter("tier")
_RANK = itemgetter(0)


# A plan is made while somebody waits, and of a dozen of these: a tuple costs a third of a dataclass.
class Ring(NamedTuple):
    """One phone: a ``worker`` on duty in a ``tier``, or else a backup ``phone``.

    ``via``: ``line:ID`` or ``night_line:ID``.
    """

    worker: str | None
    phone: str | None
    via: str
    tier: int | None
    because: str


class Step(NamedTuple):
    """Those who begin to ring ``after_seconds`` from the start of the plan, in order."""

    after_seconds: int
    ring: tuple[Ring, ...]


class Skipped(NamedTuple):
    """A worker on duty who can't be rung, and why."""

    worker: str
    because: str


class Draft:
    """Steps while a plan is being made. The first place of a worker wins, be it a ring or a skip."""

    def __init__(self, site: Site, caller: Caller, unavailable: Mapping[str, str]) -> None:
        self.steps: list[Step] = []
        self.skipped: list[Skipped] = []
        self._site = site
        self._caller = caller
        self._unavailable = unavailable
        self._placed: set[str] = set()
        self._next_after_seconds = 0

    def add_tiers(
        self,
        place: Line | NightLine,
        via: str,
        on_duty: Sequence[OnDuty],
        *,
        pooled: bool,
        why_pool: str = "",
    ) -> None:
        """A step for each tier that has somebody to ring.

        ``on_duty``: by tier, then in roster order. ``pooled``: near ones ring first. ``why_pool`` ends the
        reasons.
        """
        workers, placed, unavailable = self._site.workers, self._placed, self._unavailable
        language = self._caller.language
        for tier, duties in groupby(on_duty, _TIER):
            rings: list[Ring] = []
            ranks: list[int] = []
            for duty in duties:
                if duty.worker in placed:
                    continue
                placed.add(duty.worker)
                worker = workers.get(duty.worker)
                if worker is None or worker.id in unavailable:
                    self._skip(duty.worker)
                    continue
                rank = 0
                because = reasons.on_duty(duty, place.name)
                if pooled:
                    rank = self._caller.nearness(self._site, worker)
                    because += reasons.NEAR[rank] + why_pool
                if language is not None:
                    if language in worker.languages:
                        because += reasons.speaks(language)
                    else:
                        rank += FURTHER_THAN_ANY
                rings.append(Ring(worker.id, None, via, tier, because))
                ranks.append(rank)
            if len(rings) > 1:
                rings = [ring for _rank, ring in sorted(zip(ranks, rings, strict=True), key=_RANK)]
            if rings:
                self._add_step(place, tuple(rings))

    def add_backup(self, night_line: NightLine, via: str) -> None:
        """The night line's backup phone, where it has one."""
        if night_line.backup_phone is not None:
            ring = Ring(None, night_line.backup_phone, via, None, reasons.backup(night_line.name))
            self._add_step(night_line, (ring,))

    def _skip(self, worker: str) -> None:
        self.skipped.append(Skipped(worker, self._unavailable.get(worker) or reasons.NOT_IN_SITE))

    def _add_step(self, place: Line | NightLine, rings: tuple[Ring, ...]) -> None:
        self.steps.append(Step(self._next_after_seconds, rings))
        self._next_after_seconds += place.no_answer_seconds
