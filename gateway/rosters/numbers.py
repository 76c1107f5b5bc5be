"""The telephone numbers that are the site's own, and where they should point."""

from __future__ import annotations

from config.site import Site
from gateway.carrier import NumberAddresses


def own_numbers(site: Site) -> list[str]:
    """What citizens and partners call, in E.164, each once, in the order of the site file.

    Back-up phones and workers' mobiles are not among them: those we call.
    """
    lines = [number for line in site.lines.values() for number in (line.phone, line.partner_phone) if number]
    return list(dict.fromkeys([*lines, *(shared.phone for shared in site.shared_numbers)]))


def addresses_at(public_url: str, fallback_url: str | None) -> NumberAddresses:
    """Where an own number should point; its fall-backs at another machine, where there is one."""
    fallback = fallback_url or public_url
    return NumberAddresses(
        voice_url=f"{public_url}/voice/incoming",
        voice_fallback_url=f"{fallback}/voice/fallback",
        status_callback=f"{public_url}/voice/status",
        sms_url=f"{public_url}/sms/incoming",
        sms_fallback_url=f"{fallback}/sms/fallback",
    )
