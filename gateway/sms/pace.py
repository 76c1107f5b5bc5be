"""How often the carrier is asked to take an SMS, and what of its "no" is worth another try."""

from __future__ import annotations

# Before the second try, the third, and so on: some 40 minutes in all. After that the worker is told.
PAUSES_SECONDS = (3.0, 8.0, 20.0, 60.0, 180.0, 600.0, 1500.0)
# The carrier did not answer: perhaps it has it all the same, and its news needs time to come.
UNSURE_SECONDS = 8.0
# It took the SMS and the phone did not: switched off, or no net. Sooner is in vain.
UNREACHED_SECONDS = 60.0

# The carrier's own numbers (its "Error and warning dictionary"): queue full, phone out of reach, unknown,
# a time-out on the way, its own trouble.
_TEMPORARY = frozenset({30001, 30003, 30008, 30009, 30017, 30022, 30410, 30500})
# The phone has said STOP.
OPTED_OUT = 21610


def is_temporary(error_code: int | None) -> bool:
    """An SMS that came to nothing without a reason is worth another try, too."""
    return error_code is None or error_code in _TEMPORARY


def pause_after(tries: int, least_seconds: float = 0.0) -> float | None:
    """Seconds until the next try after so many; None when it is given up."""
    if tries > len(PAUSES_SECONDS):
        return None
    return max(PAUSES_SECONDS[tries - 1], least_seconds)
