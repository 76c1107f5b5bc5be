"""Where the carrier tells how an SMS of ours fares."""

from __future__ import annotations


def status_url(public_url: str, delivery: str, tries: int) -> str:
    return f"{public_url}/sms/status/{delivery}/{tries}"
