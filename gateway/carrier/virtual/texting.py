"""Text messages: in with a webhook, out to a phone with their progress told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from gateway.carrier.virtual.phones import TextMessage
from gateway.carrier.virtual.twiml import TwimlError, read_messaging
from gateway.carrier.virtual.webhooks import Answer, Kind

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange

SENT_AFTER_SECONDS = 0.3
DELIVERED_AFTER_SECONDS = 1.0
UNKNOWN_DESTINATION = 30005
LANDLINE = 30006
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
MOST_REDIRECTS = 10
OPTED_OUT = 21610
# What the carrier takes for "send me nothing any more" and for "do so again", when nothing else is written.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})


def segments(body: str) -> int:
    """How many parts the network cuts a text into: 160/153 characters, or 70/67 with others than GSM's."""
    one, each = (160, 153) if set(body) <= GSM_7 else (70, 67)
    length = len(body) if one == 160 else len(body.encode("utf-16-le")) // 2
    return 1 if length <= one else math.ceil(length / each)


class Texting:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.messages: dict[str, TextMessage] = {}
        self._opted_out: set[tuple[str, str]] = set()

    def receive(self, from_: str, to: str, body: str, media: int = 0) -> TextMessage:
        """A text for one of the account's numbers, with so many pictures."""
        exchange = self._exchange
        own = exchange.numbers.get(to)
        if own is None:
            raise LookupError("the account has no such number to text")
        message = self._new(from_, to, body, "received", "inbound")
        message.media = media
        exchange.phone(from_).sent.append(message)
        self._note_opting(message)
        if own.sms_url:
            exchange.agenda.after(0, lambda: self._hand_over(message, own.sms_url, own.sms_fallback_url, {}))
        else:
            exchange.complain(None, "a text for a number without SmsUrl")
        return message

    def send(
        self, from_: str, to: str, body: str, status_url: str | None, direction: str = "outbound-api"
    ) -> TextMessage:
        """A text from the account to somebody's phone."""
        message = self._new(from_, to, body, "queued", direction)
        message.status_url = status_url
        if self.is_opted_out(to, from_):  # only in answer to a webhook: the API refuses it
            message.status, message.error_code = "failed", OPTED_OUT
            return message
        agenda = self._exchange.agenda
        agenda.after(SENT_AFTER_SECONDS, lambda: self._sent(message))
        agenda.after(DELIVERED_AFTER_SECONDS, lambda: self._arrived(message))
        self._exchange.wake()
        return message

    def is_opted_out(self, number: str, own: str) -> bool:
        """Whether that phone has said STOP to that number of the account."""
        return (number, own) in self._opted_out

    def _note_opting(self, message: TextMessage) -> None:
        word = message.body.strip().upper()
        if word in STOP_WORDS:
            self._opted_out.add((message.from_, message.to))
        elif word in START_WORDS:
            self._opted_out.discard((message.from_, message.to))

    def _new(self, from_: str, to: str, body: str, status: str, direction: str) -> TextMessage:
        sid = self._exchange.new_sid("SM")
        message = TextMessage(sid, from_, to, body, self._exchange.now(), status, direction)
        self.messages[sid] = message
        return message

    def _sent(self, message: TextMessage) -> None:
        message.status = "sent"
        message.sent_at = self._exchange.now()
        self._tell(message)

    def _arrived(self, message: TextMessage) -> None:
        phone = self._exchange.phones.get(message.to)
        fault = self._exchange.faults.text()
        if fault is not None:
            message.status, message.error_code = "undelivered", fault
        elif phone is not None and phone.takes_texts:
            phone.messages.append(message)
            message.status = "delivered"
        else:
            message.status = "undelivered"
            message.error_code = UNKNOWN_DESTINATION if phone is None else LANDLINE
        self._tell(message)

    def _tell(self, message: TextMessage) -> None:
        if message.status_url is None:
            return
        form = self._form(message) | {"MessageStatus": message.status, "SmsStatus": message.status}
        if message.error_code is not None:
            form["ErrorCode"] = str(message.error_code)
        self._exchange.postroom.notify(Kind.MESSAGE_STATUS, message.status_url, form)

    def _form(self, message: TextMessage) -> dict[str, str]:
        return {
            "AccountSid": self._exchange.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.from_,
            "To": message.to,
            "MessageSid": message.sid,
            "SmsSid": message.sid,
        }

    def _hand_over(
        self, message: TextMessage, url: str, fallback: str, extra: dict[str, str], redirects: int = 0
    ) -> None:
        form = self._form(message) | {
            "SmsMessageSid": message.sid,
            "Body": message.body,
            "NumMedia": str(message.media),
            "NumSegments": str(segments(message.body)),
            "SmsStatus": "received",
            "FromCountry": "DK",
            "ToCountry": "DK",
        }
        for place in range(message.media):
            form[f"MediaUrl{place}"] = f"https://carrier.invalid/media/{message.sid}/{place}"
            form[f"MediaContentType{place}"] = "image/jpeg"

        def answered(answer: Answer) -> None:
            self._play(message, url, fallback, answer, redirects)

        self._exchange.postroom.fetch(Kind.SMS, url, form | extra, answered)

    def _play(self, message: TextMessage, url: str, fallback: str, answer: Answer, redirects: int) -> None:
        exchange = self._exchange
        try:
            verbs = read_messaging(answer)
        except TwimlError as error:
            if error.is_document:
                exchange.complain(None, f"text: {error.code} {url}: {error}")
            else:
                exchange.failures.append(f"sms {url}: {error}")
            if fallback and url != fallback:
                self._hand_over(message, fallback, fallback, {"ErrorCode": str(error.code), "ErrorUrl": url})
            return
        for verb in verbs:
            if verb.name == "Redirect":
                if redirects < MOST_REDIRECTS:
                    self._hand_over(message, urljoin(url, verb.text), fallback, {}, redirects + 1)
                return
            body = verb.children[0].text if verb.children else verb.text
            self.send(message.to, message.from_, body, None, "outbound-reply")
