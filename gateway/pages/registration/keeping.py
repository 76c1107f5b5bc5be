"""Saving what changed in a form: what can be kept is kept, and what is in the way is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.engine import Connection

from gateway.accounts.door import door
from gateway.accounts.signed_in import reach
from gateway.pages.frame import language, say
from gateway.pages.registration import sheets
from gateway.pages.registration.fields import Trouble, faults_of, missing_of
from gateway.pages.registration.sheets import Sheet
from gateway.registration import desk
from gateway.registration.consent import Consent, problems_with_consent
from gateway.registration.desk import AnswersError, NotNowError
from gateway.registration.merging import Change, Merged, merged, only_asked
from gateway.store import registrations


@dataclass(frozen=True, slots=True)
class Kept:
    """``sheet``: as it stands now. ``answers``: with what could not be saved. ``refused``: why it is not
    handed in, or not saved at all, where that is not what is missing; else empty."""

    sheet: Sheet
    is_saved: bool
    answers: Mapping[str, object]
    trouble: Trouble = field(default_factory=Trouble)
    refused: str = ""


def keep(
    connection: Connection,
    sheet: Sheet,
    changes: Mapping[str, Change],
    *,
    submit: bool,
    consent: Consent | None = None,
    over: bool = False,
) -> Kept:
    """Save a locked sheet: as a draft, or handed in where nothing is missing or in the way.

    ``over``: they have seen what they replace; it is kept as a version. Never raises for what was answered;
    then as much as possible is kept as a draft."""
    gateway, now, who = door().gateway, door().gateway.now(), reach()
    site, _roster = gateway.book.current()
    shown = sheet.shown
    if not sheets.may_write(connection, sheet, who, now):
        return Kept(sheet, False, shown.answers, refused=_why_not(sheet))
    result = merged(shown.answers, changes, is_new=shown.version == 0)
    wanted = only_asked(shown.form, result.answers)
    faults = faults_of(shown.form, wanted, site, language())
    faults |= _faults_of_consent(sheet, consent)
    trouble = Trouble(faults, result.theirs)
    answers = {name: wanted.get(name) for name in wanted if name not in faults}
    answers |= {name: shown.answers[name] for name in faults if name in shown.answers}
    if "cpr" in faults or "purpose" in faults:
        consent = None
    if consent is not None:
        answers["purpose"] = consent.purpose
    correcting = shown.state == "submitted"
    whole = not trouble.faults and not trouble.theirs and not missing_of(shown.form, answers)
    if correcting and not (submit and whole):
        refused = "" if submit else say("Den er afsluttet imens. Hent siden igen for at rette den.")
        return Kept(sheet, False, _as_wanted(sheet, wanted, changes, result), trouble, refused)
    refused = ""
    if submit and not sheet.is_over:
        refused = say("Samtalen er ikke slut endnu. Det er gemt som kladde.")
    hand_in = submit and whole and not refused
    if hand_in and consent is None and desk.lacks_cpr(connection, shown, sheet.line, site):
        hand_in, refused = False, say("En overnatning kræver borgerens CPR-nummer, for sikkerheden.")
    if not changes and not hand_in and consent is None:
        return Kept(sheet, shown.version > 0, _as_wanted(sheet, wanted, changes, result), trouble, refused)
    try:
        after = _save(connection, sheet, answers, submit=hand_in, consent=consent)
    except (AnswersError, NotNowError):
        return Kept(sheet, False, _as_wanted(sheet, wanted, changes, result), trouble, _why_not(sheet))
    before = shown.registration
    if over and before is not None and not correcting:
        registrations.keep_version(connection, before, before.changed_by or before.worker, before.changed_at)
    return Kept(after, True, _as_wanted(after, wanted, changes, result), trouble, refused)


def _save(
    connection: Connection,
    sheet: Sheet,
    answers: Mapping[str, object],
    *,
    submit: bool,
    consent: Consent | None,
) -> Sheet:
    gateway, now, by = door().gateway, door().gateway.now(), reach().worker
    site, _roster = gateway.book.current()
    version = sheet.shown.version
    if sheet.contact is not None:
        desk.save(
            connection, gateway, site, sheet.contact, answers, by=by, version=version, now=now, submit=submit,
            consent=consent,
        )  # fmt: skip
        return sheets.of_contact(connection, sheet.contact.id)
    registration = sheet.shown.registration
    saved = desk.save_by_hand(
        connection, gateway, site, registration or (sheet.function, sheet.line), answers, by=by,
        version=version, now=now, submit=submit, consent=consent, new=sheet.id,
    )  # fmt: skip
    return replace(sheet, shown=desk.shown_by_hand(gateway, saved))


def _faults_of_consent(sheet: Sheet, consent: Consent | None) -> dict[str, str]:
    if consent is None:
        return {}
    words = {
        "purpose": say("Vælg, hvad nummeret skal bruges til."),
        "cpr": say("Det er ikke et CPR-nummer. Se på cifrene igen."),
    }
    found = {problem.partition(":")[0] for problem in problems_with_consent(sheet.shown.form, consent)}
    return {name: words[name] for name in found}


def _as_wanted(
    sheet: Sheet, wanted: Mapping[str, object], changes: Mapping[str, Change], result: Merged
) -> Mapping[str, object]:
    """The answers for the page that comes back: what was typed stays typed, also where it was not kept."""
    mine = {name: changes[name].after for name in result.theirs}
    return {**sheet.shown.answers, **wanted, **mine}


def _why_not(sheet: Sheet) -> str:
    if sheet.contact is not None and sheet.contact.closed_because is not None:
        return say("Henvendelsen er lukket uden registrering.")
    if sheet.shown.state == "submitted":
        return say("Den, der skrev den, kan rette i et døgn. Derefter kan en koordinator.")
    if sheet.contact is not None and sheet.contact.state not in sheets.FILLED_IN:
        return say("Der er ingen samtale at registrere.")
    return say("Den, der havde samtalen, og koordinatoren kan registrere den.")
