"""What the API shows of rosters: wall-clock times as they are written, instants where seconds count."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.site import Site
from gateway.api.shapes import when
from gateway.rosters.edit import Meanwhile
from gateway.rosters.month import Month
from gateway.rosters.planned import Planned, PlanState
from gateway.rosters.publishing import Published, Summary
from gateway.rosters.swap_strain import Strain
from gateway.store.absences import Absence
from gateway.store.open_shifts import OpenShift
from gateway.store.roster_history import VersionNote
from gateway.store.roster_templates import Template
from gateway.store.roster_versions import PublishedShift
from gateway.store.swaps import Swap
from routing.fairness import Load
from routing.rest import Overlap, ShortRest
from routing.roster import Shift
from routing.rotation import Rotation
from routing.wall_clock import instant

Json = dict[str, Any]


def clock(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def shift_json(planned: Planned, zone: ZoneInfo, confirmed: frozenset[int] | set[int] = frozenset()) -> Json:
    was = planned.was
    return {
        "shift": planned.id,
        "line": planned.line,
        "tier": planned.tier,
        "worker": planned.worker,
        "start": clock(planned.start),
        "end": clock(planned.end),
        "starts": when(instant(planned.start, zone)),
        "ends": when(instant(planned.end, zone)),
        "state": str(planned.state),
        "published": plain_json(was.shift) if was and planned.state is not PlanState.PUBLISHED else None,
        "confirmed": was is not None and was.id in confirmed,
    }


def published_json(row: PublishedShift, zone: ZoneInfo) -> Json:
    was = row.shift
    state = PlanState.PUBLISHED
    planned = Planned(str(row.key), was.line, was.tier, was.worker, was.start, was.end, state, row)
    return shift_json(planned, zone)


def plain_json(shift: Shift) -> Json:
    return {
        "line": shift.line,
        "tier": shift.tier,
        "worker": shift.worker,
        "start": clock(shift.start),
        "end": clock(shift.end),
    }


def gap_json(line: str, starts: datetime, ends: datetime, channels: tuple[str, ...] = ()) -> Json:
    found: Json = {"line": line, "starts": when(starts), "ends": when(ends)}
    return found | ({"channels": [str(channel) for channel in channels]} if channels else {})


def meanwhile_json(meanwhile: Meanwhile) -> Json:
    return {
        "published": [note_json(note) for note in meanwhile.published],
        "drafts": [{"at": when(each.at), "by": each.by, "what": each.what} for each in meanwhile.drafts],
    }


def note_json(note: VersionNote) -> Json:
    return {
        "version": note.version,
        "at": when(note.at),
        "by": note.by,
        "what": note.what,
        "undoes": note.undoes,
    }


def summary_json(summary: Summary) -> Json:
    return {
        "changes": summary.changes,
        "workers": [
            {
                "worker": each.worker,
                "gets": [plain_json(shift) for shift in each.gets],
                "loses": [plain_json(shift) for shift in each.loses],
            }
            for each in summary.workers
        ],
        "opens": [
            {"line": each.line, "tier": each.tier, "start": clock(each.start), "end": clock(each.end)}
            for each in summary.opens
        ],
        "filled": [_open_plainly(each) for each in summary.filling.filled],
        "partly_filled": [_open_plainly(each) for each in summary.filling.partly],
        "gaps": [gap_json(gap.place, gap.starts, gap.ends) for gap in summary.opened],
    }


def _open_plainly(shift: OpenShift) -> Json:
    return {
        "open_shift": shift.id,
        "line": shift.line,
        "tier": shift.tier,
        "start": clock(shift.start),
        "end": clock(shift.end),
    }


def done_json(done: Published) -> Json:
    return {"roster_version": done.version, "new": done.new, "summary": summary_json(done.summary)}


def open_json(shift: OpenShift, zone: ZoneInfo) -> Json:
    return {
        "open_shift": shift.id,
        "line": shift.line,
        "tier": shift.tier,
        "start": clock(shift.start),
        "end": clock(shift.end),
        "starts": when(instant(shift.start, zone)),
        "ends": when(instant(shift.end, zone)),
        "opened_at": when(shift.opened_at),
    }


def absence_json(absence: Absence, *, with_kind: bool) -> Json:
    """Why somebody is away is theirs and their coordinators' to know."""
    return {
        "absence": absence.id,
        "worker": absence.worker,
        "kind": str(absence.kind) if with_kind else None,
        "start": clock(absence.start),
        "end": clock(absence.end),
    }


