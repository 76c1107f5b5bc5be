"""Passkeys: added in a session, used to sign in. Discoverable, and the phone has to know its owner.

The library checks challenge, origin, signature and flags; here stands what it is asked, and what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy.engine import Connection
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from config.addresses import is_ip
from config.site import Worker
from gateway.accounts import steps
from gateway.accounts.derived import derived_text
from gateway.store import staff_passkeys
from gateway.store.ids import new_id
from gateway.store.staff_passkeys import PURPOSE, Passkey
from gateway.store.vault import Vault

MOST = 10
NAME_CHARACTERS = 40
# What browsers send; the columns hold as much.
MOST_CREDENTIAL_CHARACTERS, MOST_KEY_CHARACTERS = 1400, 2000


class PasskeyError(Exception):
    """What the browser sent is no answer of an authenticator that we may believe."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks for the passkey: the host that it is bound to, and the origins of our pages."""

    host: str
    name: str
    origins: Sequence[str]

    @classmethod
    def at(cls, url: str, name: str) -> Party | None:
        """For pages at this base address. None where browsers have no passkeys: an address of digits."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if is_ip(host) or (parts.scheme != "https" and host != "localhost"):
            return None
        return cls(host, name, [f"{parts.scheme}://{parts.netloc}"])


def user_handle(known: Sequence[Passkey], secret: str) -> str:
    """What authenticators know the worker by: what the first passkey was given, or new with this try."""
    return known[0].user_handle if known else derived_text(secret.encode(errors="replace"), "user handle")


def options_to_add(party: Party, worker: Worker, known: Sequence[Passkey], secret: str) -> dict[str, Any]:
    """What ``navigator.credentials.create`` is asked for. ``known``: the worker's passkeys."""
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=base64url_to_bytes(user_handle(known, secret)),
        user_name=worker.id,
        user_display_name=worker.name,
        challenge=steps.challenge(secret),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential)) for passkey in known
        ],
    )
    return _as_json(options)


def options_to_sign_in(party: Party, secret: str) -> dict[str, Any]:
    """What ``navigator.credentials.get`` is asked for: any passkey of ours, so nobody's name is told."""
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=steps.challenge(secret),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


def add(
    connection: Connection,
    vault: Vault,
    party: Party,
    worker: Worker,
    answer: dict[str, Any],
    *,
    secret: str,
    name: str,
    now: datetime,
) -> Passkey:
    """Keep a new passkey. ``answer``: as the browser's ``toJSON`` writes it. Raises PasskeyError."""
    known = staff_passkeys.of_worker(connection, worker.id)
    if len(known) >= MOST:
        raise PasskeyError("too many")
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=steps.challenge(secret),
            expected_rp_id=party.host,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyError(type(error).__name__) from error
    passkey = Passkey(
        id=new_id(),
        worker=worker.id,
        credential=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        user_handle=user_handle(known, secret),
        sign_count=verified.sign_count,
        name=sealed_name(vault, name),
        added_at=now,
    )
    if len(passkey.credential) > MOST_CREDENTIAL_CHARACTERS or len(passkey.public_key) > MOST_KEY_CHARACTERS:
        raise PasskeyError("too long")
    if not staff_passkeys.insert(connection, passkey):
        raise PasskeyError("known already")
    return passkey


def sign_in(
    connection: Connection, party: Party, answer: dict[str, Any], secret: str, now: datetime
) -> Passkey:
    """The passkey that answered; its worker is who signs in. Raises PasskeyError."""
    credential = answer.get("rawId")
    if not isinstance(credential, str) or len(credential) > MOST_CREDENTIAL_CHARACTERS:
        raise PasskeyError("no credential")
    passkey = staff_passkeys.find_by_credential(connection, credential.rstrip("="))
    if passkey is None:
        raise PasskeyError("unknown")
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=steps.challenge(secret),
            expected_rp_id=party.host,
            expected_origin=list(party.origins),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyError(type(error).__name__) from error
    response = answer.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    if isinstance(handle, str) and handle.rstrip("=") != passkey.user_handle:
        raise PasskeyError("another user's handle")
    staff_passkeys.used(connection, passkey.id, verified.new_sign_count, now)
    return passkey


def sealed_name(vault: Vault, name: str) -> bytes:
    return vault.seal(name.encode(), PURPOSE)


def name_of(vault: Vault, passkey: Passkey) -> str:
    return vault.unseal(passkey.name, PURPOSE).decode()


def _as_json(options: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return written
