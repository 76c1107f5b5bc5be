"""The log: what it lets through, and above all what it doesn't."""

from __future__ import annotations

import ast
import json
import logging
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import logs
from config.log_fields import FIELDS, fault, looks_like_a_number_of_somebody

ROOT = Path(__file__).parents[2]
NUMBERS = [
    "+4520123456",
    "20123456",
    "20 12 34 56",
    "20-12-34-56",
    "004520123456",
    "123456",
    "123 456",
    "1234 5678",
]


@pytest.fixture
def lenient() -> Iterator[None]:
    logs.configure(strict=False)
    yield
    logs.configure(strict=True)


@pytest.fixture
def strict() -> None:
    logs.configure(strict=True)


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def count(event: str) -> int:
    return logs.counts().get(event, 0)


def test_an_event_is_one_json_object_a_line(strict: None, capsys: pytest.CaptureFixture[str]) -> None:
    contact = str(uuid.uuid4())
    logs.get("voice").event("webhook_refused", reason="signature", contact=contact, seconds=1.5, status=None)
    (event,) = written(capsys)
    at = event.pop("at")
    assert isinstance(at, str)
    assert at.endswith("Z")
    assert event == {
        "level": "info",
        "log": "voice",
        "event": "webhook_refused",
        "reason": "signature",
        "contact": contact,
        "seconds": 1.5,
    }


def test_levels_are_kept(strict: None, capsys: pytest.CaptureFixture[str]) -> None:
    log = logs.get("roster")
    log.event("one")
    log.warning("two")
    log.error("three")
    assert [event["level"] for event in written(capsys)] == ["info", "warning", "error"]


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": "x"},
        {"text": "x"},
        {"name": "x"},
        {"ticket": "x"},
        {"code": 1},
        {"reason": "Jeg har det svært"},
        {"reason": ["signature"]},
        {"reason": ""},
        {"reason": 7},
        {"contact": "w" * 41},
        {"contact": 20123456},
        {"seconds": 20123456},
        {"seconds": -20123456},
        {"seconds": True},
        {"seconds": "1"},
        {"seconds": float("nan")},
        {"provisional": 1},
        *({field: number} for field in ("reason", "contact", "worker", "where") for number in NUMBERS),
        {"worker": "w20123456"},
        {"reason": "tel:+4520123456"},
    ],
)
def test_what_may_not_be_logged_raises_without_its_value(
    strict: None, capsys: pytest.CaptureFixture[str], fields: dict[str, object]
) -> None:
    with pytest.raises(logs.LogFieldError) as caught:
        logs.get("voice").event("something_happened", **fields)
    assert written(capsys) == []
    (value,) = fields.values()
    assert len(str(value)) < 3 or str(value) not in str(caught.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "no_answer"},
        {"route": "/voice/<contact>/hold"},
        {"reason": "12345"},
        {"contact": "c-12345"},
        {"contact": 9_999_999},
        {"contact": "12345678-1234-4234-9234-123456789012"},
        {"contact": "01890a5dac96774bbcceb302099a8057"},
        {"contact": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
        {"seconds": 0},
        {"ms": 12.5},
        {"status": 403},
        {"status": "busy"},
        {"provisional": False},
        {"where": "voice/hold.py:42"},
        {"worker": None},
    ],
)
def test_what_may_be_logged_is_not_refused(
    strict: None, capsys: pytest.CaptureFixture[str], fields: dict[str, object]
) -> None:
    logs.get("voice").event("something_happened", **fields)
    assert len(written(capsys)) == 1


