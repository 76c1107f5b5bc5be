"""What stands in the audit log, as coordinators read it. words: in Danish."""

from __future__ import annotations

from gateway.audit.log import COMMAND_LINE, SYSTEM, Action

ACTIONS: dict[str, str] = {
    Action.CONTACT_READ: "Læste en henvendelse",
    Action.CONTACT_CLAIMED: "Tog en henvendelse",
    Action.CONTACT_TRANSFERRED: "Gav en samtale videre",
    Action.COLLEAGUE_ADDED: "Fik en kollega med i en samtale",
    Action.COLLEAGUE_LEFT: "Gik ud af en kollegas samtale",
    Action.CITIZEN_CALLED: "Ringede en borger op",
    Action.CONTACT_CLOSED: "Lukkede en henvendelse",
    Action.CONTACT_ERASED: "Slettede borgerens oplysninger",
    Action.NUMBER_LIFTED: "Så borgerens nummer i livsfare",
    Action.NUMBER_HIDDEN: "Nummeret er skjult igen",
    "registration_read": "Læste en registrering",
    "registered": "Registrerede en henvendelse",
    "registration_corrected": "Rettede en registrering",
    Action.REPORT_WRITTEN: "Skrev til hjemlinjen",
    Action.REPORT_READ: "Læste en natrapport",
    Action.REPORT_TAKEN: "Tog en natrapport",
    Action.FOLLOW_UP_TAKEN: "Tog en aftale",
    Action.FOLLOW_UP_DONE: "Gjorde, hvad der var aftalt",
    "consent_recorded": "Skrev borgerens samtykke ned",
    "consent_withdrawn": "Skrev ned, at samtykket er trukket tilbage",
    Action.CPR_SHOWN: "Så et CPR-nummer",
    Action.REGISTRATION_BEGUN: "Begyndte en registrering",
    Action.CONTACT_REOPENED: "Åbnede en lukket henvendelse igen",
    Action.CRISIS_PLAN_READ: "Læste en kriseplan",
    Action.CRISIS_PLAN_BEGUN: "Begyndte en kriseplan",
    Action.CRISIS_PLAN_CHANGED: "Ændrede en kriseplan",
    Action.CRISIS_PLAN_WITHDRAWN: "Slettede en kriseplan",
    Action.EXPORTED: "Hentede en fil",
    Action.AUDIT_READ: "Læste loggen",
    Action.PURGED: "Slettede det, der var gammelt nok",
    Action.KEYS_ROTATED: "Skiftede nøgler",
    Action.ROSTER_CHANGED: "Ændrede vagtplanen",
    Action.DIRECTORY_CHANGED: "Ændrede vejviseren",
    Action.SITE_CHANGED: "Indlæste en ny opsætning",
    Action.TOKEN_ISSUED: "Gav et program adgang",
    Action.TOKEN_REVOKED: "Tog et programs adgang",
    Action.SIGNED_IN: "Loggede ind",
    Action.SIGN_IN_LINK_SENT: "Fik sendt et link til at logge ind",
    Action.SIGNED_OUT: "Loggede ud",
    Action.SESSION_ENDED: "Blev logget ud et sted",
    Action.AWAY_SET: "Satte en kollega til væk eller tilbage",
    Action.PASSKEY_ADDED: "Gemte en adgangsnøgle",
    Action.PASSKEY_REMOVED: "Fjernede en adgangsnøgle",
}
# Who is no worker.
ACTORS = {SYSTEM: "Systemet", COMMAND_LINE: "Kommandolinjen"}
