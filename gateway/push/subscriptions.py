"""What a browser gives us so that it can be told: checked, sealed, and opened again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.engine import Connection

from config.addresses import is_ip
from gateway.store import push_subscriptions as store
from gateway.store.ids import new_id
from gateway.store.push_subscriptions import PURPOSE, PushSubscription
from gateway.store.vault import Vault
from gateway.wiring import Gateway

ADDRESS_CHARACTERS = 1000
POINT_BYTES, SECRET_BYTES = 65, 16
MOST_BROWSERS = 10


class NotASubscriptionError(Exception):
    """No push service of those that settings name, or keys that no browser has."""


@dataclass(frozen=True, slots=True, repr=False)
class Browser:
    """Where a browser is told, and its keys, as base64url."""

    address: str
    public_key: str
    secret: str


def add(
    connection: Connection,
    gateway: Gateway,
    worker: str,
    given: Mapping[str, Any],
    device: str,
    now: datetime,
) -> None:
    """``given``: a PushSubscription as JSON. Of very many browsers the oldest is dropped.

    Raises NotASubscriptionError.
    """
    browser = _checked(given, gateway.settings.push_services)
    content = json.dumps([browser.address, browser.public_key, browser.secret]).encode()
    store.save(
        connection,
        PushSubscription(
            id=new_id(),
            worker=worker,
            address_hash=hashed(browser.address),
            sealed=gateway.vault.seal(content, PURPOSE),
            device=device,
            added_at=now,
        ),
    )
    for oldest in store.of_worker(connection, worker)[:-MOST_BROWSERS]:
        store.remove(connection, oldest.id)


def hashed(address: str) -> str:
    """Nobody guesses the address of a browser: a fast hash will do."""
    return hashlib.sha256(address.encode()).hexdigest()


def opened(vault: Vault, subscription: PushSubscription) -> Browser:
    return Browser(*json.loads(vault.unseal(subscription.sealed, PURPOSE)))


def _checked(given: Mapping[str, Any], services: tuple[str, ...]) -> Browser:
    address, keys = given.get("endpoint"), given.get("keys")
    if not isinstance(address, str) or not isinstance(keys, dict) or not _is_theirs(address, services):
        raise NotASubscriptionError
    public, secret = keys.get("p256dh"), keys.get("auth")
    if not isinstance(public, str) or not isinstance(secret, str):
        raise NotASubscriptionError
    try:
        point, sixteen = _bytes(public), _bytes(secret)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        raise NotASubscriptionError from None
    if len(point) != POINT_BYTES or len(sixteen) != SECRET_BYTES:
        raise NotASubscriptionError
    return Browser(address, public, secret)


def _is_theirs(address: str, services: tuple[str, ...]) -> bool:
    """Whether it is at one of the push services. Only an address in digits that settings name may be http."""
    if len(address) > ADDRESS_CHARACTERS or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = any(
        host.endswith(service) if service.startswith(".") else host == service for service in services
    )
    plain_text = parts.scheme == "https" or (parts.scheme == "http" and is_ip(host))
    return named and plain_text and parts.username is None and parts.password is None


def _bytes(text: str) -> bytes:
    if len(text) > ADDRESS_CHARACTERS:
        raise ValueError
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
