"""A file that somebody looks at before it counts: it travels in the page, and nothing half-done is kept."""

from __future__ import annotations

import base64
import binascii
import zlib

# Fifty thousand rows are three million bytes.
MOST_BYTES = 8 * 1024 * 1024
# Such a file packed; it is all but the same on every line.
MOST_PACKED_BYTES = 4 * 1024 * 1024


class ParcelError(ValueError):
    """What came back is not what was given out, or is too large."""


def packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 6)).decode()


def unpacked(text: str) -> bytes:
    """Raises ParcelError."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.b64decode(text, validate=True), MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise ParcelError("it can't be unpacked") from error
    if len(content) > MOST_BYTES or not unpacking.eof:
        raise ParcelError("it is too large, or ends before its end")
    return content
