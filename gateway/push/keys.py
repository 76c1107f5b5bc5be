"""The key that tells push services who we are (VAPID, RFC 8292). It follows from SECRET_KEY."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.accounts.derived import as_text, derived

_PURPOSE = "push, VAPID"
# The order of the curve P-256: private keys are 1 to one less.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def private_key(secret_key: bytes) -> str:
    """32 bytes as base64url, as pywebpush takes it."""
    return as_text(_scalar(secret_key).to_bytes(32, "big"))


def public_key(secret_key: bytes) -> str:
    """What a browser is given when it subscribes: 65 bytes as base64url."""
    public = ec.derive_private_key(_scalar(secret_key), ec.SECP256R1()).public_key()
    return as_text(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _scalar(secret_key: bytes) -> int:
    return int.from_bytes(derived(secret_key, _PURPOSE), "big") % (_ORDER - 1) + 1
