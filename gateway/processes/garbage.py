"""How the processes that answer people look for garbage: rarely, and not among what stays."""

from __future__ import annotations

import gc

# A request or a message makes some hundred objects, and nearly all of them go by themselves.
_NEW_OBJECTS, _YOUNG, _OLDER = 20_000, 20, 50


def settle() -> None:
    """Call when what a process needs is there: a national roster has a million objects, and looking through
    them stops everybody for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG, _OLDER)
