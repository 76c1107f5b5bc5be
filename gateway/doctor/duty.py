"""Who answers tonight: gaps in the next 24 hours, and whether the phones of those on duty can be rung."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import phonenumbers
from phonenumbers import PhoneNumberType

from config.site import Channel, NightLine, Site
from gateway.doctor.finding import Finding, fail, ok, warn
from routing.gaps import Gap, gaps
from routing.roster import Roster
from routing.wall_clock import wall

AHEAD = timedelta(hours=24)
IMPORT = "publish shifts: akutlinjen roster import FILE"
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def duty_findings(site: Site, roster: Roster, now: datetime) -> Iterator[Finding]:
    for line in site.lines:
        yield _place(site, roster, line, _backup_behind(site, line), now)
    for night_line in site.night_lines.values():
        yield _place(site, roster, night_line.id, night_line.backup_phone, now)
    yield from _workers(site, roster, now)
    for night_line in site.night_lines.values():
        yield _backup(night_line)


def _place(site: Site, roster: Roster, place: str, backup: str | None, now: datetime) -> Finding:
    what = f"roster {place}"
    found = gaps(site, roster, place, now, now + AHEAD)
    if not found:
        return ok(what, "somebody is on duty whenever it is open in the next 24 h")
    told = ", ".join(_told(gap, site) for gap in found[:3]) + (" ..." if len(found) > 3 else "")
    words = f"nobody is on duty {told}"
    if any(Channel.VOICE in gap.channels for gap in found):
        if backup is not None:
            return warn(what, f"{words}; only the back-up phone would ring", IMPORT)
        return fail(what, f"{words}; no phone would ring", IMPORT)
    return warn(what, words, IMPORT)


def _told(gap: Gap, site: Site) -> str:
    starts, ends = (f"{wall(at, site.zone):%d.%m. %H:%M}" for at in (gap.starts, gap.ends))
    return f"{starts} - {ends} ({', '.join(gap.channels)})"


def _backup_behind(site: Site, line: str) -> str | None:
    night_line = site.night_lines.get(site.lines[line].night_line or "")
    return night_line.backup_phone if night_line else None


def _workers(site: Site, roster: Roster, now: datetime) -> Iterator[Finding]:
    on_duty: set[str] = set()
    for place in (*site.lines, *site.night_lines):
        at: datetime | None = now
        while at is not None and at < now + AHEAD:
            stretch = roster.stretch(place, at)
            on_duty |= {duty.worker for duty in stretch.on_duty}
            at = stretch.until
    good = 0
    for worker in sorted(on_duty):
        known = site.workers.get(worker)
        if known is None:
            do = "put them into the site file, or somebody else into their shifts"
            yield fail(f"worker {worker}", "is on duty, but not in the site: nobody would be rung", do)
        elif (wrong := _wrong_with(known.mobile)) is not None:
            yield warn(f"worker {worker}", f"their mobile {wrong}", "look at it in the site file")
        else:
            good += 1
    if good:
        yield ok("workers", f"{good} on duty in the next 24 h, with mobiles that can exist")


def _backup(night_line: NightLine) -> Finding:
    what = f"back-up {night_line.id}"
    if night_line.backup_phone is None:
        return warn(what, "there is none", "give the night line a backup_phone in the site file")
    if not phonenumbers.is_valid_number(phonenumbers.parse(night_line.backup_phone)):
        return warn(what, "is no number that is in use anywhere", "look at it in the site file")
    return ok(what, "set")


def _wrong_with(mobile: str) -> str | None:
    number = phonenumbers.parse(mobile)
    if not phonenumbers.is_valid_number(number):
        return "is no number that is in use anywhere"
    if phonenumbers.number_type(number) not in _MOBILE:
        return "is no mobile: it can't get the SMS that say who is on duty"
    return None
