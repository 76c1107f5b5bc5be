"""The demo's own environment: everything on loopback, nothing of what is set outside for real calls."""

from __future__ import annotations

import base64
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import config
from config.keys import Keys
from config.settings import Settings

SITE = Path(config.__file__).parent / "sites" / "demo.toml"
HOST = "127.0.0.1"
ACCOUNT = "AC" + "de" * 16
DEFAULT_PORT = 8000


class PortTakenError(Exception):
    """Something listens there already."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use on this machine")
        self.port = port


@dataclass(frozen=True, slots=True)
class Ports:
    """``page``: the carrier in the box and its page of phones."""

    web: int
    chat: int
    page: int

    @classmethod
    def from_base(cls, base: int) -> Ports:
        """Three in a row from ``base`` on; 0: any that are free. Raises PortTakenError."""
        ports = _free(0, 0, 0) if base == 0 else _free(base, base + 1, base + 2)
        return cls(*ports)

    def url(self, port: int) -> str:
        return f"http://{HOST}:{port}"


def demo_environment(ports: Ports, var_dir: Path, keys: Keys) -> Mapping[str, str]:
    """Every setting there is: those that the demo does not give are empty, which is as not set."""
    given = {
        "AKUTLINJEN_SITE": str(SITE),
        "AKUTLINJEN_VAR": str(var_dir),
        "SECRET_KEY": base64.b64encode(keys.secret_key).decode(),
        "DATA_KEY": base64.b64encode(keys.data_key).decode(),
        "PUBLIC_URL": ports.url(ports.web),
        "WEB_BIND": f"{HOST}:{ports.web}",
        "CHAT_BIND": f"{HOST}:{ports.chat}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_BASE_URL": ports.url(ports.page),
    }
    return dict.fromkeys(setting_names(), "") | given


def setting_names() -> frozenset[str]:
    """The variables that the settings are made from."""
    asked = _Asked()
    Settings.from_environment(asked)
    return frozenset(asked.names)


class _Asked(Mapping[str, str]):
    """An environment in which nothing is set, and that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _free(*wanted: int) -> list[int]:
    """These ports, once nobody else has them. A 0 becomes one that is free. Raises PortTakenError."""
    held: list[socket.socket] = []
    try:
        for port in wanted:
            holder = socket.socket()
            held.append(holder)
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                holder.bind((HOST, port))
            except OSError as error:
                raise PortTakenError(port) from error
        return [holder.getsockname()[1] for holder in held]
    finally:
        for holder in held:
            holder.close()
