"""What is kept of those who work here, and of what was done for a contact: sign-in, phones, site, errands."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.privacy.kind import Kind, held
from gateway.store import outbox
from gateway.store import sign_in_links as links
from gateway.store import socket_tokens as socket_rows
from gateway.store import staff_sessions as sessions
from gateway.store.tables import (
    away,
    calendar_feeds,
    engagements,
    push_subscriptions,
    sign_in_links,
    sign_in_steps,
    site_versions,
    socket_tokens,
    staff_passkeys,
    staff_sessions,
    staff_tokens,
    worker_notices,
)
from gateway.store.tables import outbox as outbox_table

DONE_ERRANDS = timedelta(days=7)
OLD_SITES = timedelta(days=30)
# Longer than any idle time, and than the hour in which links are counted.
OLD_SESSIONS = timedelta(days=1)
OLD_LINKS = timedelta(hours=2)
# A socket that has been open for so long asks for a new one.
OLD_SOCKET_TOKENS = timedelta(days=1)


def staff_kinds() -> tuple[Kind, ...]:
    """Of workers, and of the machinery."""
    return (
        Kind(
            "done errands",
            "outbox, ids only",
            "to see what was tried for a contact",
            "7 days",
            *held(outbox_table.c.done_at, outbox_table.c.done_at),
            lambda connection, now: outbox.forget_done(connection, now - DONE_ERRANDS),
        ),
        Kind(
            "replaced site files",
            "site_versions.content, encrypted",
            "workers' names and mobiles; the newest is in force",
            "30 days after they were loaded",
            *held(site_versions.c.content, site_versions.c.loaded_at),
            _forget_sites,
        ),
        Kind(
            "staff's sessions",
            "staff_sessions, workers' ids, browsers in two words, hashes",
            "so that staff stay signed in, and can see where",
            "a day after they ended or were last used",
            *held(staff_sessions.c.id, staff_sessions.c.began_at),
            lambda connection, now: sessions.forget(connection, now - OLD_SESSIONS),
        ),
        Kind(
            "sign-in links",
            "sign_in_links, workers' ids",
            "a link works once, and five are sent in an hour",
            "2 hours",
            *held(sign_in_links.c.id, sign_in_links.c.created_at),
            lambda connection, now: links.forget(connection, now - OLD_LINKS),
        ),
        Kind(
            "unfinished sign-ins",
            "sign_in_steps, hashes",
            "an answer fits the question that this browser was asked, once",
            "10 minutes",
            *held(sign_in_steps.c.secret_hash, sign_in_steps.c.expires_at),
            links.forget_steps,
        ),
        Kind(
            "passkeys",
            "staff_passkeys, public keys, names encrypted",
            "staff sign in with them",
            "until the worker removes them, or they are reset",
            *held(staff_passkeys.c.id, staff_passkeys.c.added_at),
            None,
        ),
        Kind(
            "tokens of open pages",
            "socket_tokens, hashes, workers' ids",
            "a page of a signed-in worker is live",
            "a day",
            *held(socket_tokens.c.token_hash, socket_tokens.c.expires_at),
            lambda connection, now: socket_rows.forget(connection, now - OLD_SOCKET_TOKENS),
        ),
        Kind(
            "browsers to be told",
            "push_subscriptions, encrypted; browsers in two words",
            "a worker's phone says that somebody waits",
            "until the worker removes them, or the browser is gone",
            *held(push_subscriptions.c.id, push_subscriptions.c.added_at),
            None,
        ),
        Kind(
            "tokens of programs",
            "staff_tokens, hashes, workers' ids",
            "a program speaks for a worker",
            "as long as the service; one that was revoked opens nothing",
            *held(staff_tokens.c.token_hash, staff_tokens.c.created_at),
            None,
        ),
        Kind(
            "calendars' addresses",
            "calendar_feeds, hashes, workers' ids",
            "a worker's own calendar shows their shifts",
            "as long as the service; one that was revoked opens nothing",
            *held(calendar_feeds.c.id, calendar_feeds.c.made_at),
            None,
        ),
        Kind(
            "what workers want to be told",
            "worker_notices, workers' ids",
            "nobody is woken by what they did not ask for",
            "as long as the service",
            *held(worker_notices.c.worker),
            None,
        ),
        Kind(
            "who is away",
            "away, workers' ids",
            "nobody is rung who said so",
            "until they are back, or a later shift of theirs begins",
            *held(away.c.worker, away.c.since),
            None,
        ),
        Kind(
            "who is in a contact",
            "engagements, workers' ids",
            "nobody is rung for two at once",
            "until the contact is over",
            *held(engagements.c.worker, engagements.c.since),
            None,
        ),
    )


def _forget_sites(connection: Connection, now: datetime) -> int:
    newest = sa.select(sa.func.max(site_versions.c.version)).scalar_subquery()
    statement = sa.delete(site_versions).where(
        site_versions.c.version != newest, site_versions.c.loaded_at < now - OLD_SITES
    )
    return connection.execute(statement).rowcount
