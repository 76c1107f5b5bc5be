"""Where a request comes from, behind a reverse proxy too. For counting only: never stored, never logged."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from config.addresses import Network

# Who has one address of version 6 has all of its network.
SIX_PREFIX = 64


def address_of(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The nearest address that is no proxy of ours: ``forwarded`` is what the proxies added, the last first.

    Nothing is believed of a peer that is not ``trusted``. An IPv6 address is given as its network.
    """
    nearest = _parsed(peer or "")
    for claimed in forwarded:
        if nearest is None or not any(nearest in network for network in trusted):
            break
        before = _parsed(claimed)
        if before is None:
            break
        nearest = before
    if nearest is None:
        return "unknown"
    if isinstance(nearest, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(nearest), SIX_PREFIX), strict=False))
    return str(nearest)


def forwarded_for(headers: Sequence[str]) -> list[str]:
    """The addresses in the headers ``X-Forwarded-For``, the last one added first."""
    return [part.strip() for header in headers for part in header.split(",") if part.strip()][::-1]


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
