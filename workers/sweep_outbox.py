"""What no web process has done, though it was due: found, and done here."""

from __future__ import annotations

from gateway.outbox.sweep import sweep_once
from workers.parts import gateway_parts

# Below the time that a turn may take, which would break it off in the middle of an errand.
RUN_SECONDS = 30


def run() -> None:
    """Ask after contacts that fell silent, then do what is due in the outbox. Needs SQL and the carrier.

    Safe at any time, in any number of processes at once: each row of the outbox is leased before it is done,
    every errand may be done twice, and a question that was asked already is not asked again.
    """
    gateway, dispatcher = gateway_parts()
    sweep_once(gateway)
    dispatcher.run_due(most_seconds=RUN_SECONDS)
