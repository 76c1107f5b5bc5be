"""What goes wrong between the carrier and the gateway: by chance from a seed, or exactly as a test says."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.carrier.virtual.agenda import Agenda
from gateway.carrier.virtual.webhooks import Kind

Send = Callable[[], None]
Matching = Callable[[Mapping[str, str]], bool]
API_KINDS: frozenset[int | str] = frozenset(
    {400, 401, 404, 429, 500, 503, "timeout", "timeout-after", "garbled"}
)
UNREACHED = 30003  # the phone is switched off, or has no net
SWAP_SECONDS = 2.0  # a webhook waits at most this long for the one that is to overtake it


@dataclass(frozen=True, slots=True)
class ApiFault:
    """``kind``: a status, ``timeout`` or ``garbled``. ``is_done_first``: done, and only not answered."""

    kind: int | str
    is_done_first: bool = False


@dataclass(slots=True)
class _ApiRule:
    kind: int | str
    times: int
    operation: str | None
    matching: Matching


@dataclass(slots=True)
class _PostRule:
    copies: int
    kinds: Collection[Kind]
    times: int
    matching: Matching


class Faults:
    """Chances are 0 to 1, times in seconds.

    ``lose``, ``double``, ``delay`` (chance, longest) and ``reorder`` concern webhooks that only tell; the
    ``fetch_`` ones those whose answer the carrier plays: one that is lost never reaches the gateway, and the
    fallback address is asked after the time-out. ``api_errors``: chance of each answer to a REST request, by
    its kind (a status, ``timeout``: nothing done and no answer, ``timeout-after``: done and no answer,
    ``garbled``). ``creates_per_second``: new calls beyond it get 429. ``texts_unreached``: a phone is out of
    reach for a text message.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        lose: float = 0.0,
        double: float = 0.0,
        delay: tuple[float, float] = (0.0, 0.0),
        reorder: float = 0.0,
        fetch_lose: float = 0.0,
        fetch_double: float = 0.0,
        fetch_delay: tuple[float, float] = (0.0, 0.0),
        api_errors: Mapping[int | str, float] | None = None,
        api_timeout_seconds: float = 0.0,
        creates_per_second: float | None = None,
        texts_unreached: float = 0.0,
    ) -> None:
        unknown = set(api_errors or {}) - API_KINDS
        if unknown:
            raise ValueError(f"no such fault: {unknown}")
        self._random = random.Random(seed)  # noqa: S311 - a repeatable run is wanted, not a secret
        self._tell = (lose, double, delay, reorder)
        self._ask = (fetch_lose, fetch_double, fetch_delay, 0.0)
        self._api_errors = dict(api_errors or {})
        self._api_timeout_seconds = api_timeout_seconds
        self._creates_per_second = creates_per_second
        self._next_create_at: datetime | None = None
        self._texts_unreached = texts_unreached
        self._text_rules: list[int] = []
        self._api_rules: list[_ApiRule] = []
        self._post_rules: list[_PostRule] = []
        self._held: dict[Kind, list[Send]] = {}
        self._overtaken: dict[Kind, list[Send]] = {}
        self.fail_every_update = False
        """Every change of a call is answered 500, and not made."""

    # Exactly as a test says

    def fail_next_api(
        self,
        kind: int | str,
        times: int = 1,
        *,
        operation: str | None = None,
        matching: Matching = lambda _form: True,
    ) -> None:
        """The next REST requests (of ``operation``, e.g. "CreateCall", with a form that matches) fail so."""
        if kind not in API_KINDS:
            raise ValueError(f"no such fault: {kind!r}")
        self._api_rules.append(_ApiRule(kind, times, operation, matching))

    def fail_next_text(self, code: int = UNREACHED, times: int = 1) -> None:
        """The next text messages that leave don't arrive, for this reason."""
        self._text_rules += [code] * times

    def drop(self, *kinds: Kind, times: int = 1, matching: Matching = lambda _form: True) -> None:
        """The next webhooks of these kinds never arrive."""
        self._post_rules.append(_PostRule(0, kinds, times, matching))

    def repeat(self, *kinds: Kind, times: int = 1, matching: Matching = lambda _form: True) -> None:
        """The next webhooks of these kinds arrive twice."""
        self._post_rules.append(_PostRule(2, kinds, times, matching))

    def hold(self, *kinds: Kind) -> None:
        """Keep webhooks of these kinds back until ``release``."""
        for kind in kinds:
            self._held.setdefault(kind, [])

    def release(self, *kinds: Kind, backwards: bool = False) -> None:
        """Send what was held (of every kind, if none is named), and hold no more."""
        for kind in kinds or tuple(self._held):
            sends = self._held.pop(kind, [])
            for send in reversed(sends) if backwards else sends:
                send()

    # Used by the exchange

    def carry(self, kind: Kind, form: Mapping[str, str], send: Send, agenda: Agenda) -> None:
        """Send a webhook: never, once, twice, now, later, or after the next one."""
        if kind in self._held:
            self._held[kind].append(send)
            return
        rule = next((r for r in self._post_rules if kind in r.kinds and r.matching(form)), None)
        if rule is not None:
            rule.times -= 1
            if rule.times == 0:
                self._post_rules.remove(rule)
            for _ in range(rule.copies):
                send()
            return
        self._carry_by_chance(kind, send, agenda)

    def api(self, operation: str, form: Mapping[str, str], now: datetime) -> ApiFault | None:
        """What goes wrong with this REST request; None: nothing."""
        if self.fail_every_update and operation == "UpdateCall":
            return ApiFault(500)
        for rule in self._api_rules:
            if rule.operation in {None, operation} and rule.matching(form):
                rule.times -= 1
                if rule.times == 0:
                    self._api_rules.remove(rule)
                return _api_fault(rule.kind)
        if operation == "CreateCall" and self._is_too_soon(now):
            return ApiFault(429)
        for kind, chance in self._api_errors.items():
            if self._happens(chance):
                return _api_fault(kind)
        return None

    def text(self) -> int | None:
        """Why a text message does not arrive, in the carrier's number for it; None: it does."""
        if self._text_rules:
            return self._text_rules.pop(0)
        return UNREACHED if self._happens(self._texts_unreached) else None

    def keep_waiting(self) -> None:
        """Let the one who asked wait for the answer that does not come."""
        time.sleep(self._api_timeout_seconds)

    def _carry_by_chance(self, kind: Kind, send: Send, agenda: Agenda) -> None:
        lose, double, (late, longest), reorder = self._ask if kind in {Kind.FETCH, Kind.SMS} else self._tell
        overtaken = self._overtaken.pop(kind, [])
        copies = 0 if self._happens(lose) else 2 if self._happens(double) else 1
        for _ in range(copies):
            if self._happens(late):
                agenda.after(self._random.uniform(0, longest), send)
            elif self._happens(reorder):
                self._let_overtake(kind, send, agenda)
            else:
                send()
        while overtaken:
            overtaken.pop(0)()

    def _let_overtake(self, kind: Kind, send: Send, agenda: Agenda) -> None:
        waiting = self._overtaken.setdefault(kind, [])
        waiting.append(send)

        def give_up() -> None:
            if send in waiting:
                waiting.remove(send)
                send()

        agenda.after(SWAP_SECONDS, give_up)

    def _is_too_soon(self, now: datetime) -> bool:
        if self._creates_per_second is None:
            return False
        if self._next_create_at is not None and now < self._next_create_at:
            return True
        self._next_create_at = now + timedelta(seconds=1 / self._creates_per_second)
        return False

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance


def _api_fault(kind: int | str) -> ApiFault:
    return ApiFault("timeout", is_done_first=True) if kind == "timeout-after" else ApiFault(kind)
