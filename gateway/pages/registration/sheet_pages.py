"""The registration form as a page: of a contact, or by hand; to fill in, to save as one goes, to correct."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, jsonify, request
from sqlalchemy.engine import Connection

from config import logs
from config.forms import Function
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.contacts.closing import ClosingReason
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import blueprint, language, page, refusal, say, see_other
from gateway.pages.registration import sheets
from gateway.pages.registration.fields import in_words, missing_of
from gateway.pages.registration.keeping import Kept, keep
from gateway.pages.registration.reading import (
    UnreadableError,
    changes_in,
    changes_told,
    consent_in,
)
from gateway.pages.registration.sheet_shown import REASONS, form_page, to_fill_in, to_read
from gateway.pages.registration.sheets import Sheet
from gateway.registration.consent import withdraw_consent
from gateway.registration.desk import BY_HAND
from gateway.registration.quick_close import may_reopen
from gateway.store.ids import new_id

log = logs.get("pages")

BY_HAND_PATH = "/registrations/<function>/<line>/<sheet>"


@blueprint.get("/contacts/<contact>/registration")
@protected_by(SIGNED_IN)
def contact_form(contact: str) -> Response:
    return _show(lambda connection: sheets.of_contact(connection, contact))


@blueprint.post("/contacts/<contact>/registration")
@protected_by(SIGNED_IN)
def send_contact_form(contact: str) -> Response:
    return _take(lambda connection: sheets.of_contact(connection, contact, lock=True))


@blueprint.post("/contacts/<contact>/registration/draft")
@protected_by(SIGNED_IN)
def save_contact_draft(contact: str) -> Response:
    return _take_told(lambda connection: sheets.of_contact(connection, contact, lock=True))


@blueprint.post("/contacts/<contact>/registration/withdraw")
@protected_by(SIGNED_IN)
def withdraw_of_contact(contact: str) -> Response:
    return _withdraw(lambda connection: sheets.of_contact(connection, contact, lock=True))


@blueprint.get("/registrations/new")
@protected_by(SIGNED_IN)
def new_form() -> Response:
    """To an empty form; where more than one line or kind can be meant, it asks which."""
    function, lines = request.args.get("form"), sorted(reach().lines)
    line = request.args.get("line") or (lines[0] if len(lines) == 1 else None)
    if function in tuple(BY_HAND) and line in lines:
        return see_other(f"/registrations/{function}/{line}/{new_id()}")
    site, _roster = door().gateway.book.current()
    kinds = [function] if function in tuple(BY_HAND) else [str(each) for each in Function if each in BY_HAND]
    return page(
        "registration/new.html",
        kinds=[(kind, KINDS[kind]) for kind in kinds],
        places=[(each, name_of(site, each)) for each in lines],
    )


# words: what is entered by hand
KINDS = {
    "in_house": "Besøg i akuttilbuddet",
    "outgoing": "Udgående besøg",
    "overnight": "Overnatning",
}


@blueprint.get(BY_HAND_PATH)
@protected_by(SIGNED_IN)
def hand_form(function: str, line: str, sheet: str) -> Response:
    return _show(lambda connection: sheets.by_hand(connection, function, line, sheet))


@blueprint.post(BY_HAND_PATH)
@protected_by(SIGNED_IN)
def send_hand_form(function: str, line: str, sheet: str) -> Response:
    return _take(lambda connection: sheets.by_hand(connection, function, line, sheet, lock=True))


@blueprint.post(f"{BY_HAND_PATH}/draft")
@protected_by(SIGNED_IN)
def save_hand_draft(function: str, line: str, sheet: str) -> Response:
    return _take_told(lambda connection: sheets.by_hand(connection, function, line, sheet, lock=True))


@blueprint.post(f"{BY_HAND_PATH}/withdraw")
@protected_by(SIGNED_IN)
def withdraw_by_hand(function: str, line: str, sheet: str) -> Response:
    return _withdraw(lambda connection: sheets.by_hand(connection, function, line, sheet, lock=True))


Find = Callable[[Connection], Sheet]


def _show(find: Find) -> Response:
    gateway = door().gateway
    now = gateway.now()
    with gateway.store.write() as connection:
        sheet = find(connection)
        sheets.note_read(connection, sheet, reach(), now)
        if _has_no_form(sheet):
            return _without_form(connection, sheet)
        writes = sheets.may_write(connection, sheet, reach(), now)
        reads = sheet.shown.state == "submitted" and "correct" not in request.args
        if reads or not writes:
            return page("registration/read.html", **to_read(connection, sheet))
        return form_page(to_fill_in(connection, sheet))


def _take(find: Find) -> Response:
    """What a form sent: with a browser that runs no scripts, or when its script lets it."""
    gateway = door().gateway
    do = request.form.get("do", "save")
    with gateway.store.write() as connection:
        sheet = find(connection)
        try:
            changes = changes_in(sheet.shown.form, request.form, texts=sheet.keeps_texts)
        except UnreadableError:
            abort(400)
        consent = consent_in(request.form.get("purpose"), request.form.get("cpr"))
        submit = do == "submit"
        kept = keep(connection, sheet, changes, submit=submit, consent=consent)
        _log(kept)
        if _is_settled(kept, submit=submit):
            return see_other(kept.sheet.path)
        shown = to_fill_in(
            connection,
            kept.sheet,
            answers=kept.answers,
            trouble=kept.trouble,
            refused=kept.refused,
            all_asked=submit,
        )
        return form_page(shown, 409 if kept.trouble.theirs else 400)


def _is_settled(kept: Kept, *, submit: bool) -> bool:
    if kept.trouble.faults or kept.trouble.theirs or kept.refused:
        return False
    return kept.sheet.shown.state == "submitted" if submit else True


def _take_told(find: Find) -> Response:
    """What the page's script sent. 409 where an answer is in the way: both are shown."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        abort(400)
    gateway = door().gateway
    with gateway.store.write() as connection:
        sheet = find(connection)
        try:
            changes = changes_told(sheet.shown.form, told.get("changes"))
        except UnreadableError:
            abort(400)
        submit, over = told.get("submit") is True, told.get("over") is True
        consent = consent_in(told.get("purpose"), told.get("cpr"))
        kept = keep(connection, sheet, changes, submit=submit, consent=consent, over=over)
        if kept.trouble.theirs:  # somebody else's answers are told
            sheets.note_read(connection, sheet, reach(), gateway.now())
    _log(kept)
    return _answer(kept, _saved_by(sheet))


