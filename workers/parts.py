"""The gateway's parts, for jobs: made once in a worker process and used by every job that runs in it."""

from __future__ import annotations

import os
from functools import cache

from config.settings import Settings
from gateway.app import build
from gateway.outbox.dispatcher import Dispatcher
from gateway.wiring import Gateway


@cache
def gateway_parts() -> tuple[Gateway, Dispatcher]:
    """Made at the first turn that finds everything there; one that doesn't raises, the next tries again."""
    return build(Settings.from_environment(os.environ))
