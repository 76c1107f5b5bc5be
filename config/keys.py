"""The two secret keys: given in the environment, or made once on this machine for development."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
HOW_TO_MAKE_ONE = "make one with: openssl rand -base64 32"


@dataclass(frozen=True, slots=True)
class Keys:
    """``secret_key`` signs sessions and links; ``data_key`` wraps what is encrypted in the database."""

    secret_key: bytes = field(repr=False)
    data_key: bytes = field(repr=False)
    other_data_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """They open what they sealed, and seal nothing more: see ``gateway.privacy.rotation``."""


def decode_key(text: str) -> bytes:
    """A key from base64, in either alphabet, padded or not. Raises ValueError, never with the text in it."""
    plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"is not base64; {HOW_TO_MAKE_ONE}") from None
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"holds {len(key)} bytes where {KEY_BYTES} random ones are needed; {HOW_TO_MAKE_ONE}"
        )
    return key


def decode_keys(text: str) -> tuple[bytes, ...]:
    """Several keys with commas between them. Raises ValueError as ``decode_key``."""
    return tuple(decode_key(each) for each in text.split(",") if each.strip())


def local_keys(path: Path) -> Keys:
    """The development keys in ``path``, made (readable by the owner alone) when there are none.

    Several processes may ask at the same moment: all get the same keys, because a finished file is linked
    into place and the first link wins. Raises ValueError when the file is there but can't be used; it is
    never replaced, for what was encrypted with its key would be lost.
    """
    if not path.exists():
        _make(path)
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        return Keys(decode_key(stored["secret_key"]), decode_key(stored["data_key"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(
            f"{path} does not hold two keys; put it right, or move it away for new ones"
        ) from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {
        name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in ("secret_key", "data_key")
    }
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its keys count
    finally:
        draft.unlink()
