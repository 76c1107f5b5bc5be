"""How long each kind of data is kept, where, and why: one table that both the purge and the report read.

The periods are the domain page's ("Privacy"). Numbers are kept for a day after the end, so that they can
still be lifted when somebody was in danger; then the contact's own key is destroyed, and with it whatever was
sealed under it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.contacts.lifecycle import OVER
from gateway.privacy.callers import KEY_LIVES, destroy_old_keys
from gateway.store import conversations as writing
from gateway.store import night_reports as report_rows
from gateway.store import outbox, staff_presence
from gateway.store import sign_in_links as links
from gateway.store import sms as text_rows
from gateway.store import socket_tokens as socket_rows
from gateway.store import staff_sessions as sessions
from gateway.store import tickets as ticket_rows
from gateway.store.tables import (
    caller_keys,
    citizen_tokens,
    consents,
    contacts,
    conversations,
    crisis_plans,
    hand_over_notes,
    messages,
    night_reports,
    number_lifts,
    push_subscriptions,
    registration_versions,
    registrations,
    sign_in_links,
    sign_in_steps,
    site_versions,
    sms_deliveries,
    sms_keys,
    sms_received,
    sms_stops,
    sms_threads,
    socket_tokens,
    staff_passkeys,
    staff_sessions,
    tickets,
)
from gateway.store.tables import outbox as outbox_table
from gateway.store.tables import staff_presence as presence_table

AFTER_THE_END = timedelta(hours=24)
WITH_A_CODE = timedelta(days=30)
PRESENCE = timedelta(minutes=10)
DONE_ERRANDS = timedelta(days=7)
OLD_SITES = timedelta(days=30)
# A course over several conversations is over by then; the keyed hash goes on telling who is the same.
CPR_KEPT = timedelta(days=365)
# The plan is talked about on its fifth day; a month later the citizen has it on paper, and nobody else.
PLAN_KEPT = timedelta(days=30)
# Whoever took a report has read it and knows; one that nobody takes helps nobody after so long.
REPORT_TAKEN, REPORT_WAITS = timedelta(hours=24), timedelta(days=14)
# Longer than any idle time, and than the hour in which links are counted.
OLD_SESSIONS = timedelta(days=1)
OLD_LINKS = timedelta(hours=2)
# A socket that has been open for so long asks for a new one.
OLD_SOCKET_TOKENS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data. ``where`` names table and column; ``rows`` and ``oldest`` say what there is now.

    ``purge`` removes what has been kept long enough and returns how many rows it concerned.
    """

    name: str
    where: str
    why: str
    how_long: str
    rows: Callable[[Connection], int]
    oldest: Callable[[Connection], datetime | None]
    purge: Callable[[Connection, datetime], int]


def _held(column: sa.Column[Any], at: sa.Column[Any]) -> tuple[Callable[..., int], Callable[..., Any]]:
    def rows(connection: Connection) -> int:
        query = sa.select(sa.func.count()).where(column.is_not(None))
        return int(connection.execute(query).scalar_one())

    def oldest(connection: Connection) -> datetime | None:
        found: datetime | None = connection.execute(
            sa.select(sa.func.min(at)).where(column.is_not(None))
        ).scalar()
        return found

    return rows, oldest


def _over_since(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        contacts.c.state.in_([str(state) for state in OVER]),
        contacts.c.ended_at.is_not(None),
        contacts.c.ended_at < before,
    )


def _forget_column(column: sa.Column[Any]) -> Callable[[Connection, datetime], int]:
    def purge(connection: Connection, now: datetime) -> int:
        statement = sa.update(contacts).where(column.is_not(None), _over_since(now - AFTER_THE_END))
        return connection.execute(statement, {column.name: None}).rowcount

    return purge


def _forget_hashes(connection: Connection, now: datetime) -> int:
    statement = sa.update(contacts).where(
        contacts.c.caller_hash.is_not(None), contacts.c.waiting_since < now - KEY_LIVES
    )
    return connection.execute(statement, {"caller_hash": None}).rowcount


