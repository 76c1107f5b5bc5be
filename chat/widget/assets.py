"""Style, scripts and icon: each at an address with its hash, which browsers keep for long."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PREFIX = "assets/"
WIDGET = "widget.js"

# The page's script is put together from script/ by hatch_build.py.
_FILES = {
    "page.css": ("static/page.css", "text/css"),
    "page.js": ("built/page.js", "text/javascript"),
    "icon.svg": ("static/icon.svg", "image/svg+xml"),
    WIDGET: ("static/widget.js", "text/javascript"),
}


class NotBuiltError(Exception):
    """The page's script has not been put together on this machine."""

    def __init__(self) -> None:
        super().__init__("chat/widget/built/page.js is missing; run: python hatch_build.py")


@dataclass(frozen=True, slots=True)
class Asset:
    """``address``: below the page's own, with no slash before it."""

    address: str
    media_type: str
    body: bytes
    packed: bytes


@cache
def asset(name: str) -> Asset:
    """Raises NotBuiltError."""
    path, media_type = _FILES[name]
    try:
        body = (FOLDER / path).read_bytes()
    except FileNotFoundError as error:
        raise NotBuiltError from error
    digest = hashlib.sha256(body).hexdigest()[:12]
    address = WIDGET if name == WIDGET else f"{PREFIX}{digest}/{name}"
    return Asset(address, f"{media_type}; charset=utf-8", body, gzip.compress(body, 9, mtime=0))


def at(address: str) -> Asset | None:
    """The one that stands there. Raises NotBuiltError."""
    name = address.rpartition("/")[2]
    found = asset(name) if name in _FILES else None
    return found if found is not None and found.address == address else None
