"""The log: who read and did what, for the coordinators of a line, as a page and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from flask import Response, request
from sqlalchemy.engine import Connection

from config import logs
from config.site import Site
from gateway import csv_cells
from gateway.accounts import access
from gateway.accounts.access import Audited
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import READS_LOG, reach, signed_in
from gateway.audit.log import Action
from gateway.pages.audit_filter import Filter, filter_of
from gateway.pages.audit_rows import actor_name, row_of
from gateway.pages.audit_words import ACTIONS, ACTORS
from gateway.pages.clock import exact
from gateway.pages.duty import worker_name
from gateway.pages.frame import blueprint, page, refusal, say
from gateway.store import audit_entries

A_PAGE = 100
A_BATCH = 1000

log = logs.get("pages")


@blueprint.get("/log")
@protected_by(READS_LOG)
def read_log() -> Response:
    """Newest first. Whoever reads it stands in it, once a page."""
    gateway, may_read = door().gateway, access.audited(reach())
    site, _roster = gateway.book.current()
    actors = _actors(site, may_read)
    asked = filter_of(request.args, actors)
    with gateway.store.write() as connection:
        found = audit_entries.page(connection, asked.wanted(may_read, site.zone), limit=A_PAGE + 1)
        where = "the newest" if asked.before is None else f"before {asked.before}"
        _leave_trace(connection, Action.AUDIT_READ, asked, where)
    shown = found[:A_PAGE]
    return page(
        "log.html",
        400 if asked.faults else 200,
        entries=[row_of(site, reach(), entry) for entry in shown],
        actions=ACTIONS,
        actors=actors,
        asked=asked,
        everything=may_read.everything,
        older=asked.address("/log", before=shown[-1].number) if len(found) > A_PAGE else None,
        newest=asked.address("/log") if asked.before is not None else None,
        file=asked.address("/log.csv"),
    )


@blueprint.get("/log.csv")
@protected_by(READS_LOG)
def export_log() -> Response:
    """All that was asked for, newest first, a batch at a time: as it stood when it was asked."""
    gateway, may_read = door().gateway, access.audited(reach())
    site, _roster = gateway.book.current()
    asked = filter_of(request.args, _actors(site, may_read))
    if asked.faults:  # rather no file than one with more in it than was asked for
        return refusal(400, say("Det gik ikke"), say("Vælg igen på siden med loggen."))
    with gateway.store.write() as connection:
        last = audit_entries.last(connection)
        _leave_trace(connection, Action.EXPORTED, asked, "log")
    log.event("log_exported", worker=signed_in().worker.id)
    before = (last[0] if last else 0) + 1
    head = (
        say("Nummer"), say("Tid"), say("Hvem (id)"), say("Hvem"), say("Hvad (kode)"), say("Hvad"),
        say("Linje"), say("Natlinje"), say("Henvendelse"), say("Mere"),
    )  # fmt: skip
    spoken = {action: say(words) for action, words in ACTIONS.items()}
    names = {actor: say(words) for actor, words in ACTORS.items()}

    def lines() -> Iterator[str]:
        # The mark tells spreadsheets that it is UTF-8.
        yield "\ufeff" + csv_cells.lines([head])
        following: int | None = before
        while following is not None:
            wanted = replace(asked, before=following).wanted(may_read, site.zone)
            with gateway.store.read() as connection:
                batch = audit_entries.page(connection, wanted, limit=A_BATCH)
            yield csv_cells.lines(
                (
                    entry.number,
                    exact(entry.at, site.zone),
                    entry.actor,
                    names.get(entry.actor) or actor_name(site, entry.actor),
                    entry.action,
                    spoken.get(entry.action, entry.action),
                    entry.line,
                    entry.night_line,
                    entry.contact,
                    json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else None,
                )
                for entry in batch
            )
            following = batch[-1].number if len(batch) == A_BATCH else None

    answer = Response(lines(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="log.csv"'
    return answer


def _leave_trace(connection: Connection, action: Action, asked: Filter, what: str) -> None:
    """``asked`` stands in the entry, too: it holds days, ids and words of ours only."""
    gateway = door().gateway
    gateway.audit.record(
        connection,
        at=gateway.now(),
        actor=signed_in().worker.id,
        action=action,
        what=what,
        asked=asked.asked(),
    )


def _actors(site: Site, may_read: Audited) -> dict[str, str]:
    """Who may be asked for: the workers of the lines that are theirs, and what is no person."""
    ours = {
        worker.id: worker_name(site, worker.id)
        for worker in site.workers.values()
        if may_read.everything
        or may_read.lines & set(worker.lines)
        or may_read.night_lines & set(worker.night_lines)
    }
    return ours | {actor: say(words) for actor, words in ACTORS.items()}
