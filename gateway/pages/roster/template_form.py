"""A template as a form: rows of shifts with weekdays and times, and workers in the order of their turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from werkzeug.datastructures import MultiDict

from routing.rotation import Rotation, Slot, Unit

A_DAY_MINUTES = 24 * 60
LEAST_ROWS, SPARE_ROWS = 3, 2
LEAST_TURNS, SPARE_TURNS = 6, 2
MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class SlotRow:
    """As it was written, or as it is; ``later``: how many days after it began a shift ends."""

    weekdays: frozenset[int] = frozenset()
    start: str = ""
    end: str = ""
    later: str = ""
    week: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """Everything that stands in the form, with empty rows and turns at the end to go on in."""

    name: str
    tier: str
    unit: str
    weeks: str
    anchor: str
    skips_holidays: bool
    workers: Sequence[str]
    rows: Sequence[SlotRow]


class FormError(ValueError):
    """``fields``: those that make no sense."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


def empty(anchor: date) -> Written:
    rows = (SlotRow(frozenset(range(5)), "16:00", "08:00"),)
    return _spaced(Written("", "1", Unit.SHIFT, "1", anchor.isoformat(), False, (), rows))


def as_written(name: str, rotation: Rotation) -> Written:
    return _spaced(
        Written(
            name,
            str(rotation.tier),
            rotation.unit,
            str(rotation.weeks),
            rotation.anchor.isoformat(),
            rotation.skips_holidays,
            rotation.workers,
            tuple(_row(slot) for slot in rotation.slots),
        )
    )


def read(given: MultiDict[str, str]) -> Written:
    """What was sent, as it was sent."""
    rows = []
    for number in range(MOST_ROWS):
        if f"start-{number}" not in given:
            break
        days = {int(each) for each in given.getlist(f"days-{number}") if each in set("0123456")}
        rows.append(
            SlotRow(
                frozenset(days),
                *(given.get(f"{name}-{number}", "")[:10] for name in ("start", "end", "later", "week")),
            )
        )
    workers = [given.get(f"turn-{number}", "")[:64] for number in range(MOST_ROWS)]
    return _spaced(
        Written(
            " ".join(given.get("name", "").split())[:80],
            given.get("tier", "1")[:4],
            given.get("unit", Unit.SHIFT),
            given.get("weeks", "1")[:4],
            given.get("anchor", "")[:10],
            given.get("skips_holidays") == "yes",
            tuple(each for each in workers if each),
            tuple(row for row in rows if row.weekdays or row.start or row.end),
        )
    )


def rotation_of(written: Written, line: str) -> Rotation:
    """Raises FormError for what can't be read, and RotationError for what can't be a rotation."""
    faults: list[str] = []

    def number(name: str, text: str, least: int = 0) -> int:
        if text.isascii() and text.isdecimal() and int(text) >= least:
            return int(text)
        faults.append(name)
        return least

    def clock(text: str) -> int:
        try:
            at = time.fromisoformat(text)
        except ValueError:
            faults.append("rows")
            return 0
        return at.hour * 60 + at.minute

    slots = []
    for row in written.rows:
        if not (row.weekdays or row.start or row.end):
            continue
        start, end = clock(row.start), clock(row.end)
        later = number("rows", row.later) if row.later else int(end <= start)
        week = number("rows", row.week, 1) - 1 if row.week else None
        slots.append(Slot(row.weekdays, start, end + later * A_DAY_MINUTES - start, week))
    try:
        anchor = date.fromisoformat(written.anchor)
    except ValueError:
        faults.append("anchor")
        anchor = date(2024, 1, 1)
    if written.unit not in set(Unit):
        faults.append("unit")
    if not written.name:
        faults.append("name")
    tier, weeks = number("tier", written.tier, 1), number("weeks", written.weeks, 1)
    if tier > 9:
        faults.append("tier")
    if faults:
        raise FormError(list(dict.fromkeys(faults)))
    return Rotation(
        line=line,
        tier=tier,
        workers=tuple(each for each in written.workers if each),
        slots=tuple(slots),
        weeks=weeks,
        anchor=anchor,
        unit=Unit(written.unit),
        skips_holidays=written.skips_holidays,
    )


def _row(slot: Slot) -> SlotRow:
    end = slot.start_minute + slot.minutes
    return SlotRow(
        slot.weekdays,
        _clock(slot.start_minute),
        _clock(end),
        str(end // A_DAY_MINUTES),
        "" if slot.week is None else str(slot.week + 1),
    )


def _clock(minute: int) -> str:
    minute %= A_DAY_MINUTES
    return f"{minute // 60:02}:{minute % 60:02}"


def _spaced(written: Written) -> Written:
    """With empty rows and turns at the end to go on in."""
    spare = max(LEAST_ROWS - len(written.rows), SPARE_ROWS)
    turns = max(LEAST_TURNS - len(written.workers), SPARE_TURNS)
    return replace(
        written,
        rows=(*written.rows, *[SlotRow()] * spare)[:MOST_ROWS],
        workers=(*written.workers, *[""] * turns)[:MOST_ROWS],
    )
