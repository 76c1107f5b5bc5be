"""Addresses in settings: what a server binds, and what others reach it by."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST = re.compile(r"\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_BIND = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Bind:
    """Where a server listens. ``port`` 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_bind(text: str) -> Bind:
    """``HOST:PORT``, with brackets around an IPv6 address. Raises ValueError."""
    found = _BIND.fullmatch(text)
    if found is None or int(found["port"]) > 65535:
        raise ValueError(f'is "{text}"; write HOST:PORT, as in 127.0.0.1:8000')
    return Bind(found["six"] or found["host"], int(found["port"]))


def parse_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between, as in ``10.0.0.5, 192.0.2.0/24``. Raises ValueError."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("is no list of addresses; write it as in 10.0.0.5, 192.0.2.0/24") from None


def parse_hosts(text: str) -> tuple[str, ...]:
    """Hosts with commas between; one that begins with a dot stands for all below it. Raises ValueError."""
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("is no list of hosts; write it as in push.example, .example.net")
    return hosts


def base_url(text: str) -> str:
    """A base address without its last slash. Raises ValueError, without the text: it may hold a password."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is no web address; write it as in https://akutlinjen.example") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        raise ValueError("is no web address; write it as in https://akutlinjen.example")
    if parts.username or parts.password:
        raise ValueError("holds a user name or password; leave them out")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("holds more than an address and a path; leave out what begins with ? or #")
    return text.rstrip("/")


def is_ip(host: str) -> bool:
    """Whether a host is written in digits."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_plain_and_public(url: str) -> bool:
    """Whether what goes to ``url`` can be read on the way: http, and not to this machine or a private net."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return False
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return "." in host  # "localhost", or a bare name that only an own network knows, stays inside
