"""How much one browser, and one place, may ask for. No address is stored: see ``gateway.limits``.

A place that is this machine itself is a proxy that does not say for whom it asks (or a test, or the demo):
counting it would lock everybody out together, so only what is bounded for all together holds there.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from time import monotonic
from typing import Any

from config.addresses import Network
from gateway.limits import Limit, Limits
from gateway.visitor import address_of, forwarded_for

# A school or a whole mobile network may stand behind one address.
STARTS = Limit("chat_start", most=60, seconds=600)
# 1,000 addresses have 10,000 wrong codes a day between them: 27 years on average to open one conversation.
WRONG_CODES = Limit("chat_code", most=10, seconds=24 * 60 * 60)
MOST_CONNECTIONS = 300

EVENTS_A_SECOND, EVENTS_AT_ONCE = 40.0, 200.0


class Visitors:
    """Where connections come from, in memory and while they last."""

    def __init__(self, limits: Limits, trusted: tuple[Network, ...]) -> None:
        self._limits = limits
        self._trusted = trusted
        self._connected: Counter[str] = Counter()

    def place_of(self, environ: dict[str, Any]) -> str | None:
        """An address to count by; None for this machine itself."""
        client = (environ.get("asgi.scope") or {}).get("client")
        headers = [environ["HTTP_X_FORWARDED_FOR"]] if "HTTP_X_FORWARDED_FOR" in environ else []
        place = address_of(client[0] if client else None, forwarded_for(headers), self._trusted)
        try:
            return None if ipaddress.ip_network(place).is_loopback else place
        except ValueError:
            return None

    def enters(self, place: str | None) -> bool:
        """False when too many are connected from there; then it is not counted."""
        if place is None:
            return True
        if self._connected[place] >= MOST_CONNECTIONS:
            return False
        self._connected[place] += 1
        return True

    def leaves(self, place: str | None) -> None:
        if place is not None:
            self._connected[place] -= 1
            if self._connected[place] <= 0:
                del self._connected[place]

    def may_start(self, place: str | None) -> bool:
        return place is None or self._limits.count(STARTS, place)

    def may_try_a_code(self, place: str | None) -> bool:
        return place is None or not self._limits.is_over(WRONG_CODES, place)

    def tried_wrong(self, place: str | None) -> None:
        if place is not None:
            self._limits.count(WRONG_CODES, place)


class Pace:
    """Of one connection: so many events at once, and so many a second after that."""

    __slots__ = ("_left", "_since")

    def __init__(self) -> None:
        self._left = EVENTS_AT_ONCE
        self._since = monotonic()

    def allows(self) -> bool:
        now = monotonic()
        self._left = min(EVENTS_AT_ONCE, self._left + (now - self._since) * EVENTS_A_SECOND)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
