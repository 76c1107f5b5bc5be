"""What is kept of rosters: who was to work when, and who changed it, by id; the site file has the names."""

from __future__ import annotations

from gateway.privacy.kind import Kind, held
from gateway.store.tables import (
    absences,
    directory_entries,
    draft_edits,
    draft_shifts,
    intended_gaps,
    open_shifts,
    roster_templates,
    roster_versions,
    shift_confirmations,
    shifts,
    swap_consents,
    swaps,
)


def roster_kinds() -> tuple[Kind, ...]:
    """Of those who work, and of those whom they turn to."""
    return (
        Kind(
            "shifts",
            "shifts, workers' ids",
            "the roster as it stood at any time can be shown",
            "as long as the service",
            *held(shifts.c.id),
            None,
        ),
        Kind(
            "who changed the rosters",
            "roster_versions, workers' ids",
            "every change is kept: who, when, before, after",
            "as long as the service",
            *held(roster_versions.c.version, roster_versions.c.published_at),
            None,
        ),
        Kind(
            "shifts being planned",
            "draft_shifts, workers' ids",
            "what a coordinator prepares",
            "until they are published or dropped",
            *held(draft_shifts.c.id),
            None,
        ),
        Kind(
            "changes of what is planned",
            "draft_edits, workers' ids",
            "they can be undone",
            "as long as the service",
            *held(draft_edits.c.id, draft_edits.c.at),
            None,
        ),
        Kind(
            "rotations",
            "roster_templates, workers' ids",
            "they fill a period",
            "until a coordinator removes them",
            *held(roster_templates.c.id, roster_templates.c.changed_at),
            None,
        ),
        Kind(
            "absences",
            "absences, workers' ids; illness is one of the kinds",
            "their shifts are taken by others",
            "as long as the service",
            *held(absences.c.id, absences.c.reported_at),
            None,
        ),
        Kind(
            "open shifts",
            "open_shifts, workers' ids",
            "a colleague can take them",
            "as long as the service",
            *held(open_shifts.c.id, open_shifts.c.opened_at),
            None,
        ),
        Kind(
            "swaps",
            "swaps, workers' ids",
            "both agree, and a coordinator where the line says so",
            "as long as the service",
            *held(swaps.c.id, swaps.c.offered_at),
            None,
        ),
        Kind(
            "coordinators' answers to swaps",
            "swap_consents, workers' ids",
            "each line that asks for it says yes of its own",
            "as long as the service",
            *held(swap_consents.c.swap, swap_consents.c.at),
            None,
        ),
        Kind(
            "shifts that were confirmed",
            "shift_confirmations, workers' ids",
            "nobody is asked twice whether they come",
            "as long as the service",
            *held(shift_confirmations.c.shift, shift_confirmations.c.confirmed_at),
            None,
        ),
        Kind(
            "gaps that are meant to be",
            "intended_gaps, workers' ids",
            "who said that nobody need be alarmed",
            "until a coordinator removes them",
            *held(intended_gaps.c.id, intended_gaps.c.at),
            None,
        ),
        Kind(
            "the directory",
            "directory_entries, places and their telephones; workers' ids",
            "where citizens can be helped on to",
            "as long as the service; what is removed is not shown",
            *held(directory_entries.c.id, directory_entries.c.changed_at),
            None,
        ),
    )
