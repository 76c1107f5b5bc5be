"""The log: one JSON object a line on stderr. Ours are constant event names with allow-listed fields.

What other libraries log comes out as the name of the logger and the level alone: their messages hold numbers,
addresses and texts. Of an exception there is its class and the place in the code, never its words.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from config.log_fields import EVENT, fault

_PREFIX = "akutlinjen."
_OURS = ("chat", "config", "gateway", "routing", "workers")
_LIBRARY_EVENT = "library_log"

_lock = threading.Lock()
_counts: Counter[str] = Counter()
_strict = True


class LogFieldError(Exception):
    """Something was to be logged that may not be. The message names the field, never its value."""


class Log:
    """Events of one part of the house."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(_PREFIX + name)

    def event(self, name: str, /, **fields: object) -> None:
        """Something happened as it may. ``name`` is a constant; a field that is None is left out.

        Raises LogFieldError where ``configure(strict=True)`` holds (the default); otherwise a field that may
        not be logged is left out and counted as ``log_field_dropped``.
        """
        self._write(logging.INFO, name, fields)

    def warning(self, name: str, /, **fields: object) -> None:
        """Somebody should look at it when there is time. Otherwise as ``event``."""
        self._write(logging.WARNING, name, fields)

    def error(self, name: str, error: BaseException | None = None, /, **fields: object) -> None:
        """Something failed. Of ``error`` its class and the place are logged. Otherwise as ``event``."""
        self._write(logging.ERROR, name, fields, error)

    def _write(
        self, level: int, name: str, fields: Mapping[str, object], error: BaseException | None = None
    ) -> None:
        given = {field: value for field, value in fields.items() if value is not None}
        faults = {field: fault(field, value) for field, value in given.items()}
        refused = [field for field, words in faults.items() if words]
        named = EVENT.fullmatch(name) is not None
        if _strict and not named:
            raise LogFieldError("an event's name is made of small letters and underscores")
        if _strict and refused:
            raise LogFieldError("; ".join(words for words in faults.values() if words))
        if refused or not named:
            _count("log_field_dropped", len(refused) or 1)
        event = name if named else "unnamed_event"
        kept = {field: value for field, value in given.items() if field not in refused}
        _count(event)
        self._logger.log(level, event, extra={"fields": kept | _described(error)})


def get(name: str) -> Log:
    """The log of a part of the house, as in ``logs.get("voice")``."""
    return Log(name)


def counts() -> Mapping[str, int]:
    """How many of each event this process has seen, for ``/metrics``."""
    with _lock:
        return dict(_counts)


def configure(*, strict: bool) -> None:
    """Set the process's logging up; once at start, and again does no harm.

    ``strict``: raise on what may not be logged (tests, development) instead of dropping it (production).
    """
    global _strict
    _strict = strict
    logging.config.dictConfig(dict_config())
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):  # whoever was imported before us may have handlers of its own
            logger.handlers.clear()
            logger.propagate = True
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a broken log call would print its arguments
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def dict_config() -> dict[str, Any]:
    """The same for a server that insists on configuring logging itself (granian's ``log_dictconfig``)."""
    through_root = {"handlers": [], "propagate": True, "level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"events": {"()": "config.logs.EventFormatter"}},
        "handlers": {"events": {"class": "config.logs.EventHandler", "formatter": "events"}},
        "root": {"handlers": ["events"], "level": "WARNING"},
        "loggers": {
            _PREFIX.rstrip("."): {"handlers": [], "propagate": True, "level": "INFO"},
            "_granian": through_root,
            "granian.access": through_root,
            # Without a level of their own they would print whole errors, past us.
            "engineio.server": through_root | {"level": "ERROR"},
            "socketio.server": through_root | {"level": "ERROR"},
        },
    }


class EventHandler(logging.StreamHandler[Any]):
    """Writes to what is stderr at that moment, and counts what libraries log."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, value: Any) -> None:
        """Set by the base class only, which would keep the stderr of the time of its making."""

    def emit(self, record: logging.LogRecord) -> None:
        if not _is_ours(record):
            if record.levelno < logging.WARNING:
                return  # without its words it says nothing; some libraries set their own level lower
            _count(_LIBRARY_EVENT)
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  (logging's own name)
        _count("log_not_written")


class EventFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"at": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
        if _is_ours(record):
            event = {
                "log": record.name.removeprefix(_PREFIX),
                "event": record.msg,
                **record.__dict__["fields"],
            }
        else:
            error = record.exc_info[1] if record.exc_info else None
            event = {"log": record.name, "event": _LIBRARY_EVENT, **_described(error)}
        return json.dumps(head | event, ensure_ascii=False)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.startswith(_PREFIX) and "fields" in record.__dict__


def _count(event: str, times: int = 1) -> None:
    with _lock:
        _counts[event] += times


def _described(error: BaseException | None) -> dict[str, str]:
    """Class and place: the innermost line of ours, or the innermost of all where none is ours."""
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if set(_OURS) & set(Path(frame.filename).parts[-4:-1])]
    described = {"error": type(error).__name__}
    if frames:
        frame = (ours or frames)[-1]
        described["where"] = f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}"
    return described


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get("process").error("uncaught_error", error)