def _forget_reasons(connection: Connection, _now: datetime) -> int:
    """The contact's key is gone, so nobody can read the reason: what is left of it goes too."""
    gone = sa.select(contacts.c.id).where(contacts.c.wrapped_key.is_(None))
    statement = sa.update(number_lifts).where(number_lifts.c.reason != b"", number_lifts.c.contact.in_(gone))
    return connection.execute(statement, {"reason": b""}).rowcount


def _forget_tickets(connection: Connection, now: datetime) -> int:
    tried = ticket_rows.forget(connection, now, (now - WITH_A_CODE).date().isoformat())
    return tried + writing.forget_orphans(connection, tickets)


def _forget_sites(connection: Connection, now: datetime) -> int:
    newest = sa.select(sa.func.max(site_versions.c.version)).scalar_subquery()
    statement = sa.delete(site_versions).where(
        site_versions.c.version != newest, site_versions.c.loaded_at < now - OLD_SITES
    )
    return connection.execute(statement).rowcount


def kinds() -> tuple[Kind, ...]:
    """Every kind of personal data that is stored, in the order in which they are purged."""
    return (
        Kind(
            "caller numbers",
            "contacts.caller_number, encrypted",
            "to call back, and to lift in danger to life",
            "24 hours after the contact ended",
            *_held(contacts.c.caller_number, contacts.c.waiting_since),
            _forget_column(contacts.c.caller_number),
        ),
        Kind(
            "call-back numbers",
            "contacts.call_back_number, encrypted",
            "the citizen asked to be called there",
            "24 hours after the contact ended",
            *_held(contacts.c.call_back_number, contacts.c.waiting_since),
            _forget_column(contacts.c.call_back_number),
        ),
        Kind(
            "contacts' own keys",
            "contacts.wrapped_key, encrypted",
            "they open what is sealed for one contact",
            "24 hours after the contact ended",
            *_held(contacts.c.wrapped_key, contacts.c.waiting_since),
            _forget_column(contacts.c.wrapped_key),
        ),
        Kind(
            "reasons for lifting a number",
            "number_lifts.reason, encrypted",
            "whoever lifts a number says why",
            "as long as the contact's own key",
            *_held(number_lifts.c.reason, number_lifts.c.lifted_at),
            _forget_reasons,
        ),
        Kind(
            "caller hashes",
            "contacts.caller_hash, a keyed hash",
            "to recognise repeated calls and abuse",
            "30 days",
            *_held(contacts.c.caller_hash, contacts.c.waiting_since),
            _forget_hashes,
        ),
        Kind(
            "keys of the caller hashes",
            "caller_keys.sealed, encrypted",
            "to make the hashes above",
            "30 days",
            *_held(caller_keys.c.sealed, caller_keys.c.since),
            destroy_old_keys,
        ),
        Kind(
            "done errands",
            "outbox, ids only",
            "to see what was tried for a contact",
            "7 days",
            *_held(outbox_table.c.done_at, outbox_table.c.done_at),
            lambda connection, now: outbox.forget_done(connection, now - DONE_ERRANDS),
        ),
        Kind(
            "replaced site files",
            "site_versions.content, encrypted",
            "workers' names and mobiles; the newest is in force",
            "30 days after they were loaded",
            *_held(site_versions.c.content, site_versions.c.loaded_at),
            _forget_sites,
        ),
        Kind(
            "staff's sessions",
            "staff_sessions, workers' ids, browsers in two words, hashes",
            "so that staff stay signed in, and can see where",
            "a day after they ended or were last used",
            *_held(staff_sessions.c.id, staff_sessions.c.began_at),
            lambda connection, now: sessions.forget(connection, now - OLD_SESSIONS),
        ),
        Kind(
            "sign-in links",
            "sign_in_links, workers' ids",
            "a link works once, and five are sent in an hour",
            "2 hours",
            *_held(sign_in_links.c.id, sign_in_links.c.created_at),
            lambda connection, now: links.forget(connection, now - OLD_LINKS),
        ),
        Kind(
            "unfinished sign-ins",
            "sign_in_steps, hashes",
            "an answer fits the question that this browser was asked, once",
            "10 minutes",
            *_held(sign_in_steps.c.secret_hash, sign_in_steps.c.expires_at),
            links.forget_steps,
        ),
        Kind(
            "passkeys",
            "staff_passkeys, public keys, names encrypted",
            "staff sign in with them",
            "until the worker removes them, or they are reset",
            *_held(staff_passkeys.c.id, staff_passkeys.c.added_at),
            lambda _connection, _now: 0,
        ),
        Kind(
            "tokens of open pages",
            "socket_tokens, hashes, workers' ids",
            "a page of a signed-in worker is live",
            "a day",
            *_held(socket_tokens.c.token_hash, socket_tokens.c.expires_at),
            lambda connection, now: socket_rows.forget(connection, now - OLD_SOCKET_TOKENS),
        ),
        Kind(
            "browsers to be told",
            "push_subscriptions, encrypted; browsers in two words",
            "a worker's phone says that somebody waits",
            "until the worker removes them, or the browser is gone",
            *_held(push_subscriptions.c.id, push_subscriptions.c.added_at),
            lambda _connection, _now: 0,
        ),
        Kind(
            "conversations' own keys",
            "conversations.wrapped_key, encrypted",
            "they open what was written in one conversation",
            "24 hours after the conversation ended; 30 days where the citizen asked for a code",
            *_held(conversations.c.wrapped_key, conversations.c.began_at),
            lambda connection, now: writing.forget_keys(connection, now - AFTER_THE_END, now - WITH_A_CODE),
        ),
        Kind(
            "written messages",
            "messages.body, encrypted",
            "the conversation itself",
            "as long as the conversation's own key",
            *_held(messages.c.body, messages.c.at),
            lambda connection, _now: writing.forget_orphans(connection, messages),
        ),
        Kind(
            "notes at a hand-over",
            "hand_over_notes.body, encrypted",
            "the colleague who goes on knows what it is about",
            "as long as the conversation's own key",
            *_held(hand_over_notes.c.body, hand_over_notes.c.at),
            lambda connection, _now: writing.forget_orphans(connection, hand_over_notes),
        ),
        Kind(
            "citizens' tokens",
            "citizen_tokens, hashes",
            "a browser goes on after a lost connection",
            "as long as the conversation's own key",
            *_held(citizen_tokens.c.token_hash, citizen_tokens.c.made_at),
            lambda connection, _now: writing.forget_orphans(connection, citizen_tokens),
        ),
        Kind(
            "tickets",
            "tickets, six digits and the hash of a code",
            "the citizen goes on later, from any device",
            "as long as the conversation's own key; 30 days where one was only tried",
            *_held(tickets.c.ticket, tickets.c.expires_at),
            _forget_tickets,
        ),
        Kind(
            "presence",
            "staff_presence, workers' ids",
            "nobody who is absent is asked to take a chat",
            "10 minutes after the console was last open",
            *_held(presence_table.c.worker, presence_table.c.seen_at),
            lambda connection, now: staff_presence.forget_old(connection, now - PRESENCE),
        ),
        *text_message_kinds(),
        *registration_kinds(),
    )


