"""What a coordinator sets for a line, changed as one: minimum staffing, swaps, checks before shifts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from gateway.audit.log import Action
from gateway.rosters.edit import Edit
from gateway.store import roster_lines
from gateway.store.roster_lines import LineSettings, Staffing
from gateway.store.roster_versions import Span, lock


@dataclass(frozen=True, slots=True)
class Rules:
    settings: LineSettings
    staffing: tuple[Staffing, ...]

    @property
    def stamp(self) -> str:
        """The same for the same rules, another for any others."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


class RulesChangedError(Exception):
    """Somebody changed them since they were looked at: nothing was changed. ``current``: as they are now."""

    def __init__(self, line: str, current: Rules) -> None:
        super().__init__(f"the rules of {line} have changed meanwhile; look at them again")
        self.line = line
        self.current = current


def rules_of(connection: Connection, line: str) -> Rules:
    staffing = roster_lines.staffing_of(connection, [line]).get(line, ())
    return Rules(roster_lines.settings_of(connection, line), tuple(staffing))


def save(edit: Edit, line: str, rules: Rules, *, seen: str | None = None) -> None:
    """``seen``: the stamp of the rules that were looked at; None: any. Raises RulesChangedError."""
    lock(edit.connection)
    current = rules_of(edit.connection, line)
    if seen is not None and current.stamp != seen:
        raise RulesChangedError(line, current)
    roster_lines.set_settings(edit.connection, line, rules.settings)
    roster_lines.set_staffing(edit.connection, line, rules.staffing)
    _record(edit, line, rules="set")


def intend_gap(edit: Edit, line: str, span: Span) -> None:
    """Nobody is meant to be on duty then: no alarm. Who said so stays in the log when the gap is gone."""
    gap = roster_lines.intend(edit.connection, line, span, by=edit.by, at=edit.at)
    _record(edit, line, rules="gap_intended", gap=gap, start=span.start.isoformat(), end=span.end.isoformat())


def forget_gap(edit: Edit, line: str, gap: str) -> bool:
    """Whether there was one."""
    if not roster_lines.forget_intended(edit.connection, line, gap):
        return False
    _record(edit, line, rules="gap_forgotten", gap=gap)
    return True


def _record(edit: Edit, line: str, **details: Any) -> None:
    is_night_line = line in edit.site.night_lines
    edit.audit.record(
        edit.connection,
        at=edit.at,
        actor=edit.by,
        action=Action.ROSTER_CHANGED,
        line=None if is_night_line else line,
        night_line=line if is_night_line else None,
        **details,
    )
