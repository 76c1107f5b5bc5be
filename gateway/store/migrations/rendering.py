"""How a drafted revision writes our own column types: as they are stored, not as our code names them.

A revision must go on meaning what it meant, whatever becomes of the class.
"""

from __future__ import annotations

from typing import Any, Literal

from gateway.store.types import UtcInstant


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True)"
    return False