def text_message_kinds() -> tuple[Kind, ...]:
    """What SMS needs beside the conversation itself. No number stands in it but sealed."""
    return (
        Kind(
            "phones in a conversation",
            "sms_threads, a keyed hash; our own number encrypted",
            "the next SMS goes on with the same conversation",
            "as long as the conversation's own key",
            *_held(sms_threads.c.peer, sms_threads.c.made_at),
            lambda connection, _now: writing.forget_orphans(connection, sms_threads),
        ),
        Kind(
            "how our SMS fared",
            "sms_deliveries, ids and the carrier's codes",
            "whoever wrote it sees whether it arrived",
            "as long as the conversation's own key",
            *_held(sms_deliveries.c.id, sms_deliveries.c.changed_at),
            lambda connection, _now: writing.forget_orphans(connection, sms_deliveries),
        ),
        Kind(
            "ids of SMS that came in",
            "sms_received, the carrier's own ids",
            "one that the carrier sends twice is stored once",
            "7 days",
            *_held(sms_received.c.sid, sms_received.c.at),
            lambda connection, now: text_rows.forget_received(connection, now - DONE_ERRANDS),
        ),
        Kind(
            "phones that said STOP",
            "sms_stops, a keyed hash",
            "nothing is sent to whoever does not want it",
            "until they say START",
            *_held(sms_stops.c.peer, sms_stops.c.at),
            lambda _connection, _now: 0,
        ),
        Kind(
            "key of the phones' hashes",
            "sms_keys.sealed, encrypted",
            "a STOP must be recognised for as long as it holds",
            "as long as the service",
            *_held(sms_keys.c.sealed, sms_keys.c.made_at),
            lambda _connection, _now: 0,
        ),
    )


