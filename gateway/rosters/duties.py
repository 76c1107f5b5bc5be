"""What is wrong with a shift: who may have it, and when it is. The same words for files, editor and API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.site import Site
from config.spelling import did_you_mean
from gateway.store.roster_versions import WALL_FORMAT
from routing.overrides import meets
from routing.roster import Shift
from routing.wall_clock import instant

FIRST_TIER, LAST_TIER = 1, 9
# Beyond, an end is a slip of the finger.
LONGEST = timedelta(days=31)
# No change of the clock skips more; only shifts as short as this need a look at the instants.
_LONGEST_GAP = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shift as somebody wants it; without a worker it is open."""

    line: str
    tier: int
    worker: str | None
    start: datetime
    end: datetime

    def as_shift(self) -> Shift:
        """Raises ValueError for an open one."""
        if self.worker is None:
            raise ValueError("an open shift is nobody's duty")
        return Shift(self.line, self.tier, self.worker, self.start, self.end)


class WantedError(ValueError):
    """A shift that can't be. ``problems``: what is wrong, by field; ``""`` for the shift as a whole."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


def check(site: Site, wanted: Wanted, others: Iterable[Shift] = ()) -> None:
    """Raises WantedError with everything that is wrong. ``others``: the shifts that it will stand among."""
    problems: dict[str, str] = {}
    duty = (
        problem_with_line(site, wanted.line)
        if wanted.worker is None
        else problem_with_duty(site, wanted.line, wanted.worker)
    )
    if duty:
        problems["worker" if wanted.line in places(site) else "line"] = duty
    if not FIRST_TIER <= wanted.tier <= LAST_TIER:
        problems["tier"] = f"tier {wanted.tier} is not one of 1 to 9; 1 rings first"
    span = problem_with_span(wanted.start, wanted.end, site.zone)
    if span is None and wanted.end - wanted.start > LONGEST:
        span = f"the shift is longer than {LONGEST.days} days"
    if span:
        problems["end"] = span
    if not problems and wanted.worker is not None:
        double = problem_with_others(wanted.as_shift(), others)
        if double:
            problems["worker"] = double
    if problems:
        raise WantedError(problems)


def places(site: Site) -> Sequence[str]:
    """Lines and night lines."""
    return (*site.lines, *site.night_lines)


def problem_with_line(site: Site, line: str) -> str | None:
    known = places(site)
    return None if line in known else f'line "{line}" is not in the site{did_you_mean(line, sorted(known))}'


def problem_with_duty(site: Site, line: str, worker: str) -> str | None:
    """Why this worker can't be on this line; None when they can."""
    known = site.workers.get(worker)
    wrong = [problem_with_line(site, line)]
    if known is None:
        wrong.append(f'worker "{worker}" is not in the site{did_you_mean(worker, site.workers)}')
    elif wrong == [None] and line not in (*known.lines, *known.night_lines):
        key = "night_lines" if line in site.night_lines else "lines"
        wrong.append(f'worker "{worker}" does not serve "{line}"; add it to their {key} in the site file')
    return "; ".join(words for words in wrong if words) or None


def problem_with_span(start: datetime, end: datetime, zone: ZoneInfo) -> str | None:
    """Why a shift can't go from one wall-clock time to the other; None when it can."""
    if end <= start:
        after_midnight = end.date() == start.date() and end.time() <= start.time()
        advice = "; a shift past midnight ends on the next day" if after_midnight else ""
        return f"the end {end:{WALL_FORMAT}} is not after the start {start:{WALL_FORMAT}}{advice}"
    if end - start <= _LONGEST_GAP and instant(start, zone) >= instant(end, zone):
        return f"the whole shift from {start:{WALL_FORMAT}} lies in the hour that the spring change skips"
    return None


def problem_with_others(shift: Shift, others: Iterable[Shift]) -> str | None:
    """Nobody is on one line twice at once, in whatever tiers."""
    for other in others:
        if (other.line, other.worker) == (shift.line, shift.worker) and meets(other, shift):
            times = f"from {other.start:{WALL_FORMAT}} to {other.end:{WALL_FORMAT}}"
            return f'"{shift.worker}" is on "{shift.line}" already, {times}'
    return None
