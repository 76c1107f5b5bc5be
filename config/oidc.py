"""Sign-on of a municipality's own, by OpenID Connect: all four settings, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_CLAIM = "sub"


@dataclass(frozen=True, slots=True)
class OpenIdConnect:
    """``issuer``: its address without a slash at the end. ``worker_claim``: holds the worker's id."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    worker_claim: str = DEFAULT_CLAIM


def missing(given: Mapping[str, str | None]) -> list[str]:
    """Names of those not given, where some of them are."""
    return [name for name, value in given.items() if value is None] if any(given.values()) else []
