"""Facts of the carrier's published API: which operation takes which parameters.

Carried over from its OpenAPI description for the operations that the box answers; a test compares the two.
Kinds: ``string``, ``boolean``, ``integer`` with its bounds, ``number``, ``uri``, ``date``, ``date-time``,
``twiml``, ``phone-number``, ``endpoint`` (a number or an address), ``sid XX``, ``one of ...`` and
``list of ...``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "/2010-04-01/Accounts/{AccountSid}"


@dataclass(frozen=True, slots=True)
class Operation:
    """``kinds``: each kind of value with the names of the parameters that are of it."""

    method: str
    path: str
    answers: int
    kinds: Mapping[str, str]
    required: frozenset[str] = frozenset()
    sids: Mapping[str, str] | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The kind of each parameter by its name."""
        return {name: kind for kind, names in self.kinds.items() for name in names.split()}


OPERATIONS: Mapping[str, Operation] = {
    "CreateCall": Operation(
        "POST",
        "/Calls.json",
        201,
        {
            "boolean": "Record",
            "endpoint": "From To",
            "integer": (
                "MachineDetectionSilenceTimeout MachineDetectionSpeechEndThreshold "
                "MachineDetectionSpeechThreshold MachineDetectionTimeout TimeLimit Timeout"
            ),
            "list of string": "RecordingStatusCallbackEvent StatusCallbackEvent",
            "one of GET POST": (
                "AsyncAmdStatusCallbackMethod FallbackMethod Method RecordingStatusCallbackMethod "
                "StatusCallbackMethod"
            ),
            "sid AP": "ApplicationSid",
            "sid BY": "Byoc",
            "string": (
                "AsyncAmd CallReason CallToken CallerId MachineDetection RecordingChannels "
                "RecordingStatusCallback RecordingTrack SendDigits SipAuthPassword "
                "SipAuthUsername Trim"
            ),
            "twiml": "Twiml",
            "uri": "AsyncAmdStatusCallback ClientNotificationUrl FallbackUrl StatusCallback Url",
        },
        frozenset({"From", "To"}),
    ),
    "FetchCall": Operation("GET", "/Calls/{Sid}.json", 200, {}, sids={"Sid": "CA"}),
    "UpdateCall": Operation(
        "POST",
        "/Calls/{Sid}.json",
        200,
        {
            "integer": "TimeLimit",
            "one of GET POST": "FallbackMethod Method StatusCallbackMethod",
            "one of canceled completed": "Status",
            "twiml": "Twiml",
            "uri": "FallbackUrl StatusCallback Url",
        },
        sids={"Sid": "CA"},
    ),
    "ListCall": Operation(
        "GET",
        "/Calls.json",
        200,
        {
            "date-time": "EndTime EndTime< EndTime> StartTime StartTime< StartTime>",
            "integer 0..": "Page",
            "integer 1..1000": "PageSize",
            "one of queued ringing in-progress completed busy failed no-answer canceled": "Status",
            "phone-number": "From To",
            "sid CA": "ParentCallSid",
            "string": "PageToken",
        },
    ),
    "ListConference": Operation(
        "GET",
        "/Conferences.json",
        200,
        {
            "date": "DateCreated DateCreated< DateCreated> DateUpdated DateUpdated< DateUpdated>",
            "integer 0..": "Page",
            "integer 1..1000": "PageSize",
            "one of init in-progress completed": "Status",
            "string": "FriendlyName PageToken",
        },
    ),
    "FetchConference": Operation("GET", "/Conferences/{Sid}.json", 200, {}, sids={"Sid": "CF"}),
    "UpdateConference": Operation(
        "POST",
        "/Conferences/{Sid}.json",
        200,
        {
            "one of GET POST": "AnnounceMethod",
            "one of completed": "Status",
            "uri": "AnnounceUrl",
        },
    ),
    "ListParticipant": Operation(
        "GET",
        "/Conferences/{ConferenceSid}/Participants.json",
        200,
        {
            "boolean": "Coaching Hold Muted",
            "integer 0..": "Page",
            "integer 1..1000": "PageSize",
            "string": "PageToken",
        },
        sids={"ConferenceSid": "CF"},
    ),
    "FetchParticipant": Operation(
        "GET",
        "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
        200,
        {},
        sids={"ConferenceSid": "CF"},
    ),
    "UpdateParticipant": Operation(
        "POST",
        "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
        200,
        {
            "boolean": "BeepOnExit Coaching EndConferenceOnExit Hold Muted",
            "one of GET POST": "AnnounceMethod HoldMethod WaitMethod",
            "sid CA": "CallSidToCoach",
            "uri": "AnnounceUrl HoldUrl WaitUrl",
        },
        sids={"ConferenceSid": "CF"},
    ),
    "CreateMessage": Operation(
        "POST",
        "/Messages.json",
        201,
        {
            "boolean": "ForceDelivery ProvideFeedback SendAsMms ShortenUrls SmartEncoded",
            "date-time": "SendAt",
            "integer": "Attempt ValidityPeriod",
            "list of string": "PersistentAction",
            "list of uri": "MediaUrl",
            "number": "MaxPrice",
            "one of enable disable": "RiskCheck",
            "one of fixed": "ScheduleType",
            "one of free": "TrafficType",
            "one of retain discard": "ContentRetention",
            "one of retain obfuscate": "AddressRetention",
            "phone-number": "FallbackFrom From To",
            "sid AP": "ApplicationSid",
            "sid HX": "ContentSid",
            "sid MG": "MessagingServiceSid",
            "string": "Body ContentVariables",
            "uri": "StatusCallback",
        },
        frozenset({"To"}),
    ),
    "FetchMessage": Operation("GET", "/Messages/{Sid}.json", 200, {}, sids={"Sid": "SM|MM"}),
    "ListIncomingPhoneNumber": Operation(
        "GET",
        "/IncomingPhoneNumbers.json",
        200,
        {
            "boolean": "Beta",
            "integer 0..": "Page",
            "integer 1..1000": "PageSize",
            "phone-number": "PhoneNumber",
            "string": "FriendlyName Origin PageToken",
        },
    ),
    "FetchIncomingPhoneNumber": Operation(
        "GET", "/IncomingPhoneNumbers/{Sid}.json", 200, {}, sids={"Sid": "PN"}
    ),
    "UpdateIncomingPhoneNumber": Operation(
        "POST",
        "/IncomingPhoneNumbers/{Sid}.json",
        200,
        {
            "boolean": "VoiceCallerIdLookup",
            "one of Active Inactive": "EmergencyStatus",
            "one of GET POST": (
                "SmsFallbackMethod SmsMethod StatusCallbackMethod VoiceFallbackMethod VoiceMethod"
            ),
            "one of voice fax": "VoiceReceiveMode",
            "sid AC": "AccountSid",
            "sid AD": "AddressSid EmergencyAddressSid",
            "sid AP": "SmsApplicationSid VoiceApplicationSid",
            "sid BU": "BundleSid",
            "sid RI": "IdentitySid",
            "sid TK": "TrunkSid",
            "string": "ApiVersion FriendlyName",
            "uri": "SmsFallbackUrl SmsUrl StatusCallback VoiceFallbackUrl VoiceUrl",
        },
        sids={"Sid": "PN"},
    ),
}
