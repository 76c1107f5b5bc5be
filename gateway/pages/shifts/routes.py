"""One's own shifts: seen, confirmed, swapped, taken, and what to do when one is ill."""

from __future__ import annotations

from datetime import datetime, time

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from config import logs
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, signed_in
from gateway.pages.frame import blueprint, page, refusal, say, see_other
from gateway.pages.shifts.mine import ABSENCES, colleagues, mine, one, theirs
from gateway.rosters import absence_desk, feed, offers, swapping
from gateway.rosters.duties import WantedError
from gateway.rosters.edit import NotFoundError
from gateway.rosters.editing import editing
from gateway.rosters.offers import TakenError
from gateway.rosters.swapping import SwapError
from gateway.store import absences, calendar_feeds, roster_history, roster_versions, worker_notices
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import PublishedShift, Span
from gateway.store.worker_notices import Notices
from routing.wall_clock import wall

REMINDERS = (None, 30, 60, 120, 24 * 60)

log = logs.get("pages")


@blueprint.get("/shifts")
@protected_by(SIGNED_IN)
def my_shifts() -> Response:
    gateway, worker = door().gateway, signed_in().worker
    site, _roster = gateway.book.current()
    now = gateway.now()
    with gateway.store.read() as connection:
        found = mine(connection, site, worker.id, now)
        notices = worker_notices.of_worker(connection, worker.id)
        feed_since = calendar_feeds.made_at(connection, worker.id)
    return page(
        "shifts/shifts.html",
        mine=found,
        absence_words=ABSENCES,
        notices=notices,
        reminders=REMINDERS,
        feed_since=feed_since,
    )


@blueprint.get("/shifts/<int:shift>")
@protected_by(SIGNED_IN)
def my_shift(shift: int) -> Response:
    gateway, worker = door().gateway, signed_in().worker
    site, _roster = gateway.book.current()
    now = gateway.now()
    with gateway.store.read() as connection:
        found = one(connection, site, worker.id, shift, now)
        if found is None:
            abort(404)
        line = _own(connection, shift).shift.line
        others = colleagues(site, worker.id, line)
        back = theirs(connection, site, [each for each, _name in others], line, now)
    return page("shifts/shift.html", shift=found, colleagues=others, back=back)


@blueprint.post("/shifts/<int:shift>/confirm")
@protected_by(SIGNED_IN)
def confirm_my_shift(shift: int) -> Response:
    with editing(door().gateway, signed_in().worker.id) as edit:
        worker_notices.confirm(edit.connection, _own(edit.connection, shift).id, edit.by, edit.at)
    return see_other("/shifts")


@blueprint.post("/shifts/<int:shift>/offer")
@protected_by(SIGNED_IN)
def offer_my_shift(shift: int) -> Response:
    """``to``: a colleague, or with ``back`` the owner of that shift."""
    back = request.form.get("back", "")
    try:
        with editing(door().gateway, signed_in().worker.id) as edit:
            in_return = _number(back) if back else None
            to = request.form.get("to", "")
            if in_return is not None:
                to = _published(edit.connection, in_return).shift.worker
            swapping.offer(edit, shift, to, in_return)
    except (NotFoundError, SwapError, WantedError):
        return _not_done()
    return see_other("/shifts")


@blueprint.post("/swaps/<swap>/answer")
@protected_by(SIGNED_IN)
def answer_swap(swap: str) -> Response:
    answer = request.form.get("answer")
    if answer not in {"yes", "no"}:
        abort(400)
    try:
        with editing(door().gateway, signed_in().worker.id) as edit:
            swapping.answer(edit, swap, accept=answer == "yes")
    except (NotFoundError, SwapError, WantedError):
        return _not_done()
    return see_other("/shifts")


@blueprint.post("/swaps/<swap>/withdraw")
@protected_by(SIGNED_IN)
def withdraw_swap(swap: str) -> Response:
    try:
        with editing(door().gateway, signed_in().worker.id) as edit:
            swapping.withdraw(edit, swap)
    except (NotFoundError, SwapError):
        return _not_done()
    return see_other("/shifts")


