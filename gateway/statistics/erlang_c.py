"""How many are answered how soon, for calls that come at random and wait in one line (Erlang, 1917)."""

from __future__ import annotations

import math


def waits(calls_an_hour: float, minutes_a_call: float, workers: int) -> float:
    """The share of calls, 0 to 1, that don't find a free worker at once. All of them, where the load is too
    much for so many workers."""
    load = calls_an_hour * minutes_a_call / 60
    if load <= 0:
        return 0.0
    if workers <= load:
        return 1.0
    blocked = 1.0  # Erlang B, worker by worker, which never overflows
    for number in range(1, workers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / workers * (1 - blocked))


def answered_within(seconds: float, calls_an_hour: float, minutes_a_call: float, workers: int) -> float:
    """The share of calls, 0 to 1, that are answered within so many seconds."""
    load = calls_an_hour * minutes_a_call / 60
    if load <= 0:
        return 1.0
    if workers <= load:
        return 0.0
    waiting = waits(calls_an_hour, minutes_a_call, workers)
    return 1 - waiting * math.exp(-(workers - load) * seconds / (minutes_a_call * 60))
