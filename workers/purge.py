"""What has been kept long enough is removed."""

from __future__ import annotations

from gateway.audit.log import SYSTEM
from gateway.privacy.purge import purge
from workers.parts import gateway_parts


def run() -> None:
    """Apply retention. Running it twice removes nothing more than running it once."""
    gateway, _dispatcher = gateway_parts()
    purge(gateway.store, gateway.audit, gateway.now(), actor=SYSTEM)
