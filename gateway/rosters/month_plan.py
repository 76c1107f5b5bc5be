"""A month's plan of a line on paper: the last fallback when everything else is down.

One row a day, A4 upright; what is uncovered stands out without colour. Telephone numbers are for coordinators
alone, on a page of their own, so that the plan itself can hang on a wall.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from config.phone_numbers import as_people_write_it
from config.site import Site
from routing.holidays import is_holiday
from routing.rest import days_of
from routing.roster import Shift
from routing.wall_clock import instant, wall

_DAY = timedelta(days=1)
WEEKDAYS = {
    "da": ("man", "tir", "ons", "tor", "fre", "lør", "søn"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "da": ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
           "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    printed: str
    version: str
    nobody: str
    tier: str
    numbers: str


WORDS = {
    "da": _Words("Udskrevet", "vagtplan", "INGEN", "bagvagt", "Telefonnumre, kun for koordinatorer"),
    "en": _Words("Printed", "roster version", "NOBODY", "tier", "Telephone numbers, for coordinators only"),
}


def month_plan(
    site: Site,
    line: str,
    first: date,
    shifts: Iterable[Shift],
    gaps: Iterable[tuple[datetime, datetime]],
    *,
    version: int,
    printed_at: datetime,
    language: str = "da",
    with_numbers: bool = False,
) -> bytes:
    """The PDF of the month that ``first`` lies in. ``shifts`` of the line; ``gaps`` as instants.

    Raises KeyError for a line that the site doesn't have.
    """
    place = site.lines.get(line) or site.night_lines[line]
    words = WORDS.get(language, WORDS["en"])
    begins = first.replace(day=1)
    days = list(days_of(datetime.combine(begins, time()), datetime.combine(_next_month(begins), time())))
    on_day = _by_day(shifts, site, days[0], days[-1] + _DAY)
    gaps_on = _gaps_by_day(gaps, site)
    pdf = FPDF(format="A4")
    pdf.set_title(_plain(f"{place.name} {begins:%Y-%m}"))
    pdf.set_auto_page_break(True, margin=12)
    pdf.set_margins(12, 12)
    pdf.add_page()
    month = MONTHS.get(language, MONTHS["en"])[begins.month - 1]
    _line(pdf, f"{place.name}, {month} {begins.year}", size=15, bold=True)
    printed = wall(printed_at, site.zone)
    _line(pdf, f"{words.printed} {printed:%d.%m.%Y %H:%M}, {words.version} {version}", size=9)
    pdf.ln(2)
    names = {worker.id: worker.name for worker in site.workers.values()}
    for day in days:
        _row(pdf, day, on_day.get(day, []), gaps_on.get(day, []), names, words, language)
    if with_numbers:
        _numbers(pdf, site, {shift.worker for own in on_day.values() for shift in own}, words)
    return bytes(pdf.output())


def _row(
    pdf: FPDF,
    day: date,
    shifts: list[Shift],
    gaps: list[str],
    names: Mapping[str, str],
    words: _Words,
    language: str,
) -> None:
    weekday = WEEKDAYS.get(language, WEEKDAYS["en"])[day.weekday()]
    free = day.weekday() == 6 or is_holiday(day)
    entries = [_entry(shift, day, names, words) for shift in sorted(shifts, key=_in_order)]
    entries += [f"{words.nobody} {times}" for times in gaps]
    pdf.set_font("helvetica", "B" if free else "", 9)
    top = pdf.get_y()
    # A day's row is never torn apart.
    if top + 5 * (len(entries) // 2 + 1) > pdf.h - 14:
        pdf.add_page()
    pdf.cell(18, 5, _plain(f"{weekday} {day.day}."), border="T")
    pdf.set_font("helvetica", "B" if gaps else "", 9)
    pdf.multi_cell(0, 5, _plain("   ".join(entries)) or " ", border="T", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _entry(shift: Shift, day: date, names: Mapping[str, str], words: _Words) -> str:
    name = names.get(shift.worker, shift.worker)
    tier = "" if shift.tier == 1 else f" ({words.tier} {shift.tier})"
    end = "24:00" if shift.end > datetime.combine(day + _DAY, time()) else f"{shift.end:%H:%M}"
    if shift.end.time() == time() and shift.end.date() == day + _DAY:
        end = "24:00"
    start = "00:00" if shift.start.date() < day else f"{shift.start:%H:%M}"
    return f"{start}-{end} {name}{tier}"


def _numbers(pdf: FPDF, site: Site, workers: set[str], words: _Words) -> None:
    pdf.add_page()
    _line(pdf, words.numbers, size=13, bold=True)
    for worker in site.workers.values():
        if worker.id in workers:
            _line(pdf, f"{worker.name}: {as_people_write_it(worker.mobile)}", size=11)
    for night_line in site.night_lines.values():
        if night_line.backup_phone:
            _line(pdf, f"{night_line.name}: {as_people_write_it(night_line.backup_phone)}", size=11)


def _line(pdf: FPDF, text: str, *, size: int, bold: bool = False) -> None:
    pdf.set_font("helvetica", "B" if bold else "", size)
    pdf.cell(0, size * 0.5, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _by_day(shifts: Iterable[Shift], site: Site, first: date, until: date) -> dict[date, list[Shift]]:
    found: dict[date, list[Shift]] = {}
    for shift in shifts:
        if instant(shift.start, site.zone) < instant(shift.end, site.zone):
            for day in days_of(shift.start, shift.end):
                if first <= day < until:
                    found.setdefault(day, []).append(shift)
    return found


def _gaps_by_day(gaps: Iterable[tuple[datetime, datetime]], site: Site) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for starts, ends in gaps:
        start, end = wall(starts, site.zone), wall(ends, site.zone)
        for day in days_of(start, max(end, start + timedelta(minutes=1))):
            first = f"{start:%H:%M}" if start.date() == day else "00:00"
            last = f"{end:%H:%M}" if end.date() == day else "24:00"
            found.setdefault(day, []).append(f"{first}-{last}")
    return found


def _in_order(shift: Shift) -> tuple[datetime, int, str]:
    return shift.start, shift.tier, shift.worker


def _next_month(first: date) -> date:
    return (first.replace(day=28) + 4 * _DAY).replace(day=1)


def _plain(text: str) -> str:
    """What the fonts that every printer has can show: Danish letters do, others lose their marks."""
    kept = []
    for char in text:
        try:
            char.encode("latin-1")
            kept.append(char)
        except UnicodeEncodeError:
            bare = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
            kept.append(bare or "?")
    return "".join(kept)
