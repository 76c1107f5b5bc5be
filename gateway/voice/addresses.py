"""The addresses that the carrier fetches, in one place: routes, TwiML and REST calls agree on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """``base`` is PUBLIC_URL without a slash at its end."""

    base: str

    def incoming(self) -> str:
        return f"{self.base}/voice/incoming"

    def hold_tone(self) -> str:
        return f"{self.base}/voice/hold-tone.wav"

    def citizen(self, contact: str, step: str) -> str:
        """A step of the citizen's leg: postcode, hold, key, number, earlier, earlier/SEALED."""
        return f"{self.base}/voice/contacts/{contact}/{step}"

    def citizen_left(self, contact: str, room: int) -> str:
        """Where a citizen goes on whose room has ended."""
        return f"{self.base}/voice/contacts/{contact}/left/{room}"

    def dialled(self, contact: str, leg: str) -> str:
        """Where a citizen goes on whose <Dial> to a worker is over."""
        return f"{self.base}/voice/contacts/{contact}/dialled/{leg}"

    def leg(self, leg: str, step: str) -> str:
        """A step of a leg that we placed: whisper, key, status, menu, choice, back, called-back;
        dial-whisper, dial-key where it rings through <Dial>."""
        return f"{self.base}/voice/legs/{leg}/{step}"

    def leg_left(self, leg: str, room: int, *, by_star: bool) -> str:
        """Where a worker goes on whose room has ended; ``by_star``: or who may have left it by star."""
        return f"{self.base}/voice/legs/{leg}/{'star' if by_star else 'left'}/{room}"

    def woken(self, contact: str) -> str:
        """What a worker hears whose phone is rung because somebody waits in writing."""
        return f"{self.base}/voice/woken/{contact}"

    def woken_status(self) -> str:
        """News of such a call: nothing hangs on it."""
        return f"{self.base}/voice/woken"

    def provisional(self, token: str, step: str | None = None) -> str:
        """A step of a call while SQL is gone: the citizen's, or a worker's (whisper, key)."""
        return f"{self.base}/voice/provisional/{token}" + (f"/{step}" if step else "")
