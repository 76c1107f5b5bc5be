"""One person's change of rosters: who, when, in which transaction; and the version that they looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.audit.log import AuditLog
from gateway.store import draft_shifts, roster_history, roster_versions
from gateway.store.draft_shifts import DraftEdit
from gateway.store.roster_history import VersionNote

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Edit:
    """``by``: a worker's id, or one of the audit log's own actors."""

    connection: Connection
    site: Site
    audit: AuditLog
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """Of one line's plan: the last published version that changed the line, and how often drafts changed."""

    published: int
    drafts: int

    def __str__(self) -> str:
        return f"{self.published}.{self.drafts}"

    @classmethod
    def read(cls, text: str) -> PlanVersion:
        """Raises ValueError for what is no version."""
        shape = _VERSION.fullmatch(text)
        if shape is None:
            raise ValueError(f'"{text}" is no version of a plan')
        return cls(int(shape[1]), int(shape[2]))


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others did to a line's plan since somebody looked at it."""

    published: tuple[VersionNote, ...]
    drafts: tuple[DraftEdit, ...]


class OutdatedError(Exception):
    """The plan has changed since it was looked at: nothing was changed. ``current``: what it is now."""

    def __init__(self, line: str, current: PlanVersion, meanwhile: Meanwhile) -> None:
        super().__init__(f"the plan of {line} has changed meanwhile; look at it again, then do it once more")
        self.line = line
        self.current = current
        self.meanwhile = meanwhile


class NotFoundError(LookupError):
    """There is no such shift, template, swap or absence (any more)."""


def version_of(connection: Connection, line: str) -> PlanVersion:
    return PlanVersion(roster_history.line_version(connection, line), draft_shifts.revision(connection, line))


def begin(edit: Edit, line: str, seen: PlanVersion | None) -> int:
    """Keep everybody else from changing rosters until the transaction ends.

    ``seen``: the version that the change is meant for; None where whatever is there may change. Returns the
    roster version in force. Raises OutdatedError.
    """
    version = roster_versions.lock(edit.connection)
    if seen is None:
        return version
    current = version_of(edit.connection, line)
    if current != seen:
        published = roster_history.notes_after(edit.connection, line, seen.published)
        drafts = draft_shifts.edits_after(edit.connection, line, seen.drafts)
        raise OutdatedError(line, current, Meanwhile(tuple(published), tuple(drafts)))
    return version
