"""How near a worker of a pool is to a citizen: the one who knows the place rings first."""

from __future__ import annotations

from typing import NamedTuple

from config.site import Site, Worker

# Ranks, the lowest first. Plain integers, for they are added to and compared for every phone of every plan.
OWN_LINE = 0
OWN_MUNICIPALITY = 1
ELSEWHERE = 2
# Added for who doesn't speak the language asked for: being understood counts for more than being near.
FURTHER_THAN_ANY = 3


class Caller(NamedTuple):
    """What is known of a citizen: the line and municipality they belong to, the language they asked for."""

    line: str | None
    municipality: str | None
    language: str | None

    def nearness(self, site: Site, worker: Worker) -> int:
        """The rank of a pooled worker, by the lines they serve beside the pool."""
        if self.line is not None and self.line in worker.lines:
            return OWN_LINE
        if self.municipality is not None:
            for line in worker.lines:
                if self.municipality in site.lines[line].municipalities:
                    return OWN_MUNICIPALITY
        return ELSEWHERE
