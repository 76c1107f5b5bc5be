"""The application's icon as a PNG, drawn here: the same as ``icon.svg``, for phones that take no SVG."""

from __future__ import annotations

import functools
import math
import struct
import zlib

BRAND, WHITE = (15, 92, 110), (255, 255, 255)
# In the 32 units of icon.svg: an arc over a dot, in the middle of the brand's colour.
ARC, ARC_HALF_WIDTH, DOT, DOT_RADIUS = (16.0, 17.0, 6.0), 1.5, (16.0, 20.0), 2.5
UNITS = 32.0
SIZES = (180, 192, 512)


@functools.cache
def png(size: int) -> bytes:
    """A square of so many pixels, full to its edges: phones cut their own shape out of it."""
    rows = b"".join(b"\0" + _row(y, size) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _row(y: int, size: int) -> bytes:
    scale = size / UNITS
    row = bytearray(bytes(BRAND) * size)
    top, bottom = ARC[1] - ARC[2] - 2, DOT[1] + DOT_RADIUS + 1
    if not top <= (y + 0.5) / scale <= bottom:
        return bytes(row)
    for x in range(int((ARC[0] - ARC[2] - 2) * scale), int((ARC[0] + ARC[2] + 2) * scale)):
        covered = _covered((x + 0.5) / scale, (y + 0.5) / scale, scale)
        if covered > 0:
            row[3 * x : 3 * x + 3] = bytes(
                round(back + (ink - back) * covered) for back, ink in zip(BRAND, WHITE, strict=True)
            )
    return bytes(row)


def _covered(x: float, y: float, scale: float) -> float:
    """How much of the pixel around a point is white: by its distance from the drawing's edge."""
    to_dot = math.hypot(x - DOT[0], y - DOT[1]) - DOT_RADIUS
    ring = abs(math.hypot(x - ARC[0], y - ARC[1]) - ARC[2]) - ARC_HALF_WIDTH
    end = min(math.hypot(x - ARC[0] - side * ARC[2], y - ARC[1]) for side in (-1, 1)) - ARC_HALF_WIDTH
    to_arc = ring if y <= ARC[1] else end
    return max(0.0, min(1.0, 0.5 - min(to_dot, to_arc) * scale))
