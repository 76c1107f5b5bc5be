"""One process of the house, as its supervisor starts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """What to start, and how to know that it is ready.

    ``env`` is added to the supervisor's own environment. ``ready_url`` is an HTTP address that answers 200
    once the process can work; without one it is ready as soon as it runs. ``serves_others``: started before
    the others and ended after them, so that they can finish what they have begun. ``log``: a file that its
    stdout and stderr are added to; None: the supervisor's own.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_url: str | None = None
    serves_others: bool = False
    log: Path | None = None
