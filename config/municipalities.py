"""Every Danish municipality by its official four digits: a citizen may live in any of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "municipalities.toml"


@cache
def municipalities() -> Mapping[str, str]:
    """Code -> name, in the order of the codes."""
    found: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return found
