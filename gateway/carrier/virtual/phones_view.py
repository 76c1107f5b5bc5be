"""What the page of phones shows, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.directory import Directory, Entry
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.phones import Phone

Json = dict[str, Any]
MOST_WORDS = 20  # the newest things said to a leg
MOST_TEXTS = 10


def state_json(exchange: Exchange, directory: Directory, citizen: str | None, call_sid: str | None) -> Json:
    """Every worker's phone, and the citizen's phone ``citizen`` with the call ``call_sid`` they made."""
    call = exchange.calls.get(call_sid or "")
    phone = exchange.phones.get(citizen or "")
    if call is None and phone is not None:
        call = phone.call  # called back
    return {
        "version": exchange.version,
        "at": _when(exchange.now()),
        "citizen": {
            "call": None if call is None else _call(directory, call),
            "messages": [] if phone is None else _messages(phone),
        },
        "phones": [_person(exchange, directory, entry) for entry in directory.people],
        "complaints": len(exchange.complaints),
    }


def _person(exchange: Exchange, directory: Directory, entry: Entry) -> Json:
    phone = exchange.phone(entry.number)
    call = phone.call or (phone.calls[-1] if phone.calls else None)
    return {
        "number": entry.number,
        "name": entry.name,
        "kind": entry.kind,
        "call": None if call is None else _call(directory, call),
        "messages": _messages(phone),
    }


def _call(directory: Directory, call: Call) -> Json:
    shown = call.to if call.direction == "inbound" else call.from_
    return {
        "sid": call.sid,
        "state": "over" if call.is_over else call.status.value,
        "ended_as": call.status.value if call.is_over else None,
        "outgoing": call.direction == "inbound",  # for the one who holds the phone
        "shown": shown,
        "shown_name": directory.name_of(shown),
        "created_at": _when(call.created_at),
        "answered_at": _when(call.answered_at),
        "ended_at": _when(call.ended_at),
        "talking_with": sorted(directory.name_of(number) or "" for number in call.talking_with),
        "said_before": max(0, len(call.said) - MOST_WORDS),
        "said": [
            {"at": _when(spoken.at), "text": spoken.text, "language": spoken.language}
            for spoken in call.said[-MOST_WORDS:]
        ],
    }


def _messages(phone: Phone) -> list[Json]:
    """What came and what was sent, the oldest first."""
    thread = sorted([*phone.messages[-MOST_TEXTS:], *phone.sent[-MOST_TEXTS:]], key=lambda each: each.at)
    return [
        {
            "sid": message.sid,
            "at": _when(message.at),
            "from": message.from_,
            "body": message.body,
            "is_mine": message.from_ == phone.number,
        }
        for message in thread
    ]


def _when(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
