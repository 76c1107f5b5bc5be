"""A short text for all that a line's plan shows, for whoever asks every second whether to look again."""

from __future__ import annotations

import hashlib

from sqlalchemy.engine import Connection

from gateway.rosters import line_rules
from gateway.rosters.edit import version_of
from gateway.store import open_shifts, roster_lines, roster_versions


def stamp_of(connection: Connection, line: str) -> str:
    """Another as soon as the plan, its drafts, its open shifts or the rules behind its marks are others.

    A few short rows by their index: the plan itself is not read. Ask before the plan, not after: a change in
    between is then noticed with the next look.
    """
    plan, newest = version_of(connection, line), roster_versions.newest(connection).roster.version
    marks = (
        line_rules.rules_of(connection, line).stamp,
        [gap.id for gap in roster_lines.intended(connection, [line])],
        open_shifts.count(connection, line),
    )
    return f"{plan}.{newest}.{hashlib.sha256(repr(marks).encode()).hexdigest()[:16]}"