def test_in_service_a_bad_field_is_dropped_and_counted(
    lenient: None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = count("log_field_dropped")
    logs.get("voice").event("call_came", reason="+4520123456", phone="+4520123456", line="foenix")
    (event,) = written(capsys)
    assert event["line"] == "foenix"
    assert "reason" not in event
    assert "phone" not in event
    assert count("log_field_dropped") == before + 2


@pytest.mark.parametrize("name", ["Call from +4520123456", "call_20123456", "", "x", "_a"])
def test_an_events_name_is_a_constant(lenient: None, capsys: pytest.CaptureFixture[str], name: str) -> None:
    logs.get("voice").event(name)
    (event,) = written(capsys)
    assert event["event"] == "unnamed_event"
    logs.configure(strict=True)
    with pytest.raises(logs.LogFieldError):
        logs.get("voice").event(name)


def test_events_are_counted(strict: None) -> None:
    before = count("counted_event")
    for _ in range(3):
        logs.get("voice").event("counted_event")
    assert count("counted_event") == before + 3


@pytest.mark.parametrize(
    "name", ["twilio.http_client", "werkzeug", "sqlalchemy.engine", "rq.worker", "_granian", "uvicorn.error"]
)
def test_a_library_says_its_name_and_level_alone(
    strict: None, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    own = logging.StreamHandler()
    logging.getLogger(name).addHandler(own)  # as some libraries do before we are asked
    logging.getLogger(name).propagate = False
    logs.configure(strict=True)
    logging.getLogger(name).setLevel(logging.INFO)
    before = count("library_log")
    logging.getLogger(name).warning("To: %s", "+4520123456")
    logging.getLogger(name).info("From: %s", "+4520123456")
    (event,) = written(capsys)
    assert {key: event[key] for key in event if key != "at"} == {
        "level": "warning",
        "log": name,
        "event": "library_log",
    }
    assert count("library_log") == before + 1
    logging.getLogger(name).setLevel(logging.NOTSET)


def test_our_own_logger_used_by_hand_says_no_more(strict: None, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("akutlinjen.voice").warning("To: %s", "+4520123456")
    (event,) = written(capsys)
    assert event["event"] == "library_log"


def test_an_exception_is_its_class_and_place(strict: None, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        int("+45 20123456")
    except ValueError as error:
        logs.get("sms").error("number_unreadable", error, channel="sms")
        logging.getLogger("werkzeug").exception("failed for +4520123456")
    ours, theirs = written(capsys)
    assert ours["error"] == theirs["error"] == "ValueError"
    assert str(ours["where"]).startswith("config/test_logs.py:")
    assert ours["channel"] == "sms"
    assert theirs["event"] == "library_log"


def test_the_place_is_ours_where_a_library_raised(strict: None, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        json.loads("{+4520123456")
    except ValueError as error:
        logs.get("api").error("body_unreadable", error)
    (event,) = written(capsys)
    assert event["error"] == "JSONDecodeError"
    assert str(event["where"]).startswith("config/test_logs.py:")


def test_nothing_of_an_uncaught_error_is_printed_but_class_and_place() -> None:
    program = """
import threading
from config import logs
logs.configure(strict=False)
import logging
logging.getLogger("x").error("%d +4520123456", "+4520123456")
thread = threading.Thread(target=lambda: int("+4520123456 a"))
thread.start()
thread.join()
import warnings
warnings.warn("+4520123456")
int("+4520123456 b")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert "20123456" not in done.stdout + done.stderr
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(event["log"], event["event"]) for event in events] == [
        ("x", "library_log"),
        ("process", "uncaught_error"),
        ("py.warnings", "library_log"),
        ("process", "uncaught_error"),
    ]


def test_a_server_that_configures_logging_itself_gets_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    import logging.config

    logging.config.dictConfig(logs.dict_config())
    logging.getLogger("granian.access").warning("GET /voice?From=+4520123456")
    logs.get("web").event("started", port=8000)
    first, second = written(capsys)
    assert first["event"] == "library_log"
    assert second["event"] == "started"


def test_a_line_break_cannot_forge_an_event(lenient: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.get("voice").event("call_came", reason='x"}\n{"event": "forged"}')
    assert [event["event"] for event in written(capsys)] == ["call_came"]


@given(st.from_regex(r"\+?[0-9]([ .-]?[0-9]){5,13}", fullmatch=True), st.sampled_from(sorted(FIELDS)))
def test_no_field_takes_a_number_of_six_digits_or_more(number: str, field: str) -> None:
    assert looks_like_a_number_of_somebody(number)
    assert fault(field, number) is not None
    assert fault(field, f"x{number}") is not None
    digits = int("".join(filter(str.isdigit, number)))
    if digits >= 10_000_000:
        assert fault(field, digits) is not None


def events_in_the_code() -> list[tuple[str, ast.Call]]:
    found = []
    for folder in ("config", "routing", "gateway", "chat", "workers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("event", "warning", "error")
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("log", "_log", "LOG", "_LOG")
                ):
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", node))
    return found


def test_every_event_in_the_code_is_a_constant_with_fields_that_may_be_logged() -> None:
    for where, call in events_in_the_code():
        name = call.args[0] if call.args else None
        assert isinstance(name, ast.Constant), f"{where}: the event's name is no constant"
        assert isinstance(name.value, str), where
        for keyword in call.keywords:
            allowed = keyword.arg is None or keyword.arg in FIELDS
            assert allowed, f"{where}: {keyword.arg} may not be logged; the list is in config/log_fields.py"
