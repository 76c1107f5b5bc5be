"""All pages about rosters: importing them hangs their routes on the blueprint."""

from __future__ import annotations

from gateway.pages.roster import (
    changes,
    editor,
    fairness,
    importing,
    paper,
    publishing,
    rule_pages,
    swaps,
    template_pages,
    who,
)

__all__ = [
    "changes",
    "editor",
    "fairness",
    "importing",
    "paper",
    "publishing",
    "rule_pages",
    "swaps",
    "template_pages",
    "who",
]
