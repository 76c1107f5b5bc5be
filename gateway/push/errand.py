"""Sends what workers' browsers are told. Address, keys and words meet on sending; the row holds ids alone."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import requests
from pywebpush import WebPushException, webpush
from sqlalchemy.engine import Connection

from config import logs
from gateway.outbox.dispatcher import Errand, Retry
from gateway.push import keys, offers, subscriptions
from gateway.push.places import Places
from gateway.push.subscriptions import Browser
from gateway.store import push_subscriptions as store
from gateway.store.outbox import OutboxRow
from gateway.wiring import Gateway

# How long a push service has to connect, and then to answer: together less than an errand's lease.
TIMEOUT_SECONDS = 3.0
# Kept by the push service for a phone without net; later than this, somebody else has it.
ALARM_LIVES_SECONDS = 60
LIVES_SECONDS = 3600
TRIES = 4
PAUSE_SECONDS = 0.5

log = logs.get("push")


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    browser: Browser
    body: str
    alarm: bool


class _Came(enum.Enum):
    TOLD = "told"
    GONE = "gone"  # the browser has unsubscribed
    REFUSED = "refused"
    UNREACHED = "unreached"
    PUT_OFF = "put off"  # others are being told


def push_errand(gateway: Gateway) -> Errand:
    """Sent twice only where a process died between sending and writing so: the tag makes one of the two."""
    private_key = keys.private_key(gateway.settings.keys().secret_key)
    places = Places()

    def prepare(connection: Connection, row: OutboxRow, now: datetime) -> _Message | None:
        site, _roster = gateway.book.current()
        worker = site.workers.get(str(row.details["worker"]))
        found = store.find(connection, str(row.details["subscription"]))
        if found is None or found.worker != row.details["worker"]:
            return None
        if worker is None:  # has left the site
            store.remove(connection, found.id)
            return None
        if offers.is_moot(connection, row, now):
            return None
        body = {
            "title": site.name,
            "body": gateway.texts(site).say(row.details["text"], worker.languages[0]),
            "tag": row.details["tag"],
            "path": row.details["path"],
            "alarm": row.details["alarm"],
        }
        alarm = bool(row.details["alarm"])
        return _Message(subscriptions.opened(gateway.vault, found), json.dumps(body), alarm)

    def perform(message: _Message) -> _Came:
        with places.place_at(urlsplit(message.browser.address).netloc) as free:
            if not free:
                return _Came.PUT_OFF
            return _send(message, private_key, gateway.settings.public_url)

    def record(
        connection: Connection, row: OutboxRow, _job: _Message, came: _Came, _now: datetime
    ) -> str | Retry:
        if came is _Came.PUT_OFF:
            return Retry(PAUSE_SECONDS)
        if came is _Came.GONE:
            store.remove(connection, str(row.details["subscription"]))
        if came is _Came.UNREACHED and row.attempts < TRIES:
            return Retry(2.0**row.attempts)
        if came is not _Came.TOLD:
            log.event("push_not_sent", worker=str(row.details["worker"]), outcome=came.name.lower())
        return str(came.value)

    return Errand(prepare, perform, record)


def _send(message: _Message, private_key: str, who_we_are: str) -> _Came:
    browser = message.browser
    with requests.Session() as session:
        session.max_redirects = 0  # where a push service sends us on to is nobody that settings name
        try:
            webpush(
                {"endpoint": browser.address, "keys": {"p256dh": browser.public_key, "auth": browser.secret}},
                message.body,
                vapid_private_key=private_key,
                vapid_claims={"sub": who_we_are},
                ttl=ALARM_LIVES_SECONDS if message.alarm else LIVES_SECONDS,
                timeout=TIMEOUT_SECONDS,
                headers={"Urgency": "high" if message.alarm else "normal"},
                requests_session=session,
            )
        except WebPushException as error:
            status = getattr(error.response, "status_code", 0)
            if status in {404, 410}:
                return _Came.GONE
            return _Came.UNREACHED if status == 429 or status >= 500 else _Came.REFUSED
        except requests.TooManyRedirects:
            return _Came.REFUSED
        except requests.RequestException:
            return _Came.UNREACHED
    return _Came.TOLD
