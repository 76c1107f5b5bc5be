"""A list of windows walked through in time: open or closed now, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.windows import Window, WindowKind
from routing.hours import HORIZON_DAYS, Span, merged_spans

_FOR_GOOD = datetime.max.replace(tzinfo=UTC)
# Spans are worked out for so long from where one begins to look; then anew.
_STRIDE = timedelta(days=HORIZON_DAYS - 2)


class Opening:
    """A list of windows, asked at instants that only go forward: each span is worked out once."""

    def __init__(self, windows: Sequence[Window], zone: ZoneInfo) -> None:
        self.until = datetime.min.replace(tzinfo=UTC)
        self._windows = tuple(windows)
        self._zone = zone
        self._always = any(window.kind is WindowKind.ALWAYS for window in windows)
        self._open = self._always
        self._spans: Iterator[Span] = iter(())
        self._span: Span | None = None
        self._known_until = self.until
        if self._always:
            self.until = _FOR_GOOD

    def at(self, at: datetime) -> bool:
        """Whether it is open; ``until`` is then the next instant at which that changes, or a while ahead."""
        if at >= self.until:
            self._look(at)
        return self._open

    def _look(self, at: datetime) -> None:
        if at >= self._known_until:
            self._known_until = at + _STRIDE
            self._spans = merged_spans(self._windows, at.astimezone(self._zone).date(), self._zone)
            self._span = next(self._spans, None)
        seconds = at.timestamp()
        while self._span is not None and self._span[1] <= seconds:
            self._span = next(self._spans, None)
        self._open = self._span is not None and self._span[0] <= seconds
        if self._span is None:
            self.until = self._known_until
        else:
            change = datetime.fromtimestamp(self._span[1] if self._open else self._span[0], UTC)
            self.until = min(change, self._known_until)
