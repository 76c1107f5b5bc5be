"""REST: conferences and who is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.datastructures import MultiDict

from gateway.carrier.virtual.conferences import Conference, Stay
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.rest_check import RestError
from gateway.carrier.virtual.rest_shapes import Json, conference_json, page_json, participant_json

Given = MultiDict[str, str]
DEFAULT_PAGE = 50


class ConferenceOperations:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handlers(self) -> Mapping[str, Callable[..., Json]]:
        return {
            "ListConference": self.list,
            "FetchConference": self.fetch,
            "UpdateConference": self.update,
            "ListParticipant": self.list_participants,
            "FetchParticipant": self.fetch_participant,
            "UpdateParticipant": self.update_participant,
        }

    def list(self, given: Given) -> Json:
        found = [
            conference_json(self._exchange, conference)
            for conference in reversed(self._exchange.conferences.values())
            if given.get("FriendlyName", conference.friendly_name) == conference.friendly_name
            and given.get("Status", conference.status) == conference.status
        ]
        return page_json("Conferences.json", "conferences", found, int(given.get("PageSize", DEFAULT_PAGE)))

    def fetch(self, given: Given, Sid: str) -> Json:  # noqa: N803 - as in the API's paths
        del given
        return conference_json(self._exchange, self._conference(Sid))

    def update(self, given: Given, Sid: str) -> Json:  # noqa: N803
        conference = self._conference(Sid)
        if given.get("Status") == "completed" and conference.status != "completed":
            self._exchange.agenda.after(0, lambda: conference.end("conference-ended-via-api"))
            self._exchange.wake()
        return conference_json(self._exchange, conference)

    def list_participants(self, given: Given, ConferenceSid: str) -> Json:  # noqa: N803
        found = [
            participant_json(self._exchange, stay)
            for stay in self._conference(ConferenceSid).members.values()
        ]
        for name in ("Muted", "Hold"):
            if name in given:
                found = [shape for shape in found if shape[name.lower()] == (given[name].lower() == "true")]
        return page_json("Participants.json", "participants", found, int(given.get("PageSize", DEFAULT_PAGE)))

    def fetch_participant(self, given: Given, ConferenceSid: str, CallSid: str) -> Json:  # noqa: N803
        del given
        return participant_json(self._exchange, self._stay(ConferenceSid, CallSid))

    def update_participant(self, given: Given, ConferenceSid: str, CallSid: str) -> Json:  # noqa: N803
        stay = self._stay(ConferenceSid, CallSid)
        if "Muted" in given:
            stay.terms.muted = given["Muted"].lower() == "true"
            stay.conference.changed(stay, "mute" if stay.terms.muted else "unmute")
        if "Hold" in given:
            stay.terms.hold = given["Hold"].lower() == "true"
            stay.conference.changed(stay, "hold" if stay.terms.hold else "unhold")
        if "EndConferenceOnExit" in given:
            stay.terms.ends = given["EndConferenceOnExit"].lower() == "true"
        self._exchange.wake()
        return participant_json(self._exchange, stay)

    def _conference(self, sid: str) -> Conference:
        conference = self._exchange.conferences.get(sid)
        if conference is None:
            raise RestError(404, 20404, "no such conference", is_mistake=False)
        return conference

    def _stay(self, conference_sid: str, call_sid_or_label: str) -> Stay:
        members = self._conference(conference_sid).members
        for sid, stay in members.items():
            if call_sid_or_label in {sid, stay.terms.label}:
                return stay
        raise RestError(404, 20404, "no such participant", is_mistake=False)
