"""What a crisis plan asks: five domains to scale, and the steps in words (Viborg's method)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.forms import Words

_FILE = Path(__file__).parent / "crisis_plan.toml"
WORST, BEST = 1, 5
FOLLOW_UP_STEP = 8
"""The step of the fifth day; those before it are filled in at the start."""
MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Domain:
    id: str
    label: Words
    areas: Words


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    number: int
    label: Words
    help: Words | None


@dataclass(frozen=True, slots=True)
class CrisisPlanForm:
    domains: tuple[Domain, ...]
    steps: tuple[Step, ...]


@cache
def crisis_plan_form() -> CrisisPlanForm:
    given = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return CrisisPlanForm(
        tuple(
            Domain(each["id"], Words(each["da"], each["en"]), Words(each["areas_da"], each["areas_en"]))
            for each in given["domain"]
        ),
        tuple(
            Step(
                each["id"],
                each["number"],
                Words(each["da"], each["en"]),
                Words(each["help_da"], each["help_en"]) if "help_da" in each else None,
            )
            for each in given["step"]
        ),
    )
