"""The carrier: whether it lets us in, where our numbers point, whether our clocks agree, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import requests

from config.settings import Settings
from gateway.carrier import Account, Carrier, CarrierError, CarrierRefusedError, NumberAddresses
from gateway.doctor.finding import Finding, fail, ok, warn

# The header tells whole seconds. Rosters change hands to the second; a minute is somebody not on duty.
DRIFT_WARN_SECONDS, DRIFT_FAIL_SECONDS = 5, 60
ANSWER_SECONDS = 5.0
PROVISION = "run: akutlinjen numbers provision"


def carrier_findings(
    carrier: Carrier, numbers: Sequence[str], wanted: NumberAddresses, now: datetime
) -> Iterator[Finding]:
    """``numbers``: the site's own; ``wanted``: where each should point."""
    try:
        account = carrier.account()
    except CarrierRefusedError as error:
        do = "look at TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        yield fail("carrier", f"does not let us in: {error}", do)
        return
    except CarrierError as error:
        yield fail(
            "carrier", f"does not answer: {error}", "look at this machine's way out, and the carrier's"
        )
        return
    yield ok("carrier", f"reachable; the account has {_several(len(account.numbers), 'number')}")
    yield from _numbers(account, numbers, wanted)
    yield _clock(account, now)


def way_back_findings(settings: Settings) -> Iterator[Finding]:
    """Whether PUBLIC_URL leads to a gateway, as seen from here."""
    url = f"{settings.public_url}/health/live"
    do = "look at the proxy and the certificate; it is where the carrier sends every call"
    try:
        answer = requests.get(url, timeout=ANSWER_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        words = f"PUBLIC_URL does not answer from here ({type(error).__name__})"
        yield warn("public address", words, f"start akutlinjen up; else {do}")
        return
    if answer.status_code != requests.codes.ok or "live" not in answer.text[:100]:
        yield warn("public address", f"PUBLIC_URL answers {answer.status_code}, not as a gateway does", do)
    else:
        yield ok("public address", "PUBLIC_URL leads to a gateway")


def _numbers(account: Account, numbers: Sequence[str], wanted: NumberAddresses) -> Iterator[Finding]:
    right = 0
    for phone in numbers:
        found = account.numbers.get(phone)
        if found is None:
            do = "buy or port it, or take it out of the site file"
            yield fail(f"number {phone}", "is not the account's, so nobody who calls it gets here", do)
        elif found.voice_url != wanted.voice_url:
            yield fail(f"number {phone}", f"its calls go to {found.voice_url or 'nowhere'}", PROVISION)
        elif found != wanted:
            yield warn(f"number {phone}", f"not all of it points here: {_wrong(found, wanted)}", PROVISION)
        else:
            right += 1
    if right:
        yield ok("numbers", f"{right} of {len(numbers)} point here")


def _wrong(found: NumberAddresses, wanted: NumberAddresses) -> str:
    return ", ".join(name for name in wanted.__slots__ if getattr(found, name) != getattr(wanted, name))


def _clock(account: Account, now: datetime) -> Finding:
    if account.at is None:
        return warn("clock", "the carrier told no time to hold ours against", "see that NTP runs")
    drift = abs((now - account.at).total_seconds())
    words = f"{drift:.0f} s from the carrier's"
    if drift >= DRIFT_FAIL_SECONDS:
        return fail("clock", words, "set it, and see that NTP runs: shifts change hands by it")
    if drift >= DRIFT_WARN_SECONDS:
        return warn("clock", words, "see that NTP runs")
    return ok("clock", f"within {DRIFT_WARN_SECONDS} s of the carrier's")


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
