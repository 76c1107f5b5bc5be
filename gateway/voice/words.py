"""The right words for a contact: its line's own, in its language, in the voice that speaks them."""

from __future__ import annotations

from config.site import Channel, Site
from config.texts import TextKey, spoken_hours, spoken_number
from gateway.contacts.lifecycle import ContactState, LegPurpose
from gateway.store.contacts import Contact, Leg
from gateway.voice.twiml import Spoken
from gateway.wiring import Gateway
from routing.hours import is_open


class Words:
    """Made for one answer: ``site`` as it is now."""

    def __init__(self, gateway: Gateway) -> None:
        self._site: Site = gateway.book.current()[0]
        self._texts = gateway.texts(self._site)
        self._now = gateway.now

    def citizen(self, contact: Contact, key: TextKey, **values: str) -> Spoken:
        return self._spoken(key, contact.language, contact.line, **values)

    def worker(self, contact: Contact, key: TextKey, **values: str) -> Spoken:
        """Workers are spoken to in the site's first language."""
        return self._spoken(key, self._site.languages[0], contact.line, **values)

    def default(self, key: TextKey) -> Spoken:
        """To somebody of whom nothing is known, in the site's first language."""
        return self._spoken(key, self._site.languages[0], None)

    def greeting(self, contact: Contact) -> list[Spoken]:
        """Hello, 112, and what happens next; for a line that is closed, when it is open."""
        if self.is_closed(contact):
            words = [self._closed(contact)]
        else:
            words = [self.citizen(contact, "greeting", line=self.place_name(contact))]
        if "en" in self._site.languages and contact.language != "en":
            words.append(self._spoken("press_for_english", "en", contact.line))
        return words

    def is_closed(self, contact: Contact) -> bool:
        return contact.plan is not None and not contact.plan["open"]

    def closed_and_then(self, contact: Contact) -> list[Spoken]:
        """After the opening hours: which number is open now, and that somebody is looked for if so."""
        words = []
        other = self._number_open_now(contact)
        if other is not None:
            number = spoken_number(other, contact.language)
            words.append(self.citizen(contact, "closed_other_number", number=number))
        if contact.plan is not None and contact.plan["steps"]:
            words.append(self.citizen(contact, "closed_put_through"))
        return words

    def nobody_took_it(self, contact: Contact) -> Spoken:
        withheld = contact.caller_number is None
        return self.citizen(contact, "nobody_took_it_withheld" if withheld else "nobody_took_it")

    def postcode(self, contact: Contact) -> list[Spoken]:
        words = [self.citizen(contact, "postcode")]
        if "en" in self._site.languages and contact.language != "en":
            words.append(self._spoken("press_for_english", "en", contact.line))
        return words

    def _closed(self, contact: Contact) -> Spoken:
        line = self._site.lines.get(contact.line or "")
        windows = line.hours.get(Channel.VOICE, ()) if line else ()
        if line is None:
            night_line = self._site.night_lines.get(contact.night_line or "")
            windows = night_line.hours if night_line else ()
        hours = spoken_hours(windows, contact.language)
        return self.citizen(contact, "closed", line=self.place_name(contact), hours=hours)

    def whisper(self, contact: Contact, leg: Leg) -> list[Spoken]:
        """To a worker who picked up: whose citizen this is, and the one key that matters."""
        kind: TextKey = "whisper"
        bare: TextKey = "whisper_no_municipality"
        if leg.purpose == LegPurpose.HAND_OVER:
            kind, bare = "whisper_hand_over", "whisper_hand_over_no_municipality"
        elif contact.state == ContactState.CALL_BACK:
            kind, bare = "whisper_call_back", "whisper_call_back_no_municipality"
        municipality = self._site.municipalities.get(contact.municipality or "")
        line = self.place_name(contact)
        if municipality is not None:
            words = [self.worker(contact, kind, municipality=municipality.name, line=line)]
        else:
            words = [self.worker(contact, bare, line=line)]
        if contact.language == "en":
            words.append(self.worker(contact, "whisper_english"))
        if contact.partner:
            words.append(self.worker(contact, "whisper_partner"))
        return words

    def place_name(self, contact: Contact) -> str:
        """The name of the line, else of the night line, else of the whole service."""
        if contact.line in self._site.lines:
            return self._site.lines[contact.line or ""].name
        if contact.night_line in self._site.night_lines:
            return self._site.night_lines[contact.night_line or ""].name
        return self._site.name

    def _number_open_now(self, contact: Contact) -> str | None:
        """The public number of another line of the same municipality whose telephone is open now."""
        now = self._now()
        for line in self._site.lines.values():
            windows = line.hours.get(Channel.VOICE, ())
            shared = contact.municipality in line.municipalities
            if line.id != contact.line and shared and is_open(windows, now, self._site.zone):
                return line.phone
        return None

    def _spoken(self, key: TextKey, language: str, line_id: str | None, **values: str) -> Spoken:
        voice = self._texts.voice(language)
        return Spoken(self._texts.say(key, language, line_id=line_id, **values), voice.language, voice.voice)
