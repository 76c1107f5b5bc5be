"""Kind reminders of registrations that are missing."""

from __future__ import annotations

from gateway.registration.reminders import remind
from workers.parts import gateway_parts


def run() -> None:
    """Ask those who miss registrations. Each is asked once a shift and once a morning, however often this
    runs."""
    gateway, _dispatcher = gateway_parts()
    remind(gateway)
