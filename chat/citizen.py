"""The citizens' namespace (contract, "Citizen's chat"): one conversation a connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import socketio

from chat.answers import Answer, RefusedError, gone, invalid, not_found, ok, slow_down, when
from chat.events import Namespace, answered
from chat.house import House
from chat.hub import CITIZEN, Listener, citizen_state, public_state
from chat.limits import Pace
from chat.payloads import Payload
from config.site import Site
from gateway.contacts.lifecycle import UNANSWERED
from gateway.conversations import desk, ending, opening, tickets, transcript
from gateway.conversations.desk import Place
from gateway.conversations.opening import ClosedError, NoSuchLineError, Opened, Wanted
from gateway.conversations.tickets import Resumed, TicketsGoneError
from gateway.conversations.transcript import Draft, Message, Refused, Sender
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import tickets as ticket_rows


@dataclass(slots=True)
class Visit:
    """One citizen's connection."""

    place: str | None
    pace: Pace
    conversation: str | None = None
    token_hash: str = ""
    # Came back with ticket and code: what they write now goes on with a conversation that had ended.
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation as a browser that opens it again is told."""

    conversation: str
    ticket: str
    state: str
    place: Place | None
    phone: str | None
    last_seq: int
    messages: list[Message]


class CitizenNamespace(Namespace):
    def __init__(self, house: House) -> None:
        super().__init__(CITIZEN)
        self._house = house
        self._visits: dict[str, Visit] = {}

    async def on_connect(self, sid: str, environ: dict[str, Any], _auth: object = None) -> None:
        place = self._house.visitors.place_of(environ)
        if not self._house.visitors.enters(place):
            raise socketio.exceptions.ConnectionRefusedError("rate_limited")
        self._visits[sid] = Visit(place, Pace())

    async def on_disconnect(self, sid: str, *_reason: object) -> None:
        visit = self._visits.pop(sid, None)
        if visit is not None:
            self._house.visitors.leaves(visit.place)
            if visit.conversation is not None:
                await self._house.type(visit.conversation, by_worker=False, on=False)
        self._house.hub.forget(sid)

    def may_go_on(self, sid: str) -> bool:
        visit = self._visits.get(sid)
        return visit is not None and visit.pace.allows()

    @answered
    async def on_start(self, sid: str, args: tuple[Any, ...]) -> Answer:
        visit = self._new_visit(sid)
        given = Payload(args, "line", "municipality", "postcode", "language")
        wanted = Wanted(
            given.maybe_word("line"), given.maybe_word("municipality"), given.maybe_word("postcode")
        )
        if sum(each is not None for each in (wanted.line, wanted.municipality, wanted.postcode)) != 1:
            raise invalid("Give a line, a municipality or a postcode, and only one of them.")
        language = given.maybe_word("language")
        if not self._house.visitors.may_start(visit.place):
            raise slow_down()
        opened, place, phone = await self._house.in_thread(self._begin, wanted, language)
        state = citizen_state("waiting", place, phone)
        self._open(sid, visit, opened.conversation, opening.hashed(opened.token), 0, state, phone)
        await self._house.changed(opened.conversation)
        return ok(ticket=opened.ticket, token=opened.token, line=opened.contact.line, **state)

    @answered
    async def on_rejoin(self, sid: str, args: tuple[Any, ...]) -> Answer:
        given = Payload(args, "token", "after")
        token_hash, after = opening.hashed(given.token()), given.seq()
        visit = self._visits[sid]
        found, came_back = await self._house.in_thread(self._rejoin, token_hash, after)
        if visit.conversation not in {None, found.conversation}:
            raise invalid("This connection is in another conversation.")
        visit.came_back = came_back
        return self._open_again(sid, visit, found, token_hash)

    @answered
    async def on_resume(self, sid: str, args: tuple[Any, ...]) -> Answer:
        visit = self._new_visit(sid)
        given = Payload(args, "ticket", "code")
        ticket = given.digits("ticket", tickets.TICKET_DIGITS)
        code = given.digits("code", tickets.CODE_DIGITS)
        if not tickets.is_ticket(ticket):
            raise not_found("There is no such number; look at its digits again.")
        if not self._house.visitors.may_try_a_code(visit.place):
            raise slow_down()
        gateway = self._house.gateway
        tried = await self._house.slowly(tickets.try_code, gateway.store, ticket, code, gateway.now())
        if isinstance(tried, Resumed):
            self._house.visitors.tried_wrong(visit.place)
            raise RefusedError(*_REFUSED[tried])
        token, found = await self._house.in_thread(self._resume, tried.conversation)
        visit.came_back = True
        return {**self._open_again(sid, visit, found, opening.hashed(token)), "token": token}

    @answered
    async def on_message(self, sid: str, args: tuple[Any, ...]) -> Answer:
        given = Payload(args, "id", "text")
        visit, conversation = self._in_conversation(sid)
        draft = Draft(conversation, Sender.CITIZEN, given.text(), given.uuid())
        written = await self._house.write(draft)
        if written is Refused.OVER and visit.came_back and await self._begin_again(conversation):
            written = await self._house.write(draft)
        if isinstance(written, Refused):
            raise invalid("Another message has this id.") if written is Refused.ID_TAKEN else gone()
        await self._house.hub.typing(conversation, by_worker=False, on=False)
        return ok(seq=written.message.seq, at=when(written.message.at))

    @answered
    async def on_typing(self, sid: str, args: tuple[Any, ...]) -> Answer:
        on = Payload(args, "on").switch("on")
        _visit, conversation = self._in_conversation(sid)
        await self._house.type(conversation, by_worker=False, on=on)
        return ok()

    @answered
    async def on_code(self, sid: str, args: tuple[Any, ...]) -> Answer:
        Payload(args)
        _visit, conversation = self._in_conversation(sid)
        code = tickets.new_code()
        hashed = await self._house.slowly(tickets.hash_code, code)
        if not await self._house.in_thread(self._set_code, conversation, hashed):
            raise RefusedError("locked", "Too many wrong codes; this number opens nothing any more.")
        return ok(code=code)

    @answered
    async def on_leave(self, sid: str, args: tuple[Any, ...]) -> Answer:
        """With ``stay`` the tab keeps what has ended, for a code or to erase it; what is erased is gone."""
        given = Payload(args, "erase", "stay")
        erase, stay = given.switch("erase", default=False), given.switch("stay", default=False)
        visit, conversation = self._in_conversation(sid)
        stays = stay and not erase
        await self._house.in_thread(self._leave, conversation, None if stays else visit.token_hash, erase)
        visit.came_back = False
        if not stays:
            visit.conversation = None
            self._house.hub.forget(sid)
        await self._house.changed(conversation)
        return ok()

    # --- in this process ---

    def _new_visit(self, sid: str) -> Visit:
        visit = self._visits[sid]
        if visit.conversation is not None:
            raise invalid("This connection is in a conversation; leave it first.")
        return visit

    def _in_conversation(self, sid: str) -> tuple[Visit, str]:
        visit = self._visits[sid]
        if visit.conversation is None:
            raise not_found("There is no conversation yet; start one, or rejoin it.")
        return visit, visit.conversation

    def _open(
        self,
        sid: str,
        visit: Visit,
        conversation: str,
        token_hash: str,
        cursor: int,
        state: dict[str, Any],
        phone: str | None,
    ) -> None:
        visit.conversation, visit.token_hash = conversation, token_hash
        self._house.hub.listen(Listener(sid, conversation, cursor, told=state, phone=phone))

    def _open_again(self, sid: str, visit: Visit, found: Found, token_hash: str) -> Answer:
        state = citizen_state(found.state, found.place, found.phone)
        self._open(sid, visit, found.conversation, token_hash, found.last_seq, state, found.phone)
        self._house.hub.pump(found.conversation)  # what was written between the reading and now
        messages = [
            {"seq": each.seq, "from": each.sender, "text": each.text, "at": when(each.at)}
            for each in found.messages
        ]
        return ok(ticket=found.ticket, messages=messages, **state)

    async def _begin_again(self, conversation: str) -> bool:
        begun = await self._house.in_thread(self._reopen, conversation)
        await self._house.changed(conversation)
        return begun

    # --- in a thread, with SQL ---

    def _begin(self, wanted: Wanted, language: str | None) -> tuple[Opened, Place, str | None]:
        gateway = self._house.gateway
        now = gateway.now()
        try:
            with gateway.store.write() as connection:
                opened = opening.begin(connection, gateway, wanted, language, now)
                place = desk.place_of(connection, gateway, opened.contact, now)
        except NoSuchLineError:
            raise not_found("No line of ours serves that place by chat.") from None
        except ClosedError as closed:
            raise _closed(closed) from None
        except TicketsGoneError:
            raise slow_down() from None
        return opened, place, _phone(gateway.book.current()[0], opened.contact.line)

    def _rejoin(self, token_hash: str, after: int) -> tuple[Found, bool]:
        gateway = self._house.gateway
        with gateway.store.read() as connection:
            opens = store.token_of(connection, token_hash)
            if opens is None:
                raise not_found("This tab's conversation is not kept any more.")
            conversation, made_at = opens
            found = self._found(connection, conversation, after)
            standing = store.find(connection, conversation)
            came_back = standing is not None and standing.ended_at is not None and made_at > standing.ended_at
        return found, came_back

    def _resume(self, conversation: str) -> tuple[str, Found]:
        gateway = self._house.gateway
        with gateway.store.write() as connection:
            found = self._found(connection, conversation, 0)
            token = opening.new_token(connection, conversation, gateway.now())
        return token, found

    def _found(self, connection: Any, conversation_id: str, after: int) -> Found:
        gateway = self._house.gateway
        conversation = store.find(connection, conversation_id)
        if conversation is None or conversation.wrapped_key is None:
            raise gone()
        contact = contact_rows.find_contact(connection, conversation.contact)
        if contact is None:
            raise gone()
        place = (
            desk.place_of(connection, gateway, contact, gateway.now())
            if contact.state in UNANSWERED
            else None
        )
        messages = transcript.read(connection, gateway.vault, conversation, after)
        return Found(
            conversation=conversation.id,
            ticket=ticket_rows.of_conversation(connection, conversation.id) or "",
            state=public_state(contact.state),
            place=place,
            phone=_phone(gateway.book.current()[0], contact.line),
            last_seq=max([after, *(each.seq for each in messages)]),
            messages=messages,
        )

    def _reopen(self, conversation: str) -> bool:
        gateway = self._house.gateway
        try:
            with gateway.store.write() as connection:
                opening.begin_again(connection, gateway, conversation, gateway.now())
        except ClosedError as closed:
            raise _closed(closed) from None
        except NoSuchLineError:
            return False
        return True

    def _set_code(self, conversation: str, code_hash: str) -> bool:
        gateway = self._house.gateway
        with gateway.store.write() as connection:
            found = store.lock(connection, [conversation]).get(conversation)
            if found is None or found.wrapped_key is None:
                raise gone()
            return tickets.set_code(connection, conversation, code_hash, gateway.now())

    def _leave(self, conversation: str, forgotten: str | None, erase: bool) -> None:
        """``forgotten``: the hash of the token that opens it no more."""
        gateway = self._house.gateway
        with gateway.store.write() as connection:
            ending.leave(connection, gateway, conversation, gateway.now(), erase=erase)
            if forgotten is not None:
                store.forget_token(connection, forgotten)


_REFUSED = {
    Resumed.WRONG_CODE: ("wrong_code", "Number and code do not fit together."),
    Resumed.LOCKED: ("locked", "Too many wrong codes; this number opens nothing any more."),
    Resumed.TOO_MANY: ("rate_limited", "No number can be opened until tomorrow; start anew, or call."),
}


def _closed(closed: ClosedError) -> RefusedError:
    return RefusedError(
        "closed",
        "The chat is closed now; the phone is answered.",
        line=closed.line.id,
        phone=closed.line.phone,
        opens_at=when(closed.opens_at) if closed.opens_at else None,
    )


def _phone(site: Site, line: str | None) -> str | None:
    known = site.lines.get(line or "")
    return known.phone if known else None
