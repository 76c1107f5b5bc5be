"""What differs from one telephone company, or one day, to the next, with the real carrier's figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """How this exchange behaves where carriers differ. All times are seconds."""

    dial_seconds: float = 0.5
    """From an outgoing call's start until the phone rings."""
    ring_buffer_seconds: float = 5.0
    """Added to every ``Timeout``: the carrier's documentation says that it always does so."""
    webhook_timeout_seconds: float = 15.0
    """How long a webhook's answer is waited for; also how long a lost request takes to be noticed."""
    characters_per_second: float = 15.0
    """Speed of the text-to-speech voice, spaces counted."""
    play_seconds: float = 8.0
    """How long a ``<Play>`` lasts: the box fetches no sound."""
    keeps_typed_ahead: bool = True
    """Keys pressed while nothing gathers them go to the next ``<Gather>``. False: they are lost."""
    unbridged_dial_status: str = "no-answer"
    """``DialCallStatus`` when a called party picked up and left before being joined to the caller."""
    rest_ring_on_during_whisper: bool = False
    """With several ``<Number url>``: False, the first to pick up silences the others at once (as documented);
    True, the others ring on until one has heard its document to the end."""
    withheld_as: str = "+266696687"
    """``From`` of a caller who withholds the number: ANONYMOUS on the keypad. Seen too: ``+7378742833``
    (RESTRICTED), ``+8656696`` (UNKNOWN), ``Anonymous`` and the empty string."""
    calls_per_second: float | None = None
    """Outgoing API calls dialled a second; the rest wait as ``queued``. None: all at once. A new real account
    has 1."""
