"""``<Dial><Conference>``: rooms by name, who is in them, and what ends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.twiml import Verb
from gateway.carrier.virtual.webhooks import Kind

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange
    from gateway.carrier.virtual.flow import Flow

HOLD_MUSIC = "the carrier's own hold music"
BEEP = "beep"
MOST_PARTICIPANTS = 250


@dataclass(slots=True)
class Terms:
    """On which terms a leg is in a conference."""

    muted: bool
    hold: bool
    beep: str
    starts: bool
    ends: bool
    label: str | None


class Conference:
    """A room. It starts when two are in it and one of them may start it; it ends for good."""

    def __init__(self, exchange: Exchange, name: str) -> None:
        self.exchange = exchange
        self.sid = exchange.new_sid("CF")
        self.friendly_name = name
        self.status = "init"  # init, in-progress, completed
        self.created_at = exchange.now()
        self.updated_at = self.created_at
        self.members: dict[str, Stay] = {}  # by call sid, in the order they came
        self.reason_ended: str | None = None
        self.ended_by: str | None = None
        self._callback_url: str | None = None
        self._callback_events: frozenset[str] = frozenset()
        self._callbacks_sent = 0

    @property
    def parties(self) -> list[str]:
        """The numbers of those who are in it."""
        return [stay.call.party for stay in self.members.values()]

    def heard_by(self, call: Call) -> list[Call]:
        """The other legs that hear what is said into ``call``."""
        me = self.members[call.sid].terms
        if self.status != "in-progress" or me.muted or me.hold:
            return []
        return [stay.call for sid, stay in self.members.items() if sid != call.sid and not stay.terms.hold]

    def call_back(self, url: str, events: frozenset[str]) -> None:
        """Where its progress is told: the first participant's wish counts."""
        if self._callback_url is None:
            self._callback_url, self._callback_events = url, events

    def join(self, stay: Stay) -> None:
        self.members[stay.call.sid] = stay
        self._tell("join", "participant-join", stay)
        if self.status == "init":
            if len(self.members) < 2 or not any(member.terms.starts for member in self.members.values()):
                return
            self.status = "in-progress"
            self._tell("start", "conference-start", None)
        self._beep(stay, "onEnter")
        for member in list(self.members.values()):
            if len(self.members) > 1:
                self.exchange.signalling.connected(member.call)

    def leave(self, stay: Stay, reason: str) -> None:
        """A leg is out of the room. The room ends with its last member, or with one who ends it."""
        if self.members.pop(stay.call.sid, None) is None:
            return
        self._beep(stay, "onExit")
        extra = {"ReasonParticipantLeft": reason, "ParticipantCallStatus": stay.call.status.value}
        self._tell("leave", "participant-leave", stay, extra)
        if self.status == "completed":
            return
        if stay.terms.ends:
            self.end("participant-with-end-conference-on-exit-left", stay.call)
        elif not self.members:
            self.end("last-participant-left", stay.call)

    def end(self, reason: str, by: Call | None = None) -> None:
        """Everybody still in it goes on with their own ``<Dial>``'s action."""
        self.status = "completed"
        self.updated_at = self.exchange.now()
        self.reason_ended = reason
        self.ended_by = by.sid if by is not None else None
        self.exchange.rooms.pop(self.friendly_name, None)
        left = list(self.members.values())
        self.members.clear()
        for stay in left:
            self._tell("leave", "participant-leave", stay, {"ReasonParticipantLeft": "conference_ended"})
            stay.go_on()
        extra = {"ReasonConferenceEnded": reason}
        if by is not None:
            extra["CallSidEndingConference"] = by.sid
        self._tell("end", "conference-end", None, extra)

    def changed(self, stay: Stay, what: str) -> None:
        """A member was muted, unmuted, held or unheld."""
        self.updated_at = self.exchange.now()
        self._tell("mute" if "mute" in what else "hold", f"participant-{what}", stay)

    def _beep(self, stay: Stay, when: str) -> None:
        if stay.terms.beep in {"true", when} and self.status == "in-progress":
            for member in self.members.values():
                member.call.played.append(BEEP)

    def _tell(self, event: str, name: str, stay: Stay | None, extra: Mapping[str, str] | None = None) -> None:
        self.updated_at = self.exchange.now()
        if self._callback_url is None or event not in self._callback_events:
            return
        form = {
            "AccountSid": self.exchange.account_sid,
            "ConferenceSid": self.sid,
            "FriendlyName": self.friendly_name,
            "SequenceNumber": str(self._callbacks_sent),
            "StatusCallbackEvent": name,
            "Timestamp": format_datetime(self.exchange.now()),
        }
        self._callbacks_sent += 1
        if stay is not None:
            form |= {
                "CallSid": stay.call.sid,
                "Muted": str(stay.terms.muted).lower(),
                "Hold": str(stay.terms.hold).lower(),
                "Coaching": "false",
                "StartConferenceOnEnter": str(stay.terms.starts).lower(),
                "EndConferenceOnExit": str(stay.terms.ends).lower(),
            }
            if stay.terms.label is not None:
                form["ParticipantLabel"] = stay.terms.label
        self.exchange.postroom.notify(Kind.CONFERENCE, self._callback_url, form | dict(extra or {}))


class Stay:
    """One leg's time in a conference."""

    def __init__(self, call: Call, flow: Flow, conference: Conference, dial: Verb, terms: Terms) -> None:
        self.call = call
        self.conference = conference
        self.terms = terms
        self.joined_at = call.exchange.now()
        self._flow = flow
        self._action = dial.get("action")
        self._leaves_on_star = dial.truth("hangupOnStar", False)

    @classmethod
    def begin(cls, exchange: Exchange, call: Call, flow: Flow, dial: Verb, noun: Verb) -> None:
        terms = Terms(
            muted=noun.truth("muted", False),
            hold=False,
            beep=noun.get("beep") or "true",
            starts=noun.truth("startConferenceOnEnter", True),
            ends=noun.truth("endConferenceOnExit", False),
            label=noun.get("participantLabel"),
        )
        conference = exchange.room(noun.text)
        if len(conference.members) >= noun.number("maxParticipants", MOST_PARTICIPANTS):
            flow.dial_ended(dial.get("action"), {"DialCallStatus": "failed", "DialBridged": "false"})
            return
        if terms.label is not None and any(s.terms.label == terms.label for s in conference.members.values()):
            exchange.complain(call, f"16025 two participants called {terms.label!r} in one conference")
        stay = cls(call, flow, conference, dial, terms)
        call.activity = call.stay = stay
        callback = noun.get("statusCallback")
        if callback is not None:
            events = (noun.get("statusCallbackEvent") or "").split()
            conference.call_back(urljoin(flow.url, callback), frozenset(events))
        if conference.status == "init" and noun.get("waitUrl") is None:
            call.played.append(HOLD_MUSIC)
        conference.join(stay)

    def key(self, key: str) -> bool:
        if key == "*" and self._leaves_on_star:
            self.call.stay = None
            self.conference.leave(self, "participant_hung_up")
            self.go_on()
        return True

    def stop(self) -> None:
        self.call.stay = None
        self.conference.leave(self, "participant_updated_via_api")

    def leg_over(self) -> None:
        self.call.stay = None
        self.conference.leave(self, "participant_hung_up")
        self._flow.dial_ended(self._action, {"DialCallStatus": "answered"})

    def go_on(self) -> None:
        """Out of the conference, and on with the call."""
        self.call.stay = None
        self._flow.dial_ended(self._action, {"DialCallStatus": "answered"})