def registration_kinds() -> tuple[Kind, ...]:
    """What citizens said that stands in forms, and the CPR numbers that they agreed to give."""
    return (
        Kind(
            "own keys of forms by hand",
            "registrations.wrapped_key, encrypted",
            "they open the texts of a form that no contact belongs to",
            "24 hours after the form was last changed",
            *_held(registrations.c.wrapped_key, registrations.c.changed_at),
            _forget_form_keys,
        ),
        Kind(
            "texts of forms",
            "registrations.texts, encrypted",
            "a short note for colleagues",
            "as long as the contact's own key, or the form's",
            *_held(registrations.c.texts, registrations.c.changed_at),
            _forget_form_texts,
        ),
        Kind(
            "texts of earlier versions of forms",
            "registration_versions.texts, encrypted",
            "every version of a form is kept",
            "as long as the contact's own key, or the form's",
            *_held(registration_versions.c.texts, registration_versions.c.at),
            _forget_version_texts,
        ),
        Kind(
            "notes to the home line",
            "night_reports.note, encrypted with the report's own key",
            "the line's own people go on where somebody else began",
            "24 hours after somebody took the report; 14 days where nobody did",
            *_held(night_reports.c.note, night_reports.c.written_at),
            lambda connection, now: report_rows.forget(connection, now - REPORT_TAKEN, now - REPORT_WAITS),
        ),
        Kind(
            "CPR numbers",
            "consents.cpr, encrypted",
            "the citizen agreed to it, for a course, a stay or a referral",
            "a year, or until the consent is withdrawn",
            *_held(consents.c.cpr, consents.c.given_at),
            _forget_cpr,
        ),
        Kind(
            "crisis plans",
            "crisis_plans.texts, encrypted with the plan's own key",
            "what the citizen and the worker agreed for five days",
            "30 days after the fifth day, or until the consent is withdrawn",
            *_held(crisis_plans.c.texts, crisis_plans.c.consent_at),
            _forget_plans,
        ),
    )


def _forget_form_keys(connection: Connection, now: datetime) -> int:
    statement = sa.update(registrations).where(
        registrations.c.wrapped_key.is_not(None), registrations.c.changed_at < now - AFTER_THE_END
    )
    return connection.execute(statement, {"wrapped_key": None}).rowcount


def _unreadable() -> sa.Select[tuple[str]]:
    """Registrations whose texts nobody can open any more: neither the contact nor the form has a key."""
    theirs = registrations.outerjoin(contacts, contacts.c.id == registrations.c.contact)
    query = sa.select(registrations.c.id).select_from(theirs)
    return query.where(registrations.c.wrapped_key.is_(None), contacts.c.wrapped_key.is_(None))


def _forget_form_texts(connection: Connection, _now: datetime) -> int:
    statement = sa.update(registrations).where(
        registrations.c.texts.is_not(None), registrations.c.id.in_(_unreadable())
    )
    return connection.execute(statement, {"texts": None}).rowcount


def _forget_version_texts(connection: Connection, _now: datetime) -> int:
    statement = sa.update(registration_versions).where(
        registration_versions.c.texts.is_not(None), registration_versions.c.registration.in_(_unreadable())
    )
    return connection.execute(statement, {"texts": None}).rowcount


def _forget_cpr(connection: Connection, now: datetime) -> int:
    statement = sa.update(consents).where(consents.c.cpr.is_not(None), consents.c.given_at < now - CPR_KEPT)
    return connection.execute(statement, {"cpr": None}).rowcount


def _forget_plans(connection: Connection, now: datetime) -> int:
    """Texts and key; how the citizen was before and after stays, as figures alone."""
    statement = sa.update(crisis_plans).where(
        crisis_plans.c.wrapped_key.is_not(None), crisis_plans.c.fifth_day_at < now - PLAN_KEPT
    )
    return connection.execute(statement, {"texts": None, "wrapped_key": None}).rowcount
