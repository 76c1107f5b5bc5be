"""One entry of the directory: what kind it is, whether it is open, whether it may be out of date."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.windows import Window, parse_windows
from gateway.store.directory import DirectoryRow
from routing.hours import closes_at, is_open, next_opening
from routing.wall_clock import wall


class Kind(enum.StrEnum):
    """In the order in which a worker at night looks for them."""

    PSYCHIATRIC_EMERGENCY = "psychiatric_emergency"
    OUT_OF_HOURS_DOCTOR = "out_of_hours_doctor"
    POLICE = "police"
    CASEWORKER = "caseworker"
    SHELTER = "shelter"
    MUNICIPAL_SERVICE = "municipal_service"
    VOLUNTARY_SERVICE = "voluntary_service"
    PRIVATE_SERVICE = "private_service"
    OTHER = "other"


# What "referred to" says of each on the registration form (evaluation, table 9-15).
REFERRAL = {
    Kind.PSYCHIATRIC_EMERGENCY: "psychiatric_emergency",
    Kind.OUT_OF_HOURS_DOCTOR: "out_of_hours_doctor",
    Kind.POLICE: "police",
    Kind.CASEWORKER: "municipal_authority_caseworker",
    Kind.SHELTER: "other_municipal_service",
    Kind.MUNICIPAL_SERVICE: "other_municipal_service",
    Kind.VOLUNTARY_SERVICE: "other_voluntary_service",
    Kind.PRIVATE_SERVICE: "other_private_service",
    Kind.OTHER: "other",
}


class Standing(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # nobody wrote its hours


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry at an instant. ``changes_at``: when an open one closes, or a closed one opens; None where it
    does neither. ``is_outdated``: past its "valid until", the day itself not yet."""

    row: DirectoryRow
    kind: Kind
    windows: tuple[Window, ...]
    standing: Standing
    changes_at: datetime | None
    is_outdated: bool


def shown(row: DirectoryRow, at: datetime, zone: ZoneInfo) -> Shown:
    windows = parse_windows(row.hours)
    standing, changes_at = Standing.UNKNOWN, None
    if windows and is_open(windows, at, zone):
        standing, changes_at = Standing.OPEN, closes_at(windows, at, zone)
    elif windows:
        standing, changes_at = Standing.CLOSED, next_opening(windows, at, zone)
    today = wall(at, zone).date()
    return Shown(
        row=row,
        kind=Kind(row.kind),
        windows=windows,
        standing=standing,
        changes_at=changes_at,
        is_outdated=row.valid_until is not None and row.valid_until < today,
    )
