"""What every acknowledgement looks like (contract, "Citizen's chat"), and the errors that become one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Answer = dict[str, Any]


class RefusedError(Exception):
    """Answered as ``{"ok": false, "error": {...}}``. ``more``: what else the error says."""

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.more = more

    def answer(self) -> Answer:
        return {"ok": False, "error": {"code": self.code, "message": self.message, **self.more}}


def ok(**values: object) -> Answer:
    return {"ok": True, **values}


def invalid(message: str) -> RefusedError:
    return RefusedError("invalid", message)


def not_found(message: str) -> RefusedError:
    return RefusedError("not_found", message)


def gone() -> RefusedError:
    return RefusedError("gone", "This conversation is over.")


def slow_down() -> RefusedError:
    return RefusedError("rate_limited", "Too much at once; send it again in a moment.")


def when(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
