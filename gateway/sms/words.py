"""What a citizen is written by the gateway itself: in their language, with the line's own words."""

from __future__ import annotations

from datetime import datetime

from config.phone_numbers import as_people_write_it
from config.site import Channel, Line, Site
from config.texts import TextKey, spoken_hours
from gateway.store.contacts import Contact
from gateway.voice.caller import own_number
from gateway.wiring import Gateway
from routing.hours import is_open


class SmsWords:
    """Made for one answer: ``site`` as it is now."""

    def __init__(self, gateway: Gateway, now: datetime) -> None:
        self._site: Site = gateway.book.current()[0]
        self._texts = gateway.texts(self._site)
        self._now = now

    def say(self, contact: Contact, key: TextKey, **values: str) -> str:
        return self._texts.say(key, contact.language, line_id=contact.line, **values)

    def first_answer(self, contact: Contact, ticket: str, *, asks_postcode: bool) -> str:
        """That it has come, the ticket, and what to expect: also when it is closed, or nobody is there."""
        line, phone, number = self.place_name(contact), self.phone(contact), spaced(ticket)
        plan = contact.plan or {"open": True, "steps": []}
        if not plan["open"]:
            key: TextKey = "text_closed" if has_worker(contact) else "text_closed_nobody"
            first = self.say(contact, key, line=line, hours=self._hours(contact), phone=phone, ticket=number)
        elif has_worker(contact):
            first = self.say(contact, "text_welcome", line=line, ticket=number)
        else:
            first = self.say(contact, "text_nobody", line=line, phone=phone, ticket=number)
        more = [self.say(contact, "text_postcode")] if asks_postcode else []
        if "en" in self._site.languages and contact.language != "en":
            more.append(self._texts.say("text_for_english", "en", line_id=contact.line))
        return " ".join([first, *more])

    def next_answer(self, contact: Contact) -> str:
        """To somebody who writes again after the end."""
        plan = contact.plan or {"open": True}
        phone = self.phone(contact)
        if has_worker(contact):
            return self.say(contact, "text_again")
        if not plan["open"]:
            hours = self._hours(contact)
            return self.say(contact, "text_again_closed", hours=hours, phone=phone)
        return self.say(contact, "text_again_nobody", phone=phone)

    def anybody(self, contact: Contact | None, key: TextKey) -> str:
        """To somebody of whom perhaps nothing is known."""
        if contact is not None:
            return self.say(contact, key)
        return self._texts.say(key, self._site.languages[0])

    def not_offered(self, line: Line) -> str:
        return self._texts.say(
            "text_not_offered",
            self._site.languages[0],
            line_id=line.id,
            line=line.name,
            phone=_written(line.phone),
        )

    def no_media(self, line: Line | None, phone: str) -> str:
        return self._bare("text_media", line, phone)

    def lost(self, line: Line | None, phone: str) -> str:
        """What was written could not be kept."""
        return self._bare("text_lost", line, phone)

    def _bare(self, key: TextKey, line: Line | None, phone: str) -> str:
        line_id = line.id if line else None
        return self._texts.say(key, self._site.languages[0], line_id=line_id, phone=_written(phone))

    def place_name(self, contact: Contact) -> str:
        if contact.line in self._site.lines:
            return self._site.lines[contact.line or ""].name
        return self._site.name

    def phone(self, contact: Contact) -> str:
        """The number to call: one that is open now, where the line's own is not."""
        own = self._site.lines.get(contact.line or "")
        if own is not None and not self._answers(own.id):
            for line in self._site.lines.values():
                if contact.municipality in line.municipalities and self._answers(line.id):
                    return _written(line.phone)
        return _written(own_number(self._site, contact))

    def _answers(self, line: str) -> bool:
        return is_open(self._site.lines[line].hours.get(Channel.VOICE, ()), self._now, self._site.zone)

    def _hours(self, contact: Contact) -> str:
        line = self._site.lines.get(contact.line or "")
        windows = line.hours.get(Channel.SMS, ()) if line else ()
        if line is None:
            night_line = self._site.night_lines.get(contact.night_line or "")
            windows = night_line.hours if night_line else ()
        return spoken_hours(windows, contact.language)


def has_worker(contact: Contact) -> bool:
    """Whether the plan names somebody who could write: a back-up has only a telephone."""
    steps = (contact.plan or {"steps": []})["steps"]
    return any("worker" in ring for step in steps for ring in step["ring"])


def spaced(digits: str) -> str:
    """A ticket or a code as people copy it: in two halves."""
    half = len(digits) // 2
    return f"{digits[:half]} {digits[half:]}"


def _written(phone: str) -> str:
    """As people write it; a Danish number without its country."""
    written = as_people_write_it(phone)
    return written.removeprefix("+45 ")
