"""A line's plan as the editor's script takes it: wall-clock times as texts, and every mark with its words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import language, say
from gateway.pages.roster.period import Period
from gateway.pages.roster.spoken import clock, hours_said, stretch_said
from gateway.rosters.month import Month, month_of
from gateway.rosters.plan_stamp import stamp_of
from gateway.rosters.planned import Planned, PlanState
from gateway.store import draft_shifts
from routing.holidays import is_holiday
from routing.rest import days_of
from routing.roster import Shift
from routing.wall_clock import wall

Json = dict[str, Any]


def plan_shown(connection: Connection, site: Site, line: str, period: Period, worker: str) -> Json:
    """``worker``: who looks, since what can be undone is one's own."""
    stamp = stamp_of(connection, line)
    month = month_of(connection, site, line, period.span, drafts=True)
    drafts = draft_shifts.of_line(connection, [line])
    notes = _notes(site, month, line)
    return {
        "line": line,
        "version": str(month.version),
        "stamp": stamp,
        "from": period.first.isoformat(),
        "until": period.until.isoformat(),
        "shifts": [_shift(site, each, month, notes) for each in month.shifts],
        "open": [
            {
                "id": each.id,
                "tier": each.tier,
                "start": clock(each.start),
                "end": clock(each.end),
                "times": stretch_said(each.start, each.end, language()),
            }
            for each in month.open
        ],
        "gaps": [_instants(site, gap.starts, gap.ends) for gap in month.gaps],
        "short": [
            {
                **_instants(site, each.starts, each.ends),
                "words": say("{there} af {wanted} på vagt", there=each.on_duty, wanted=each.minimum.workers),
            }
            for each in month.shortfalls
        ],
        "absences": [
            {
                "worker": each.worker,
                "name": worker_name(site, each.worker),
                "start": clock(each.start),
                "end": clock(each.end),
            }
            for each in month.absences
        ],
        "holidays": [
            day.isoformat() for day in days_of(period.span.start, period.span.end) if is_holiday(day)
        ],
        "looks": _looks(site, month),
        "hours": [
            {
                "name": worker_name(site, each.worker),
                "hours": round(each.time.total_seconds() / 3600, 1),
                "shifts": each.shifts,
            }
            for each in month.loads
        ],
        "drafts": len(drafts),
        "undo": draft_shifts.last_edit(connection, line, worker) is not None,
    }


def _shift(site: Site, planned: Planned, month: Month, notes: dict[Shift, list[Json]]) -> Json:
    was = planned.was.shift if planned.was and planned.state is not PlanState.PUBLISHED else None
    shift = planned.as_shift()
    return {
        "id": planned.id,
        "tier": planned.tier,
        "worker": planned.worker,
        "name": worker_name(site, planned.worker) if planned.worker else say("Åben vagt"),
        "start": clock(planned.start),
        "end": clock(planned.end),
        "state": str(planned.state),
        "times": stretch_said(planned.start, planned.end, language()),
        "was": f"{worker_name(site, was.worker)} {stretch_said(was.start, was.end, language())}"
        if was
        else None,
        "confirmed": planned.was is not None and planned.was.id in month.confirmed,
        "notes": notes.get(shift, []) if shift else [],
    }


def _notes(site: Site, month: Month, line: str) -> dict[Shift, list[Json]]:
    """What to know of each shift of this line: a short mark for the calendar and the whole sentence."""
    found: dict[Shift, list[Json]] = {}

    def note(shift: Shift, kind: str, mark: str, words: str) -> None:
        if shift.line == line:
            found.setdefault(shift, []).append({"kind": kind, "mark": mark, "words": words})

    for pair in month.overlaps:
        for own, other in ((pair.first, pair.second), (pair.second, pair.first)):
            times = stretch_said(other.start, other.end, language())
            words = say("Er samtidig på {line}, {times}", line=name_of(site, other.line), times=times)
            note(own, "overlap", say("to steder"), words)
    for rest in month.short_rests:
        hours = hours_said(rest.rest, language())
        words = say("Kun {hours} t. hvil mellem to vagter", hours=hours)
        for shift in (rest.before, rest.after):
            note(shift, "rest", say("hvil {hours} t", hours=hours), words)
    for shift in month.on_holidays:
        note(shift, "holiday", say("helligdag"), say("Vagten ligger på en helligdag"))
    return found


def _looks(site: Site, month: Month) -> list[Json]:
    """All that needs a look, the nearest first, each with the place in the calendar where it is mended."""
    spoken = language()
    looks: list[tuple[datetime, str, str]] = []
    for gap in month.gaps:
        start, end = wall(gap.starts, site.zone), wall(gap.ends, site.zone)
        looks.append((start, "gap", say("Ingen på vagt: {times}", times=stretch_said(start, end, spoken))))
    for short in month.shortfalls:
        start, end = wall(short.starts, site.zone), wall(short.ends, site.zone)
        words = say(
            "For få på vagt ({there} af {wanted}): {times}",
            there=short.on_duty,
            wanted=short.minimum.workers,
            times=stretch_said(start, end, spoken),
        )
        looks.append((start, "short", words))
    for pair in month.overlaps:
        words = say(
            "{name} er to steder: {times}",
            name=worker_name(site, pair.first.worker),
            times=stretch_said(pair.second.start, pair.second.end, spoken),
        )
        looks.append((pair.second.start, "overlap", words))
    for rest in month.short_rests:
        words = say(
            "{name} har kun {hours} t. hvil før {times}",
            name=worker_name(site, rest.after.worker),
            hours=hours_said(rest.rest, language()),
            times=stretch_said(rest.after.start, rest.after.end, spoken),
        )
        looks.append((rest.after.start, "rest", words))
    for shift in month.on_holidays:
        words = say(
            "{name} er på vagt en helligdag: {times}",
            name=worker_name(site, shift.worker),
            times=stretch_said(shift.start, shift.end, spoken),
        )
        looks.append((shift.start, "holiday", words))
    return [
        {"kind": kind, "at": clock(at), "words": words}
        for at, kind, words in sorted(looks, key=_by_kind_and_time)
    ]


_KINDS = ("gap", "short", "overlap", "rest", "holiday")


def _by_kind_and_time(look: tuple[datetime, str, str]) -> tuple[int, datetime, str]:
    return _KINDS.index(look[1]), look[0], look[2]


def _instants(site: Site, starts: datetime, ends: datetime) -> Json:
    start, end = wall(starts, site.zone), wall(ends, site.zone)
    return {"start": clock(start), "end": clock(end), "times": stretch_said(start, end, language())}


def shifts_json(shifts: Iterable[Shift], language: str) -> list[str]:
    return [stretch_said(shift.start, shift.end, language) for shift in shifts]