@blueprint.post("/open-shifts/<shift>/take")
@protected_by(SIGNED_IN)
def take_open_shift(shift: str) -> Response:
    """The first who asks has it; whoever does not serve the line can not take it."""
    try:
        with editing(door().gateway, signed_in().worker.id) as edit:
            offers.take(edit, shift, edit.by)
    except (NotFoundError, TakenError, WantedError):
        return _not_done()
    return see_other("/shifts")


@blueprint.get("/shifts/absence")
@protected_by(SIGNED_IN)
def absence_form() -> Response:
    return _absence_page({}, "")


@blueprint.post("/shifts/absence")
@protected_by(SIGNED_IN)
def report_my_absence() -> Response:
    given = {name: request.form.get(name, "") for name in ("kind", "start", "end")}
    if given["kind"] not in tuple(AbsenceKind):
        abort(400)
    try:
        span = Span(_clock(given["start"]), _clock(given["end"]))
        with editing(door().gateway, signed_in().worker.id) as edit:
            absence_desk.report(edit, edit.by, AbsenceKind(given["kind"]), span)
    except (ValueError, WantedError):
        return _absence_page(given, say("Vælg, hvornår det begynder, og et tidspunkt derefter."), status=400)
    return see_other("/shifts")


@blueprint.post("/absences/<absence>/end")
@protected_by(SIGNED_IN)
def end_my_absence(absence: str) -> Response:
    try:
        with editing(door().gateway, signed_in().worker.id) as edit:
            found = absences.find(edit.connection, absence)
            if found is None or found.worker != edit.by:
                abort(404)
            absence_desk.end(edit, absence)
    except NotFoundError:
        return _not_done()
    return see_other("/shifts")


@blueprint.post("/shifts/notices")
@protected_by(SIGNED_IN)
def set_my_notices() -> Response:
    reminder = request.form.get("reminder", "")
    if reminder not in {"", *(str(each) for each in REMINDERS if each)}:
        abort(400)
    try:
        quiet = [time.fromisoformat(request.form.get(name, "")) for name in ("quiet_from", "quiet_until")]
    except ValueError:
        return refusal(400, say("Vælg to klokkeslæt"), say("Gå tilbage, og vælg, hvornår der skal være ro."))
    wanted = Notices(request.form.get("changes") == "yes", int(reminder) if reminder else None, *quiet)
    with editing(door().gateway, signed_in().worker.id) as edit:
        worker_notices.save(edit.connection, edit.by, wanted)
    return see_other("/shifts")


@blueprint.post("/shifts/calendar")
@protected_by(SIGNED_IN)
def make_my_calendar() -> Response:
    """The address is shown this once; one made before opens nothing any more."""
    gateway = door().gateway
    with editing(gateway, signed_in().worker.id) as edit:
        secret = feed.make(edit.connection, edit.by, edit.at)
    return page("shifts/calendar.html", address=f"{gateway.settings.public_url}{feed.path(secret)}")


@blueprint.post("/shifts/calendar/revoke")
@protected_by(SIGNED_IN)
def revoke_my_calendar() -> Response:
    with editing(door().gateway, signed_in().worker.id) as edit:
        calendar_feeds.revoke(edit.connection, edit.by, edit.at)
    return see_other("/shifts")


def _absence_page(given: dict[str, str], fault: str, *, status: int = 200) -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    clock = wall(gateway.now(), site.zone)
    shown = {"start": f"{clock:%Y-%m-%dT%H:%M}", "end": "", "kind": str(AbsenceKind.ILL)} | given
    return page("shifts/absence.html", status, given=shown, kinds=ABSENCES, fault=fault)


def _not_done() -> Response:
    return refusal(
        409,
        say("Det kan ikke lade sig gøre nu"),
        say(
            "Nogen er kommet først, vagten er ændret, eller en af jer har vagt samtidig. "
            "Intet er ændret. Gå tilbage, og hent siden igen."
        ),
    )


def _own(connection: Connection, shift: int) -> PublishedShift:
    """404 alike for none and for somebody else's."""
    found = _published(connection, shift)
    if found.shift.worker != signed_in().worker.id:
        abort(404)
    return found


def _published(connection: Connection, shift: int) -> PublishedShift:
    version = roster_versions.newest(connection).roster.version
    found = roster_history.find(connection, version, shift)
    if found is None:
        abort(404)
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        abort(400)
    return int(text)


def _clock(text: str) -> datetime:
    """A wall-clock time as browsers send it. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - on the wall clock
