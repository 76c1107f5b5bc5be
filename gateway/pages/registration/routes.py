"""All pages of registrations: importing them hangs their routes on the blueprint."""

from __future__ import annotations

from gateway.pages.registration import closing, missing_pages, offline, plan_pages, sheet_pages, stay_pages

__all__ = ["closing", "missing_pages", "offline", "plan_pages", "sheet_pages", "stay_pages"]
