"""What the tables of a site file say of each other: ids used once, references that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from config.site import Line, Municipality, NightLine, SharedNumber, Worker
from config.site_table import Table
from config.spelling import quoted


@dataclass(frozen=True, slots=True)
class Draft:
    """All tables of a file with what was read of each, in the file's order."""

    municipalities: list[tuple[Table, Municipality]] = field(default_factory=list)
    lines: list[tuple[Table, Line]] = field(default_factory=list)
    night_lines: list[tuple[Table, NightLine]] = field(default_factory=list)
    shared_numbers: list[tuple[Table, SharedNumber]] = field(default_factory=list)
    workers: list[tuple[Table, Worker]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Use:
    """Something that may stand once only, where it stands and what it is there."""

    table: Table
    place: tuple[str | int, ...]
    text: str
    what: str


def check(draft: Draft) -> None:
    """Note every problem between tables."""
    _check_ids(draft)
    _check_references(draft)
    _check_numbers(draft)


def _check_ids(draft: Draft) -> None:
    _once(
        [_Use(table, ("code",), municipality.code, "code") for table, municipality in draft.municipalities],
        "; each municipality stands once",
    )
    _once(
        [
            _Use(table, ("postcodes", position), postcode, "postcode")
            for table, _ in draft.municipalities
            for position, postcode in enumerate(table.listed("postcodes"))
        ],
        "; a postcode leads to one municipality, the one most of it lies in",
    )
    _once(
        [
            *(_Use(table, ("id",), line.id, "id") for table, line in draft.lines),
            *(_Use(table, ("id",), night_line.id, "id") for table, night_line in draft.night_lines),
        ],
        "; lines and night lines share their ids, for a roster names either in one column",
    )
    _once([_Use(table, ("id",), worker.id, "id") for table, worker in draft.workers], "")


def _check_references(draft: Draft) -> None:
    codes = [municipality.code for _, municipality in draft.municipalities]
    codes += [code.zfill(4) for code in codes if len(code) < 4]  # told already: "561" is to be "0561"
    lines = [line.id for _, line in draft.lines]
    night_lines = [night_line.id for _, night_line in draft.night_lines]
    for table, line in draft.lines:
        table.known("municipalities", line.municipalities, codes, "municipality of this file")
        if line.night_line:
            table.known_one("night_line", line.night_line, night_lines, "night line")
    for table, shared in draft.shared_numbers:
        table.known("lines", shared.lines, lines, "line")
        if shared.fallback:
            table.known_one("fallback", shared.fallback, night_lines, "night line")
    for table, worker in draft.workers:
        table.known("lines", worker.lines, lines, "line")
        table.known("night_lines", worker.night_lines, night_lines, "night line")


def _check_numbers(draft: Draft) -> None:
    own = [_Use(table, ("phone",), line.phone, "phone") for table, line in draft.lines]
    own += [
        _Use(table, ("partner_phone",), line.partner_phone or "", "partner_phone")
        for table, line in draft.lines
    ]
    own += [_Use(table, ("phone",), shared.phone, "phone") for table, shared in draft.shared_numbers]
    _once(own, "; one number leads to one place")
    mobiles = [_Use(table, ("mobile",), worker.mobile, "mobile") for table, worker in draft.workers]
    _once(mobiles, "; each worker has a phone of their own")
    backups = [
        _Use(table, ("backup_phone",), night_line.backup_phone or "", "backup_phone")
        for table, night_line in draft.night_lines
    ]
    _not_our_own([*mobiles, *backups], own)


def _once(uses: Sequence[_Use], because: str) -> None:
    first: dict[str, _Use] = {}
    for use in sorted(uses, key=lambda use: use.table.line(*use.place)):
        if not use.text:
            continue
        before = first.setdefault(use.text, use)
        if before is not use and (before.table is not use.table or before.place[0] != use.place[0]):
            where = f"it stands on line {before.table.line(*before.place)} already, in {before.table.title}"
            use.table.problem(f"{use.what} {quoted(use.text)} is used twice: {where}{because}", *use.place)


def _not_our_own(uses: Iterable[_Use], own: Iterable[_Use]) -> None:
    ours = {use.text: use.table.title for use in own if use.text}
    for use in uses:
        if use.text in ours:
            use.table.problem(
                f"{use.what} {quoted(use.text)} is the number of {ours[use.text]}; "
                "the gateway would ring itself, write a phone that somebody holds",
                *use.place,
            )
