"""Rosters in and out: a file is shown with what it would change, and counts when somebody says so; or not at
all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response, request
from sqlalchemy.engine import Connection
from werkzeug.exceptions import RequestEntityTooLarge

from config.site import Site
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, COORDINATOR_WITH_FILE
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import blueprint, language, say, see_other
from gateway.pages.roster.desk import (
    chosen_line,
    editing,
    gateway,
    lines,
    planned_line,
    roster_page,
    site,
    today,
)
from gateway.pages.roster.faults import fault
from gateway.pages.roster.parcel import MOST_BYTES, ParcelError, packed, unpacked
from gateway.pages.roster.spoken import gap_said, open_said, stretch_said
from gateway.rosters.calendar_file import CalendarFileError, read_calendar
from gateway.rosters.publishing import GapsOpenError
from gateway.rosters.replacing import Replacement
from gateway.rosters.roster_file import RosterFileError, read_roster
from gateway.rosters.roster_import import (
    MovedOnError,
    filling,
    followed_up,
    import_into,
    opened_gaps,
    replacements_for,
)
from gateway.store import roster_history, roster_versions
from routing.roster import Shift

MOST_SHOWN = 200
NAME_CHARACTERS = 100
CSV, CALENDAR = "csv", "ics"


@dataclass(frozen=True, slots=True)
class File:
    """``line`` and ``tier``: of a calendar, which names neither itself."""

    content: bytes
    name: str
    kind: str
    line: str
    tier: int


@dataclass(frozen=True, slots=True)
class OnLine:
    """What an import would change on one line; texts as they are shown."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


