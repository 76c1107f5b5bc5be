"""Figures for Prometheus: how contacts stand, from SQL, and what this process has logged.

No name, no number and no line is among them: what is counted is never one person.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config import logs
from config.site import Channel
from gateway.contacts.lifecycle import (
    CLAIMABLE,
    LIVE_LEGS,
    UNANSWERED,
    ContactState,
    LegOutcome,
)
from gateway.store import figures, outbox
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway

DAY = timedelta(days=1)
OPEN = sorted({*CLAIMABLE, ContactState.ANSWERED})
WAITING = sorted(UNANSWERED)
EVERY = sorted(ContactState)
WRITTEN = (Channel.SMS, Channel.CHAT)
# The first word of a human in chat and SMS: 90 % within 60 s is the aim.
AIM_SECONDS = 60


def registry_of(gateway: Gateway) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(gateway))
    ProcessCollector(registry=registry)
    return registry


class _Figures(Collector):
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        yield self._events()
        yield self._roster_age()
        up = _gauge("database_up", "1 when the database answers.")
        try:
            yield from self._from_sql()
            up.add_metric([], 1)
        except StoreUnavailableError:
            up.add_metric([], 0)
        yield up

    def _from_sql(self) -> list[Metric]:
        """All of it or none: half of the figures would be read as if they were all."""
        now = self._gateway.now()
        with self._gateway.store.read() as connection:
            open_now = figures.contacts_by_state(connection, OPEN)
            began = figures.contacts_by_state(connection, EVERY, since=now - DAY)
            words = figures.first_words(connection, EVERY, WRITTEN, now - DAY)
            longest = figures.waiting_longest(connection, WAITING)
            ringing = figures.phones_in(connection, sorted(LIVE_LEGS), OPEN)
            rung = figures.rings(connection, EVERY, sorted(LegOutcome), now - DAY)
            backlog = outbox.open_rows(connection)
            overdue, first_due = figures.overdue(connection, now)
        waited = (now - longest).total_seconds() if longest else 0.0
        late = (now - first_due).total_seconds() if first_due else 0.0
        waiting = sum(open_now[state] for state in WAITING)
        return [
            _gauge("contacts", "Contacts that are open now, by state.", "state", open_now),
            _gauge("contacts_last_24h", "Contacts that began in the last 24 h, by state.", "state", began),
            _gauge(
                "first_words_last_24h",
                "Contacts in writing that began in the last 24 h, by when a worker first wrote.",
                "when",
                _by_when(words),
            ),
            _gauge("contacts_waiting", "Citizens who wait for an answer now.", value=waiting),
            _gauge("oldest_wait_seconds", "How long the one has waited who waits longest.", value=waited),
            _gauge("phones_ringing", "Phones of workers that ring or hear the whisper now.", value=ringing),
            _gauge("rings_last_24h", "Phones rung in the last 24 hours, by how it ended.", "outcome", rung),
            _gauge("outbox_open", "What is still to be done outside, be it due later.", value=backlog),
            _gauge("outbox_overdue", "What should have been done outside by now.", value=overdue),
            _gauge("outbox_late_seconds", "How late the latest of it is.", value=late),
        ]

    def _events(self) -> Metric:
        """What this process logged, webhook_refused, ring_failed, hang_up_failed and move_failed among it."""
        family = CounterMetricFamily(
            "akutlinjen_events",
            "Events that a process has logged since its start.",
            labels=["event", "process"],
        )
        for event, count in sorted(logs.counts().items()):
            family.add_metric([event, str(os.getpid())], count)
        return family

    def _roster_age(self) -> Metric:
        at = self._gateway.book.last_good_at
        age = (self._gateway.now() - at).total_seconds() if at else float("nan")
        return _gauge("roster_age_seconds", "Since the roster was last known to be the newest.", value=age)


def _by_when(seconds: Iterable[float | None]) -> dict[str, int]:
    found = {"within_60_s": 0, "later": 0, "not_yet": 0}
    for each in seconds:
        found["not_yet" if each is None else "within_60_s" if each <= AIM_SECONDS else "later"] += 1
    return found


def _gauge(
    name: str,
    what: str,
    label: str | None = None,
    values: object = None,
    *,
    value: float | None = None,
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"akutlinjen_{name}", what, labels=[label] if label else [])
    if isinstance(values, dict):
        for key, count in values.items():
            family.add_metric([str(key)], count)
    if value is not None:
        family.add_metric([], value)
    return family
