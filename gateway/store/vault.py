"""Encryption of what names a person: AES-GCM, a key for each contact, wrapped by ``DATA_KEY``.

Destroying a contact's wrapped key makes everything that was sealed with it unreadable for good.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config.keys import Keys

NONCE_BYTES = 12
KEY_BYTES = 32
KEY_ID_BYTES = 4
CONTACT_KEY = "contact key"


class VaultError(Exception):
    """Sealed with another key, or changed since."""


def seal(key: bytes, content: bytes, purpose: str) -> bytes:
    """Encrypt for one purpose; the same bytes under another purpose don't open (associated data)."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, purpose.encode())


def unseal(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """Raises VaultError when the key, the purpose or the bytes are not those that were sealed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        msg = f"{purpose}: can't be opened with this DATA_KEY"
        raise VaultError(msg) from error


@dataclass(frozen=True, slots=True, repr=False)
class ContactKey:
    """One contact's own key, in the clear (memory only) and as it is stored."""

    key: bytes
    wrapped: bytes

    def seal(self, text: str, purpose: str) -> bytes:
        return seal(self.key, text.encode(), purpose)

    def unseal(self, sealed: bytes, purpose: str) -> str:
        return unseal(self.key, sealed, purpose).decode()


class Vault:
    """What is sealed with ``DATA_KEY``. ``others``: keys that open too, while one is being replaced.

    Whatever this seals begins with four bytes that name the key, so that each opens with its own and what
    is still sealed with an old one can be found (``is_current``).
    """

    def __init__(self, data_key: bytes, others: Iterable[bytes] = ()) -> None:
        self._data_key = data_key
        self._id = key_id(data_key)
        self._keys = {key_id(key): key for key in others} | {self._id: data_key}

    @classmethod
    def of(cls, keys: Keys) -> Vault:
        return cls(keys.data_key, keys.other_data_keys)

    def new_key(self) -> ContactKey:
        key = os.urandom(KEY_BYTES)
        return ContactKey(key, self.seal(key, CONTACT_KEY))

    def contact_key(self, wrapped: bytes) -> ContactKey:
        return ContactKey(self.unseal(wrapped, CONTACT_KEY), wrapped)

    def seal(self, content: bytes, purpose: str) -> bytes:
        return self._id + seal(self._data_key, content, purpose)

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        key = self._keys.get(sealed[:KEY_ID_BYTES])
        if key is None:
            msg = f"{purpose}: sealed with a DATA_KEY that is not given; add it to DATA_KEY_OTHERS"
            raise VaultError(msg)
        return unseal(key, sealed[KEY_ID_BYTES:], purpose)

    def is_current(self, sealed: bytes) -> bool:
        return sealed[:KEY_ID_BYTES] == self._id

    @property
    def current_prefix(self) -> bytes:
        """What everything begins with that is sealed with the key in use."""
        return self._id

    def renew(self, sealed: bytes, purpose: str) -> bytes:
        """The same content, sealed with the key in use."""
        return self.seal(self.unseal(sealed, purpose), purpose)

    def fingerprint(self, content: bytes, purpose: str) -> str:
        """64 hex digits that the same content always gets, and that tell nothing to who lacks the key."""
        return hmac.new(self._data_key, purpose.encode() + b"\0" + content, hashlib.sha256).hexdigest()


def key_id(key: bytes) -> bytes:
    """Names a key without telling anything of it."""
    return hashlib.sha256(b"akutlinjen key id\0" + key).digest()[:KEY_ID_BYTES]
