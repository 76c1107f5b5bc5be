"""The world's site with chat at every line, at every hour."""

from __future__ import annotations

import re

from gateway.store import site_versions
from tests.flows.world import SITE


def with_chat(world, more=""):
    text = re.sub(r"^(voice = .*)$", r'\1\nchat = ["always"]', SITE, flags=re.MULTILINE)
    site_versions.save(world.store, world.gateway.vault, text + more, world.clock())
    world.book.refresh()
