"""What people do with their phones, for tests and demonstrations. All times are seconds.

A worker's phone that rings asks its script; a citizen's call carries one. Keys are ``(seconds, keys)``,
counted from the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from gateway.carrier import CallStatus

if TYPE_CHECKING:
    from gateway.carrier.virtual.calls import Call

Keys = Sequence[tuple[float, str]]


class Script:
    """Does nothing at all: the one to build on."""

    def for_next_call(self) -> Script:
        """The script for the call that comes now."""
        return self

    def at_dialling(self, call: Call) -> bool:
        """The carrier tries to reach the phone. True: it got through, and the phone will ring."""
        del call
        return True

    def at_ringing(self, call: Call) -> None:
        """The phone rings; for a citizen's own call: it rings at the other end."""

    def at_answer(self, call: Call) -> None:
        """The leg is answered: the person hears what is said."""

    def at_connection(self, call: Call) -> None:
        """For the first time somebody else hears the person."""


class Manual(Script):
    """A person, a test or the page of phones decides."""


class RingsOut(Script):
    """Nobody hears it."""


@dataclass(frozen=True)
class Fails(Script):
    """The carrier cannot reach it."""

    sip_code: int = 503

    def at_dialling(self, call: Call) -> bool:
        call.exchange.signalling.end(call, CallStatus.FAILED, sip_code=self.sip_code)
        return False


@dataclass(frozen=True)
class Unallocated(Fails):
    """No such number."""

    sip_code: int = 404


class Busy(Script):
    """Engaged."""

    def at_dialling(self, call: Call) -> bool:
        call.exchange.signalling.end(call, CallStatus.BUSY, sip_code=486)
        return False


@dataclass(frozen=True)
class Declines(Script):
    """Turns the call away, which Danish mobiles tell the caller as busy."""

    after_seconds: float = 3.0

    def at_ringing(self, call: Call) -> None:
        call.after(self.after_seconds, call.hang_up)


@dataclass(frozen=True)
class Answers(Script):
    """Picks up, presses keys, hangs up so long after picking up, or after being connected."""

    after_seconds: float = 4.0
    keys: Keys = ()
    hangs_up_after: float | None = None
    hangs_up_after_connected: float | None = None

    def at_ringing(self, call: Call) -> None:
        call.after(self.after_seconds, call.pick_up)

    def at_answer(self, call: Call) -> None:
        for seconds, keys in self.keys:
            call.after(seconds, partial(call.press, keys))
        if self.hangs_up_after is not None:
            call.after(self.hangs_up_after, call.hang_up)

    def at_connection(self, call: Call) -> None:
        if self.hangs_up_after_connected is not None:
            call.after(self.hangs_up_after_connected, call.hang_up)


@dataclass(frozen=True)
class Voicemail(Script):
    """Picks up by itself, plays its greeting, presses nothing, and records until its tape is full."""

    picks_up_after: float = 18.0
    greeting_seconds: float = 12.0
    records_seconds: float = 120.0

    def at_ringing(self, call: Call) -> None:
        call.after(self.picks_up_after, call.pick_up)

    def at_answer(self, call: Call) -> None:
        call.after(self.greeting_seconds + self.records_seconds, call.hang_up)


@dataclass(frozen=True)
class HangsUpDuringWhisper(Script):
    """Picks up, listens a moment, and hangs up without a key."""

    after_seconds: float = 4.0
    listens_seconds: float = 1.0

    def at_ringing(self, call: Call) -> None:
        call.after(self.after_seconds, call.pick_up)

    def at_answer(self, call: Call) -> None:
        call.after(self.listens_seconds, call.hang_up)


@dataclass
class InTurn(Script):
    """Each call gets the next script; the last one stays."""

    scripts: Sequence[Script]
    _next: int = field(default=0, init=False)

    def for_next_call(self) -> Script:
        script = self.scripts[min(self._next, len(self.scripts) - 1)]
        self._next += 1
        return script


@dataclass(frozen=True)
class Caller(Script):
    """A citizen who calls: keys from the answer on, and when they hang up by themselves."""

    keys: Keys = ()
    hangs_up_after: float | None = None
    """Counted from dialling."""
    hangs_up_after_connected: float | None = None

    def at_ringing(self, call: Call) -> None:
        if self.hangs_up_after is not None:
            call.after(self.hangs_up_after, call.hang_up)

    def at_answer(self, call: Call) -> None:
        for seconds, keys in self.keys:
            call.after(seconds, partial(call.press, keys))

    def at_connection(self, call: Call) -> None:
        if self.hangs_up_after_connected is not None:
            call.after(self.hangs_up_after_connected, call.hang_up)


@dataclass(frozen=True)
class MayHangUpAt(Caller):
    """Gives up so many seconds after dialling, unless somebody has taken the call by then."""

    seconds: float = 60.0

    def at_ringing(self, call: Call) -> None:
        def gives_up() -> None:
            if call.connected_at is None:
                call.hang_up()

        call.after(self.seconds, gives_up)
        super().at_ringing(call)