def _saved_by(sheet: Sheet) -> str:
    """Whose answers stood there before."""
    registration = sheet.shown.registration
    return (registration.changed_by or registration.worker) if registration is not None else ""


def _answer(kept: Kept, by: str) -> Response:
    shown = kept.sheet.shown
    site, _roster = door().gateway.book.current()
    labels = {name: question.label.of(language()) for name, question in shown.form.questions.items()}
    absent = missing_of(shown.form, shown.answers)
    answer: Response = jsonify(
        {
            "state": shown.state,
            "version": shown.version,
            "saved": kept.is_saved,
            "missing": [{"id": name, "label": labels[name]} for name in absent],
            "faults": dict(kept.trouble.faults),
            "theirs": {
                name: {
                    "answer": theirs,
                    "words": in_words(shown.form.questions[name], theirs, site, language()),
                    "by": worker_name(site, by),
                }
                for name, theirs in kept.trouble.theirs.items()
            },
            "refused": kept.refused,
        }
    )  # fmt: skip
    answer.status_code = 409 if kept.trouble.theirs else 200
    return answer


def _withdraw(find: Find) -> Response:
    gateway = door().gateway
    now = gateway.now()
    with gateway.store.write() as connection:
        sheet = find(connection)
        registration = sheet.shown.registration
        if registration is None:
            abort(404)
        withdraw_consent(connection, gateway, registration, reach().worker, now)
    log.event("consent_withdrawn", worker=reach().worker, registration=registration.id)
    return see_other(sheet.path)


def _has_no_form(sheet: Sheet) -> bool:
    contact = sheet.contact
    return contact is not None and (
        contact.closed_because is not None or contact.state not in sheets.FILLED_IN
    )


def _without_form(connection: Connection, sheet: Sheet) -> Response:
    """Closed without one, with the way back; or nobody talked."""
    contact = sheet.contact
    if contact is None or contact.closed_because is None:
        return refusal(409, say("Der er ingen samtale at registrere"), say("Ingen har svaret endnu."))
    undo = may_reopen(
        connection, contact, reach().worker, door().gateway.now(), coordinator=access.may_close(reach())
    )
    reason = ClosingReason(contact.closed_because)
    return page("registration/closed.html", sheet=sheet, reason=REASONS[reason], may_undo=undo)


def _log(kept: Kept) -> None:
    registration = kept.sheet.shown.registration
    if registration is not None and kept.is_saved:
        log.event(
            "registration_saved",
            registration=registration.id,
            worker=reach().worker,
            state=kept.sheet.shown.state,
        )
