"""The site and its rosters."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from gateway.store.tables.base import metadata
from gateway.store.types import UtcInstant

site_versions = Table(
    "site_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("loaded_at", UtcInstant, nullable=False),
    Column("digest", String(64), nullable=False),
    # The file names workers and their mobiles, so it is kept encrypted under DATA_KEY.
    Column("content", LargeBinary, nullable=False),
)

roster_versions = Table(
    "roster_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("published_at", UtcInstant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("what", String(200), nullable=False),
    # The version that this one took back, where it is an undo.
    Column("undoes", Integer, nullable=True),
)

# A shift is never changed: a new version ends the old row (`until_version`) and begins another, so the
# roster as it stood at any past version can be shown.
shifts = Table(
    "shifts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("line", String(64), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("worker", String(64), nullable=False),
    # Wall-clock times as the roster file writes them ("2026-03-29 02:30"): instants follow from the zone.
    Column("start_wall", String(16), nullable=False),
    Column("end_wall", String(16), nullable=False),
    Column("since_version", ForeignKey("roster_versions.version"), nullable=False),
    Column("until_version", ForeignKey("roster_versions.version"), nullable=True),
    # The first row of the same shift, where this one came of a change: moved, stretched, handed over.
    Column("origin", Integer, nullable=True),
    Index(None, "line", "until_version", "start_wall"),
    Index(None, "worker", "end_wall"),
    Index(None, "since_version"),
    Index(None, "until_version"),
)

# Planning: what coordinators prepare beside the published roster. Times are written as in `shifts`.

# What a coordinator sets for a line or night line; `draft_revision` rises with every change of its drafts.
roster_lines = Table(
    "roster_lines",
    metadata,
    Column("line", String(64), primary_key=True),
    Column("draft_revision", Integer, nullable=False, default=0),
    Column("swaps_need_consent", Boolean, nullable=False, default=False),
    # Ask for a confirmation by SMS so long before a shift; null: never.
    Column("check_minutes", Integer, nullable=True),
)

# A new shift, another form of a published one (`replaces`), or the end of one (`removes`). No worker: open.
draft_shifts = Table(
    "draft_shifts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("line", String(64), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("worker", String(64), nullable=True),
    Column("start_wall", String(16), nullable=False),
    Column("end_wall", String(16), nullable=False),
    Column("replaces", ForeignKey("shifts.id"), nullable=True, unique=True),
    Column("removes", Boolean, nullable=False, default=False),
    Index(None, "line", "start_wall"),
    sqlite_with_rowid=False,
)

# One change of a line's drafts, as the rows were before and after: undo puts the rows before back.
draft_edits = Table(
    "draft_edits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("line", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("what", String(200), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("undone", Boolean, nullable=False, default=False),
    Index(None, "line", "revision"),
)

roster_templates = Table(
    "roster_templates",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("line", String(64), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("rotation", JSON, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("by", String(64), nullable=False),
    sqlite_with_rowid=False,
)

minimum_staffing = Table(
    "minimum_staffing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("line", String(64), nullable=False, index=True),
    Column("tier", Integer, nullable=True),
    # As the site file writes windows.
    Column("windows", JSON, nullable=False),
    Column("workers", Integer, nullable=False),
)

# A gap that is meant to be: nobody is alarmed about what lies inside.
intended_gaps = Table(
    "intended_gaps",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("line", String(64), nullable=False, index=True),
    Column("start_wall", String(16), nullable=False),
    Column("end_wall", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcInstant, nullable=False),
    sqlite_with_rowid=False,
)

absences = Table(
    "absences",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("worker", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("start_wall", String(16), nullable=False),
    Column("end_wall", String(16), nullable=False),
    Column("reported_at", UtcInstant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("ended_at", UtcInstant, nullable=True),
    Index(None, "worker", "end_wall"),
    sqlite_with_rowid=False,
)

# A published shift that nobody has: a colleague may take it. It rings nobody until then.
open_shifts = Table(
    "open_shifts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("line", String(64), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("start_wall", String(16), nullable=False),
    Column("end_wall", String(16), nullable=False),
    # The shift that it was, and whose.
    Column("origin", Integer, nullable=True),
    Column("from_worker", String(64), nullable=True),
    Column("opened_at", UtcInstant, nullable=False),
    Column("opened_by", String(64), nullable=False),
    Column("taken_by", String(64), nullable=True),
    # Taken, or no longer needed.
    Column("closed_at", UtcInstant, nullable=True),
    Index(None, "line", "closed_at", "start_wall"),
    sqlite_with_rowid=False,
)

# `shift` goes from `giver` to `taker`, and `in_return` the other way where it is an exchange.
swaps = Table(
    "swaps",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("line", String(64), nullable=False, index=True),
    Column("shift", ForeignKey("shifts.id"), nullable=False),
    Column("giver", String(64), nullable=False, index=True),
    Column("taker", String(64), nullable=False, index=True),
    Column("in_return", ForeignKey("shifts.id"), nullable=True),
    Column("offered_at", UtcInstant, nullable=False),
    Column("answered_at", UtcInstant, nullable=True),
    Column("decided_at", UtcInstant, nullable=True),
    Column("decided_by", String(64), nullable=True),
    sqlite_with_rowid=False,
)

# A coordinator's yes for one of the lines of a swap.
swap_consents = Table(
    "swap_consents",
    metadata,
    Column("swap", ForeignKey("swaps.id"), primary_key=True),
    Column("line", String(64), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("at", UtcInstant, nullable=False),
    sqlite_with_rowid=False,
)

# The worker has seen this form of the shift and will come.
shift_confirmations = Table(
    "shift_confirmations",
    metadata,
    Column("shift", ForeignKey("shifts.id"), primary_key=True, autoincrement=False),
    Column("worker", String(64), nullable=False),
    Column("confirmed_at", UtcInstant, nullable=False),
)

# What a worker wants to be told; who has no row is told of changes, and of nothing else.
worker_notices = Table(
    "worker_notices",
    metadata,
    Column("worker", String(64), primary_key=True),
    Column("changes", Boolean, nullable=False),
    Column("reminder_minutes", Integer, nullable=True),
    # On the wall clock, "22:00"; both the same: no quiet hours.
    Column("quiet_from", String(5), nullable=False),
    Column("quiet_until", String(5), nullable=False),
)

# The address of a worker's own calendar holds a secret; here is only its hash.
calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("worker", String(64), nullable=False, index=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("revoked_at", UtcInstant, nullable=True),
    sqlite_with_rowid=False,
)
