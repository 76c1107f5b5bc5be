"""Follow-ups that are due and that nobody has taken."""

from __future__ import annotations

from gateway.registration.due import watch
from workers.parts import gateway_parts


def run() -> None:
    """Tell whoever must know. Each thing is told once, however often this runs."""
    gateway, _dispatcher = gateway_parts()
    watch(gateway)
