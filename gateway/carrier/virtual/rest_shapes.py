"""The carrier's JSON for calls, conferences, participants, messages and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from gateway.carrier import CallStatus
from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.conferences import Conference, Stay
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.own_number import OwnNumber
from gateway.carrier.virtual.phones import TextMessage
from gateway.carrier.virtual.texting import segments

Json = dict[str, Any]


def _when(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at)


def _resource(exchange: Exchange, path: str) -> Json:
    return {
        "account_sid": exchange.account_sid,
        "uri": f"/2010-04-01/Accounts/{exchange.account_sid}/{path}.json",
    }


def call_json(exchange: Exchange, call: Call) -> Json:
    status = CallStatus.QUEUED if call.status is CallStatus.INITIATED else call.status
    number = exchange.numbers.get(call.to if call.direction == "inbound" else call.from_)
    return _resource(exchange, f"Calls/{call.sid}") | {
        "sid": call.sid,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": _when(call.created_at),
        "date_updated": _when(call.ended_at or call.answered_at or call.created_at),
        "direction": call.direction,
        "duration": str(call.duration_seconds) if call.is_over else None,
        "end_time": _when(call.ended_at),
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": call.parent.sid if call.parent is not None else None,
        "phone_number_sid": number.sid if number is not None else None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "start_time": _when(call.answered_at),
        "status": status.value,
        "subresource_uris": {},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
    }


def conference_json(exchange: Exchange, conference: Conference) -> Json:
    path = f"Conferences/{conference.sid}"
    participants = _resource(exchange, f"{path}/Participants")["uri"]
    return _resource(exchange, path) | {
        "sid": conference.sid,
        "api_version": "2010-04-01",
        "call_sid_ending_conference": conference.ended_by,
        "date_created": _when(conference.created_at),
        "date_updated": _when(conference.updated_at),
        "friendly_name": conference.friendly_name,
        "reason_conference_ended": conference.reason_ended,
        "region": "ie1",
        "status": conference.status,
        "subresource_uris": {"participants": participants},
    }


def participant_json(exchange: Exchange, stay: Stay) -> Json:
    conference, call = stay.conference, stay.call
    return _resource(exchange, f"Conferences/{conference.sid}/Participants/{call.sid}") | {
        "call_sid": call.sid,
        "call_sid_to_coach": None,
        "coaching": False,
        "conference_sid": conference.sid,
        "date_created": _when(stay.joined_at),
        "date_updated": _when(conference.updated_at),
        "end_conference_on_exit": stay.terms.ends,
        "hold": stay.terms.hold,
        "label": stay.terms.label,
        "muted": stay.terms.muted,
        "queue_time": "0",
        "start_conference_on_enter": stay.terms.starts,
        "status": "connected",
    }


def message_json(exchange: Exchange, message: TextMessage) -> Json:
    return _resource(exchange, f"Messages/{message.sid}") | {
        "sid": message.sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": _when(message.at),
        "date_sent": _when(message.sent_at),
        "date_updated": _when(message.sent_at or message.at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "from": message.from_,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(segments(message.body)),
        "price": None,
        "price_unit": "USD",
        "status": message.status,
        "subresource_uris": {},
        "to": message.to,
    }


def number_json(exchange: Exchange, number: OwnNumber) -> Json:
    return _resource(exchange, f"IncomingPhoneNumbers/{number.sid}") | {
        "sid": number.sid,
        "address_requirements": "none",
        "api_version": "2010-04-01",
        "beta": False,
        "capabilities": {"fax": False, "mms": False, "sms": True, "voice": True},
        "date_created": _when(number.created_at),
        "date_updated": _when(number.created_at),
        "emergency_status": "Inactive",
        "friendly_name": number.phone,
        "origin": "twilio",
        "phone_number": number.phone,
        "sms_fallback_method": "POST",
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": "POST",
        "sms_url": number.sms_url,
        "status": "in-use",
        "status_callback": number.status_callback,
        "status_callback_method": "POST",
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_fallback_url": number.voice_fallback_url,
        "voice_method": "POST",
        "voice_receive_mode": "voice",
        "voice_url": number.voice_url,
    }


def page_json(uri: str, name: str, items: Sequence[Json], size: int) -> Json:
    """The first page of a list. The box has no second one: what does not fit is a mistake of the test's."""
    return {
        name: list(items[:size]),
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
        "page": 0,
        "page_size": size,
        "start": 0,
        "end": max(0, min(len(items), size) - 1),
        "uri": uri,
    }


def error_json(status: int, code: int, message: str) -> Mapping[str, object]:
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
