"""``akutlinjen numbers``: point the carrier's numbers at this gateway."""

from __future__ import annotations

from dataclasses import asdict

import click

from config.settings import Settings
from gateway.carrier import CarrierError
from gateway.carrier.twilio import TwilioCarrier
from gateway.cli.desk import desk
from gateway.cli.errors import BadInput, Failure
from gateway.rosters.numbers import addresses_at, own_numbers


@click.group()
def numbers() -> None:
    """Point the carrier's numbers at this gateway."""


@numbers.command()
def provision() -> None:
    """Point every number of the site at PUBLIC_URL, and its fallbacks at FALLBACK_URL.

    The lines' numbers, those for partners and the shared ones, which the account has to have already. One
    that fails keeps nothing from the others; call it again as often as you like.
    """
    with desk() as at:
        site = at.site()
    carrier = _carrier(at.settings)
    public = at.settings.public_url
    addresses = addresses_at(public, at.settings.fallback_url)
    problems: list[str] = []
    for phone in own_numbers(site):
        try:
            found = carrier.point_number(phone, **asdict(addresses))
        except CarrierError as error:
            problems.append(f"{phone}: {error}")
        else:
            if found:
                click.echo(f"{phone}: points at {public}")
            else:
                problems.append(f"{phone}: the account has no such number")
    if problems:
        raise Failure(*problems)


def _carrier(settings: Settings) -> TwilioCarrier:
    account_sid, auth_token = settings.twilio_account_sid, settings.twilio_auth_token
    if account_sid is None or auth_token is None:
        raise BadInput("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed; they are the account's own")
    if settings.twilio_api_base_url.startswith("https:"):  # a real one, somewhere else
        addresses = {"PUBLIC_URL": settings.public_url, "FALLBACK_URL": settings.fallback_url}
        for name, address in addresses.items():
            if address is not None and not address.startswith("https:"):
                raise BadInput(f"{name} is {address}; set it to the https address that the carrier reaches")
    return TwilioCarrier(account_sid, auth_token, settings.twilio_api_base_url)
