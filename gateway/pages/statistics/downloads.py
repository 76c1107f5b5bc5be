"""The same tables as files. Whoever gets one stands in the log."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Response, abort

from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, reach, signed_in
from gateway.audit.log import Action
from gateway.pages.frame import blueprint, language, refusal, say
from gateway.pages.statistics.period import ONE_DAY
from gateway.pages.statistics.routes import answer, question
from gateway.statistics import catalogue, registration_rows
from gateway.statistics.export import FORMATS, write

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
CHUNK_BYTES = 64 * 1024


@blueprint.get("/statistics.<form>")
@protected_by(COORDINATOR)
def statistics_file(form: str) -> Response:
    """All tables of the period and lines, as the reader may see them."""
    if form not in FORMATS:
        abort(404)
    asked = question()
    if asked.chosen.faults:  # rather no file than one of something else
        return refusal(400, say("Det gik ikke"), say("Vælg igen på siden med statistik."))
    found = answer(asked, catalogue.NAMES)
    gateway = door().gateway
    with gateway.store.write() as connection:
        gateway.audit.record(
            connection, at=gateway.now(), actor=signed_in().worker.id, action=Action.EXPORTED,
            what="statistics", asked=asked.chosen.days(),
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="akutlinjen-") as folder:
        path = Path(folder) / form
        write(path, found.tables, found.asked, found.hidden, form=form, language=language())
        return file_answer(path, f"statistik-{found.asked.first}-{found.asked.last - ONE_DAY}.{form}", form)


@blueprint.get("/statistics/registrations.<form>")
@protected_by(COORDINATOR)
def registrations_file(form: str) -> Response:
    """A row for each registration of the reader's own lines: of others there are tables alone."""
    if form not in FORMATS:
        abort(404)
    asked = question()
    gateway, own = door().gateway, reach().own_lines
    lines = tuple(line for line in asked.chosen.lines or asked.every if line in own)
    if asked.chosen.faults or not lines or not set(asked.chosen.lines) <= own:
        return refusal(400, say("Det gik ikke"), say("Vælg dine egne linjer på siden med statistik."))
    period = replace(asked.chosen.asked(asked.every, asked.today), lines=lines)
    with gateway.store.write() as connection:
        gateway.audit.record(
            connection, at=gateway.now(), actor=signed_in().worker.id, action=Action.EXPORTED,
            what="registrations", asked=asked.chosen.days(),
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="akutlinjen-") as folder:
        path = Path(folder) / form
        with gateway.store.snapshot() as connection:
            rows = registration_rows.rows(connection, period, language())
            registration_rows.write(path, registration_rows.header(language()), rows, form=form)
        return file_answer(path, f"registreringer-{period.first}-{period.last - ONE_DAY}.{form}", form)


def file_answer(path: Path, name: str, form: str) -> Response:
    """The file is opened before its folder goes, and read as it is sent."""
    file = path.open("rb")

    def chunks() -> Iterator[bytes]:
        with file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    answer = Response(chunks(), content_type=TYPES[form])
    answer.headers["Content-Length"] = str(path.stat().st_size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.call_on_close(file.close)
    return answer
