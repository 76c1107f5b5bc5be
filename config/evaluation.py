"""The margins of the evaluation of the trial offers, for contacts made up like theirs."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".toml")


@cache
def margins() -> dict[str, Any]:
    """The tables of ``evaluation.toml``. Whoever asks must not change them."""
    return tomllib.loads(FILE.read_text("utf-8"))
