"""Keys and values that follow from a secret, each for one purpose alone, so that nothing has to be stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def derived(secret: bytes, purpose: str, about: str = "") -> bytes:
    """32 bytes that nobody can tell from random ones without the secret."""
    return hmac.new(secret, f"akutlinjen {purpose}\0{about}".encode(), hashlib.sha256).digest()


def derived_text(secret: bytes, purpose: str, about: str = "") -> str:
    """The same as 43 characters that can stand in an address or a form."""
    return as_text(derived(secret, purpose, about))


def as_text(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def new_secret() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """What is stored of a random secret: a fast hash will do, nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def equal(one: str, other: str) -> bool:
    """Compared without telling by its time where they differ; whatever characters they hold."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
