"""Numbers that were lifted are hidden again."""

from __future__ import annotations

from gateway.privacy.lifting import hide_due
from workers.parts import gateway_parts


def run() -> None:
    """End the lifts that are an hour old. Each ends once, however often this runs."""
    gateway, _dispatcher = gateway_parts()
    with gateway.store.write() as connection:
        hide_due(connection, gateway, gateway.now())
