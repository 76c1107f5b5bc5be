"""Telling a worker's phones something, in a few words that say nothing about a citizen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.texts import TextKey
from gateway.store import outbox
from gateway.store import push_subscriptions as store

PUSH = "push"
HOME = "/console"


def tell(
    connection: Connection,
    worker: str,
    text: TextKey,
    *,
    now: datetime,
    tag: str,
    path: str = HOME,
    alarm: bool = False,
    due_at: datetime | None = None,
    until: datetime | None = None,
    contact: str | None = None,
) -> int:
    """Have each browser told that the worker asked it for. Returns how many there are.

    Each has a row of the outbox of its own, so that one that is not reached keeps no other waiting.

    ``text``: a text without placeholders. ``tag``: a later message with the same tag takes the place of this
    one. ``path``: the page of ours that a touch opens. ``alarm``: it sounds each time, and stays until it is
    touched; else it replaces what was there in silence. ``until``: what comes later than this is not sent.
    ``contact``: what ``push.offers`` asks after before it is sent.
    """
    browsers = store.of_worker(connection, worker)
    for browser in browsers:
        outbox.add(
            connection,
            PUSH,
            now=now,
            due_at=due_at,
            subscription=browser.id,
            worker=worker,
            text=text,
            tag=tag,
            path=path,
            alarm=alarm,
            until=until.isoformat() if until else None,
            about=contact,
        )
    return len(browsers)
