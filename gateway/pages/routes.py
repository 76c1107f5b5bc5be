"""All pages: importing them hangs their routes on the blueprint."""

from __future__ import annotations

from gateway.pages import audit_pages, citizen, contacts, home, me, sign_in, sign_in_oidc, sign_in_passkey
from gateway.pages.console import acts as console_acts
from gateway.pages.console import app as console_app
from gateway.pages.console import contact as console_contact
from gateway.pages.console import home as console_home
from gateway.pages.console import push as console_push
from gateway.pages.directory import routes as directory
from gateway.pages.follow_ups import routes as follow_ups
from gateway.pages.frame import blueprint, http_error
from gateway.pages.night_reports import routes as night_reports
from gateway.pages.registration import routes as registration
from gateway.pages.roster import routes as roster
from gateway.pages.shifts import routes as shifts
from gateway.pages.statistics import downloads as statistics_downloads
from gateway.pages.statistics import routes as statistics
from gateway.pages.workers import routes as workers

__all__ = [
    "audit_pages",
    "blueprint",
    "citizen",
    "console_acts",
    "console_app",
    "console_contact",
    "console_home",
    "console_push",
    "contacts",
    "directory",
    "follow_ups",
    "home",
    "http_error",
    "me",
    "night_reports",
    "registration",
    "roster",
    "shifts",
    "sign_in",
    "sign_in_oidc",
    "sign_in_passkey",
    "statistics",
    "statistics_downloads",
    "workers",
]
