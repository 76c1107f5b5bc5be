"""What a caller hears between the words: five seconds of a soft chord that breathes, made here.

No cheerful music, and no silence that could be a dead line (words-and-screens design).
"""

from __future__ import annotations

import functools
import io
import math
import struct
import wave

SECONDS = 5
SAMPLES_A_SECOND = 8000  # what a telephone carries
# A fifth and a tenth over a low A: open, neither glad nor sad. Whole cycles in the five seconds, so no click.
PITCHES_HZ = (110.0, 164.8, 277.2)
LOUDNESS = 0.12


@functools.cache
def hold_tone() -> bytes:
    """A mono 16-bit WAV."""
    count = SECONDS * SAMPLES_A_SECOND
    samples = (
        LOUDNESS
        * math.sin(math.pi * n / count) ** 2  # swells and fades once
        * sum(math.sin(2 * math.pi * pitch * n / SAMPLES_A_SECOND) for pitch in PITCHES_HZ)
        / len(PITCHES_HZ)
        for n in range(count)
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLES_A_SECOND)
        sound.writeframes(b"".join(struct.pack("<h", int(sample * 32767)) for sample in samples))
    return file.getvalue()
