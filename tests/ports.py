"""Ports for servers that a test starts."""

from __future__ import annotations

import random
import socket

# Below those that the system gives to connections: one of them may be taken before the server has begun.
_OURS = range(20_000, 32_000)


def free_port() -> int:
    """A port of this machine's own address at which nobody listens now."""
    while True:
        port = random.choice(_OURS)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