class FileError(Exception):
    """``problems``: each a sentence in the page's language."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@blueprint.get("/roster/import")
@protected_by(COORDINATOR)
def in_and_out() -> Response:
    return _page(chosen_line(request.args.get("line")), imported=request.args.get("imported"))


@blueprint.post("/roster/import/preview")
@protected_by(COORDINATOR_WITH_FILE)
def preview_file() -> Response:
    """What the file would change, line by line. Nothing is changed."""
    try:
        file = _uploaded()
        shifts = _read(file)
    except FileError as error:
        return _page(chosen_line(request.form.get("line")), problems=error.problems, status=400)
    return _preview(file, shifts)


@blueprint.post("/roster/import")
@protected_by(COORDINATOR_WITH_FILE)
def import_file() -> Response:
    """Make the file count as it was shown; where the roster has moved on, it is shown anew."""
    try:
        file = _given_back()
        shifts = _read(file)
    except FileError as error:
        return _page(chosen_line(request.form.get("line")), problems=error.problems, status=400)
    seen = request.form.get("seen", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        return _preview(file, shifts, moved_on=True)
    try:
        _import(file, shifts, int(seen), confirmed=request.form.get("confirm_gaps") == "yes")
    except MovedOnError:
        return _preview(file, shifts, moved_on=True)
    except GapsOpenError:
        return _preview(file, shifts, asks=True)
    return see_other(f"/roster/import?line={shifts[0].line}&imported={len(shifts)}")


def _import(file: File, shifts: Sequence[Shift], seen: int, *, confirmed: bool) -> None:
    """Raises MovedOnError and GapsOpenError; then nothing is changed."""
    with editing() as edit:
        version = roster_versions.lock(edit.connection)
        replacements = replacements_for(edit.connection, version, shifts)
        opened = opened_gaps(edit.connection, edit.site, version, replacements, edit.at)
        if opened and not confirmed:
            raise GapsOpenError(opened)
        import_into(
            edit.connection,
            shifts,
            by=edit.by,
            source=file.name,
            at=edit.at,
            trace=followed_up(edit.audit, edit.site, edit.by, edit.at),
            seen=seen,
        )


def _page(
    line: str | None, *, problems: Sequence[str] = (), imported: str | None = None, status: int = 200
) -> Response:
    count = imported if imported and imported.isascii() and imported.isdecimal() else None
    return roster_page(
        "import.html",
        "import",
        line,
        status,
        problems=problems[:MOST_SHOWN],
        more_problems=max(0, len(problems) - MOST_SHOWN),
        imported=count,
        month=f"{today():%Y-%m}",
    )


def _preview(file: File, shifts: Sequence[Shift], *, moved_on: bool = False, asks: bool = False) -> Response:
    found = site()
    with gateway().store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        replacements = replacements_for(connection, version, shifts)
        on_lines = [_on_line(connection, version, found, each) for each in replacements]
        now = gateway().now()
        opened = opened_gaps(connection, found, version, replacements, now)
        fills = filling(connection, found, version, replacements, now)
    return roster_page(
        "import_preview.html",
        "import",
        shifts[0].line,
        409 if moved_on or asks else 200,
        file=file,
        content=packed(file.content),
        seen=version,
        on_lines=on_lines,
        changes=sum(len(each.added) + len(each.removed) for each in on_lines),
        gaps=[gap_said(found, each.place, each.starts, each.ends, language()) for each in opened],
        filled=[open_said(found, each, language()) for each in fills.filled],
        partly=[open_said(found, each, language()) for each in fills.partly],
        moved_on=moved_on,
        asks=asks,
        most=MOST_SHOWN,
    )


def _on_line(connection: Connection, version: int, found: Site, each: Replacement) -> OnLine:
    """A row that only goes on in another order is no change to whoever reads it."""
    ended = [row.shift for row in roster_history.of_rows(connection, version, each.ending).values()]
    both = set(ended) & set(each.beginning)
    return OnLine(
        name_of(found, each.line),
        tuple(_said(found, [shift for shift in each.beginning if shift not in both])),
        tuple(_said(found, [shift for shift in ended if shift not in both])),
        each.unchanged,
    )


def _said(found: Site, shifts: Iterable[Shift]) -> list[str]:
    tier = say("trin {tier}")
    return [
        f"{worker_name(found, each.worker)} {stretch_said(each.start, each.end, language())}"
        + ("" if each.tier == 1 else f", {tier.format(tier=each.tier)}")
        for each in sorted(shifts, key=lambda each: (each.start, each.tier))
    ]


def _uploaded() -> File:
    try:
        given = request.files.get("file")
        content = given.read(MOST_BYTES + 1) if given else b""
    except RequestEntityTooLarge:
        content = b" " * (MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileError([say("Filen er for stor. Højst {megabytes} MB.", megabytes=MOST_BYTES // 1024**2)])
    if given is None or not content:
        raise FileError([say("Vælg en fil.")])
    return _file(content, given.filename or "")


def _given_back() -> File:
    try:
        content = unpacked(request.form.get("content", ""))
    except ParcelError as error:
        raise FileError([say("Vælg filen igen.")]) from error
    return _file(content, request.form.get("name", ""))


def _file(content: bytes, name: str) -> File:
    kind = CALENDAR if request.form.get("kind") == CALENDAR else CSV
    line = planned_line(request.form.get("line", "")) if kind == CALENDAR else ""
    tier = request.form.get("tier", "1")
    if tier not in {str(each) for each in range(1, 10)}:
        raise FileError([say("Skriv et tal fra 1 til 9.")])
    printable = "".join(char for char in name if char.isprintable())
    return File(content, printable[-NAME_CHARACTERS:] or kind, kind, line, int(tier))


def _read(file: File) -> tuple[Shift, ...]:
    """The file's shifts, all of lines that they plan. Raises FileError with everything that is wrong."""
    found, spoken = site(), language()
    try:
        if file.kind == CALENDAR:
            shifts = read_calendar(file.content, found, file.line, file.tier)
        else:
            shifts = read_roster(file.content, found)
    except CalendarFileError as error:
        raise FileError([fault(each, spoken, found) for each in error.problems]) from error
    except RosterFileError as error:
        raise FileError(
            [
                say("Linje {number}: {words}", number=each.line, words=fault(each.message, spoken, found))
                for each in error.problems
            ]
        ) from error
    mine = {each.id for each in lines()}
    foreign = sorted({each.line for each in shifts} - mine)
    if foreign:
        raise FileError([say("Du planlægger ikke {line}.", line=name_of(found, each)) for each in foreign])
    return shifts
