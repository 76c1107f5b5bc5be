"""The SMS with a sign-in link. The outbox row holds ids; mobile, words and secret meet on sending."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config import logs
from config.site import Site, Worker
from gateway.accounts import links
from gateway.audit.log import SYSTEM, Action
from gateway.carrier import CarrierError, CarrierRefusedError
from gateway.outbox.dispatcher import Errand, Retry
from gateway.store import outbox
from gateway.store.outbox import OutboxRow
from gateway.wiring import Gateway

SEND_LINK = "send_link"
TRIES = 5
# The message goes out a little later, so that its work does not fall on whoever asks next: what takes longer
# for a known mobile than for an unknown one is not to be seen from outside.
LONGEST_DELAY_SECONDS = 1.0

log = logs.get("accounts")


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    to: str
    from_: str
    body: str


def ask_for(connection: Connection, worker_id: str, now: datetime) -> None:
    """Write a link and what sends it. ``worker_id`` may be nobody's: the same is written all the same."""
    link = links.make(connection, worker_id, now)
    if link is None:
        return
    delay = timedelta(seconds=random.random() * LONGEST_DELAY_SECONDS)  # noqa: S311 - hides nothing secret
    outbox.add(connection, SEND_LINK, now=now, due_at=now + delay, link=link, worker=worker_id)


def link_errand(gateway: Gateway) -> Errand:
    """Sent twice only where a process died between sending and writing so: the same link twice."""
    secret_key = gateway.settings.keys().secret_key

    def prepare(connection: Connection, row: OutboxRow, now: datetime) -> _Message | None:
        site, _roster = gateway.book.current()
        worker = site.workers.get(str(row.details["worker"]))
        link = str(row.details["link"])
        if worker is None or not links.is_open(connection, link, now):
            return None
        address = links.address(gateway.settings.public_url, secret_key, link)
        body = gateway.texts(site).say("sms_sign_in_link", worker.languages[0], link=address)
        return _Message(worker.mobile, number_for(site, worker), body)

    def perform(message: _Message) -> str:
        return gateway.carrier.send_message(to=message.to, from_=message.from_, body=message.body)

    def record(
        connection: Connection, row: OutboxRow, _job: _Message, came: str | CarrierError, now: datetime
    ) -> str | Retry:
        if isinstance(came, CarrierError):
            if isinstance(came, CarrierRefusedError) or row.attempts >= TRIES:
                log.warning("link_not_sent", worker=str(row.details["worker"]))
                return "failed"
            return Retry(2.0**row.attempts)
        gateway.audit.record(
            connection, at=now, actor=SYSTEM, action=Action.SIGN_IN_LINK_SENT, worker=row.details["worker"]
        )
        return "sent"

    return Errand(prepare, perform, record)


def number_for(site: Site, worker: Worker) -> str:
    """The number of ours that a worker's message comes from: their line's, or any that the site has."""
    own = [site.lines[name].phone for name in worker.lines if name in site.lines]
    pooled = [line.phone for line in site.lines.values() if line.night_line in worker.night_lines]
    return next(iter([*own, *pooled, *(line.phone for line in site.lines.values())]), "")
