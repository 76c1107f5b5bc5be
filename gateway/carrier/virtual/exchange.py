"""The telephone exchange: numbers, phones, calls and rooms, and the one lock and agenda they live by."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime

from gateway.carrier import CallStatus
from gateway.carrier.virtual.agenda import Agenda
from gateway.carrier.virtual.calls import Call, StatusCallback
from gateway.carrier.virtual.conferences import Conference
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.flow import Flow
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.own_number import OwnNumber
from gateway.carrier.virtual.phones import Phone, TextMessage
from gateway.carrier.virtual.postroom import Postroom
from gateway.carrier.virtual.scripts import Caller, Script, Unallocated
from gateway.carrier.virtual.signalling import Signalling
from gateway.carrier.virtual.texting import Texting
from gateway.carrier.virtual.webhooks import Answer, Transport


class Exchange:
    """``now`` is the only clock. Call ``run_due`` when ``next_event_at`` has come, and after ``on_wake``.

    Everything may be called from any thread; ``lock`` is held briefly, never while a webhook is on its way.
    ``complaints``: what the gateway did that the real carrier, or this box, does not do. ``failures``:
    webhooks that were not answered with 2xx. ``sids`` come from ``seed``, so a run can be repeated.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        now: Callable[[], datetime],
        transport: Transport,
        faults: Faults | None = None,
        habits: Habits | None = None,
        seed: int = 0,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.now = now
        self.transport = transport
        self.faults = faults or Faults()
        self.habits = habits or Habits()
        self.lock = threading.RLock()
        self.agenda = Agenda(now)
        self.on_wake: Callable[[], None] = lambda: None
        self.complaints: list[str] = []
        self.failures: list[str] = []
        self.numbers: dict[str, OwnNumber] = {}
        self.phones: dict[str, Phone] = {}
        self.calls: dict[str, Call] = {}
        self.conferences: dict[str, Conference] = {}
        self.rooms: dict[str, Conference] = {}
        self.version = 0
        self._random = random.Random(seed)  # noqa: S311 - names, not secrets
        self.postroom = Postroom(self)
        self.signalling = Signalling(self)
        self.texting = Texting(self)

    # Time

    def next_event_at(self) -> datetime | None:
        """When ``run_due`` has something to do; in the past when it has now."""
        with self.lock:
            return self.agenda.next_at()

    def run_due(self) -> None:
        """Do everything that is due, and what follows from it at once."""
        busy = True
        while busy:
            with self.lock:
                due = self.agenda.take_due()
                if due is not None:
                    due.keep()
                    self.version += 1
                parcels = self.postroom.take()
            for parcel in parcels:
                self.transport.post(parcel.url, parcel.form, parcel.headers, parcel.on_answer)
            busy = due is not None or bool(parcels)

    def wake(self) -> None:
        """Something changed from outside the agenda."""
        self.version += 1
        self.on_wake()

    # Numbers and phones

    def provision(
        self,
        phone: str,
        voice_url: str = "",
        voice_fallback_url: str = "",
        status_callback: str = "",
        sms_url: str = "",
        sms_fallback_url: str = "",
    ) -> OwnNumber:
        """Give the account a number, or point one it has elsewhere."""
        with self.lock:
            known = self.numbers.get(phone)
            number = OwnNumber(
                known.sid if known else self.new_sid("PN"),
                phone,
                known.created_at if known else self.now(),
                voice_url,
                voice_fallback_url,
                status_callback,
                sms_url,
                sms_fallback_url,
            )
            self.numbers[phone] = number
            return number

    def phone(self, number: str, script: Script | None = None) -> Phone:
        """The phone with that number, made if there is none. ``script`` replaces what its owner does."""
        with self.lock:
            phone = self.phones.get(number)
            if phone is None:
                phone = self.phones[number] = Phone(number)
            if script is not None:
                phone.script = script
            return phone

    # What people do

    def call(
        self, from_: str | None, to: str, script: Script | None = None, *, shown_as: str | None = None
    ) -> Call:
        """Somebody calls one of the account's numbers.

        ``from_`` None: the number is withheld, and nobody's phone; ``shown_as`` shows something else than
        ``from_``, so that a caller with a phone can withhold it too. Raises LookupError when the account does
        not have the number ``to``.
        """
        with self.lock:
            own = self.numbers.get(to)
            if own is None:
                raise LookupError("the account has no such number to call")
            withheld = self.habits.withheld_as
            shown = shown_as if shown_as is not None else (withheld if from_ is None else from_)
            phone = self.phone(from_) if from_ is not None else Phone("")
            call = Call(self, direction="inbound", from_=shown, to=to, phone=phone)
            call.script = script or Caller()
            call.url, call.fallback_url = own.voice_url, own.voice_fallback_url or None
            if own.status_callback:
                call.status_callback = StatusCallback(own.status_callback)
            self.calls[call.sid] = call
            phone.takes(call)
            call.after(0, lambda: self._arrive(call))
            call.script.at_ringing(call)
        self.wake()
        return call

    def text(self, from_: str, to: str, body: str, *, media: int = 0) -> TextMessage:
        """Somebody sends a text message, perhaps with pictures, to one of the account's numbers.

        Raises LookupError as ``call``.
        """
        with self.lock:
            message = self.texting.receive(from_, to, body, media)
        self.wake()
        return message

    @property
    def messages(self) -> list[TextMessage]:
        """Every text message, in and out, in order."""
        return list(self.texting.messages.values())

    # What the account does

    def place(
        self,
        *,
        to: str,
        from_: str,
        url: str | None,
        document: str | None = None,
        fallback_url: str | None = None,
        status_callback: StatusCallback | None = None,
        ring_seconds: int = 60,
    ) -> Call:
        """An outgoing call through the API."""
        call = self.new_leg("outbound-api", from_, to)
        call.url, call.document, call.fallback_url = url, document, fallback_url
        call.status_callback = status_callback
        self.signalling.dial(call, ring_seconds)
        self.wake()
        return call

    def redirect(self, call: Call, *, url: str | None, document: str | None = None) -> None:
        """Take a leg that is in progress out of whatever it is in, to another document."""

        def go() -> None:
            if call.flow is not None:
                call.flow.stop()
            if call.attempt is not None:
                call.attempt.child_taken(call)
            call.url, call.document = url, document
            self.begin_flow(call)

        call.after(0, go)
        self.wake()

    def end(self, call: Call) -> None:
        """Hang up on a leg, or stop ringing it."""
        status = CallStatus.COMPLETED if call.is_in_progress else CallStatus.CANCELED
        self.agenda.after(0, lambda: self.signalling.end(call, status))
        self.wake()

    # Used by the parts

    def new_sid(self, prefix: str) -> str:
        return f"{prefix}{self._random.getrandbits(128):032x}"

    def new_leg(self, direction: str, from_: str, to: str, parent: Call | None = None) -> Call:
        phone = self.phones.get(to)
        if phone is None:
            phone = Phone(to, Unallocated())
        call = Call(self, direction=direction, from_=from_, to=to, phone=phone, parent=parent)
        self.calls[call.sid] = call
        return call

    def room(self, name: str) -> Conference:
        """The conference of that name that has not ended, made if there is none."""
        conference = self.rooms.get(name)
        if conference is None:
            conference = self.rooms[name] = Conference(self, name)
            self.conferences[conference.sid] = conference
        return conference

    def begin_flow(self, call: Call, url: str | None = None, *, whisper: bool = False) -> None:
        """Start playing a leg its document."""
        call.flow = Flow(self, call, whisper=whisper)
        if url is None and call.document is not None:
            call.flow.play(Answer(200, "text/xml", call.document), "")
        else:
            call.flow.open(url or call.url or "")

    def complain(self, call: Call | None, what: str) -> None:
        """Something that a test must not let pass."""
        self.complaints.append(what if call is None else f"{call.direction} call: {what}")

    def _arrive(self, call: Call) -> None:
        if not call.url:
            self.complain(call, "the number called has no VoiceUrl")
            self.signalling.end(call, CallStatus.FAILED)
            return
        self.begin_flow(call)
