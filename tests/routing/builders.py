"""Small sites, shifts and windows for the tests of routing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from config.site import Channel, Line, Municipality, NightLine, SharedNumber, Site, Worker
from config.windows import parse_windows
from routing.roster import Shift

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # changes its clocks by half an hour

ALWAYS = parse_windows(["always"])


def clock(text: str) -> datetime:
    """A wall-clock time: ``2026-03-29 02:30``."""
    return datetime.fromisoformat(text)


def at(text: str) -> datetime:
    """An instant: ``2026-03-29 03:00+02:00``."""
    instant = datetime.fromisoformat(text)
    assert instant.tzinfo is not None
    return instant


def shift(line: str, tier: int, worker: str, start: str, end: str) -> Shift:
    return Shift(line, tier, worker, clock(start), clock(end))


def line(id_: str, **given: object) -> Line:
    standard: dict[str, object] = {
        "name": f"Akuttilbuddet {id_}",
        "municipalities": ("0561",),
        "phone": f"+45-{id_}",
        "hours": {Channel.VOICE: ALWAYS},
    }
    return Line(id_, **{**standard, **given})  # type: ignore[arg-type]


def night_line(id_: str, **given: object) -> NightLine:
    standard: dict[str, object] = {"name": f"Natlinjen {id_}", "hours": parse_windows(["daily 23:00-07:00"])}
    return NightLine(id_, **{**standard, **given})  # type: ignore[arg-type]


def worker(id_: str, **given: object) -> Worker:
    standard: dict[str, object] = {"name": f"Vagt {id_}", "mobile": "+4520000001"}
    return Worker(id_, **{**standard, **given})  # type: ignore[arg-type]


def site(
    lines: Iterable[Line] = (),
    night_lines: Iterable[NightLine] = (),
    workers: Iterable[Worker] = (),
    *,
    shared_numbers: Iterable[SharedNumber] = (),
    postcodes: Mapping[str, Iterable[str]] | None = None,
    zone: ZoneInfo = COPENHAGEN,
) -> Site:
    """``postcodes`` of further municipalities, by code; those of the lines are there in any case."""
    lines = tuple(lines)
    codes: dict[str, Iterable[str]] = {code: () for each in lines for code in each.municipalities}
    codes.update(postcodes or {})
    return Site(
        id="test",
        name="Test",
        zone=zone,
        languages=("da", "en"),
        municipalities={
            code: Municipality(code, f"Kommune {code}", frozenset(own)) for code, own in codes.items()
        },
        lines={each.id: each for each in lines},
        night_lines={each.id: each for each in night_lines},
        shared_numbers=tuple(shared_numbers),
        workers={each.id: each for each in workers},
    )
