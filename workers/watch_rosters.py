"""Gaps ahead, reminders and checks of shifts."""

from __future__ import annotations

from gateway.rosters.watch import watch
from workers.parts import gateway_parts


def run() -> None:
    """Tell what is to be told about the days ahead. Each thing is told once, however often this runs."""
    gateway, _dispatcher = gateway_parts()
    watch(gateway)