def swap_json(swap: Swap, given: PublishedShift | None, back: PublishedShift | None) -> Json:
    return {
        "swap": swap.id,
        "state": str(swap.state),
        "line": swap.line,
        "giver": swap.giver,
        "taker": swap.taker,
        "shift": plain_json(given.shift) if given else None,
        "in_return": plain_json(back.shift) if back else None,
        "offered_at": when(swap.offered_at),
    }


def strain_json(strain: Strain) -> Json:
    return {
        "overlaps": [_overlap_json(each) for each in strain.overlaps],
        "short_rests": [_rest_json(each) for each in strain.short_rests],
        "away": [plain_json(each) for each in strain.away],
    }


def load_json(load: Load) -> Json:
    return {
        "worker": load.worker,
        "shifts": load.shifts,
        "hours": _hours(load.time),
        "nights": load.nights,
        "night_hours": _hours(load.night_time),
        "weekends": load.weekends,
        "weekend_hours": _hours(load.weekend_time),
        "holidays": load.holidays,
        "holiday_hours": _hours(load.holiday_time),
    }


def template_json(template: Template) -> Json:
    return {"template": template.id, "name": template.name, **rotation_json(template.rotation)}


def rotation_json(rotation: Rotation) -> Json:
    return {
        "line": rotation.line,
        "tier": rotation.tier,
        "workers": list(rotation.workers),
        "slots": [
            {
                "weekdays": sorted(slot.weekdays),
                "start": f"{slot.start_minute // 60:02}:{slot.start_minute % 60:02}",
                "minutes": slot.minutes,
                "week": slot.week,
            }
            for slot in rotation.slots
        ],
        "weeks": rotation.weeks,
        "anchor": rotation.anchor.isoformat(),
        "unit": str(rotation.unit),
        "skips_holidays": rotation.skips_holidays,
    }


def month_json(month: Month, site: Site, line: str, *, plans: bool) -> Json:
    """``plans``: for a coordinator of the line."""
    zone = site.zone
    return {
        "line": line,
        "version": str(month.version),
        "roster_version": month.roster_version,
        "shifts": [shift_json(each, zone, month.confirmed) for each in month.shifts],
        "open_shifts": [open_json(each, zone) for each in month.open],
        "gaps": [gap_json(line, gap.starts, gap.ends, gap.channels) for gap in month.gaps],
        "short_of": [
            {
                "starts": when(each.starts),
                "ends": when(each.ends),
                "tier": each.minimum.tier,
                "wanted": each.minimum.workers,
                "on_duty": each.on_duty,
            }
            for each in month.shortfalls
        ],
        "overlaps": [_overlap_json(each) for each in month.overlaps],
        "short_rests": [_rest_json(each) for each in month.short_rests],
        "on_holidays": [plain_json(each) for each in month.on_holidays],
        "loads": [load_json(each) for each in month.loads],
        "absences": [absence_json(each, with_kind=plans) for each in month.absences] if plans else [],
    }


def _overlap_json(overlap: Overlap) -> Json:
    return {
        "worker": overlap.first.worker,
        "shifts": [plain_json(overlap.first), plain_json(overlap.second)],
    }


def _rest_json(rest: ShortRest) -> Json:
    return {
        "worker": rest.before.worker,
        "shifts": [plain_json(rest.before), plain_json(rest.after)],
        "hours": _hours(rest.rest),
    }


def _hours(spent: timedelta) -> float:
    return round(spent.total_seconds() / 3600, 2)
