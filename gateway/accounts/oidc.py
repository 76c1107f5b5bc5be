"""Sign-on at a municipality's own provider: OpenID Connect, authorization code with PKCE (RFC 7636).

State, nonce and verifier follow from the step's secret in the browser's cookie: an answer that was begun in
another browser, or that comes twice, is refused.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import monotonic
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.oidc import OpenIdConnect
from gateway.accounts import steps
from gateway.accounts.derived import equal

CALLBACK = "/sign-in/oidc/callback"
SECONDS = 5.0
# Providers change their keys; an unknown key is asked for at once, but not at everybody's request.
KEYS_LIVE_SECONDS = 3600.0
# Signatures that need the provider's private key: a shared secret would let every client sign.
ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY_SECONDS = 60


class SignOnError(Exception):
    """The provider could not be asked, or what it said is not to be believed. Names no person."""


@dataclass(frozen=True, slots=True)
class _Provider:
    known_at: float
    authorization_endpoint: str
    token_endpoint: str
    keys: KeySet


class SignOn:
    def __init__(self, settings: OpenIdConnect, public_url: str) -> None:
        self._settings = settings
        self._redirect_uri = f"{public_url}{CALLBACK}"
        self._lock = threading.Lock()
        self._known: _Provider | None = None

    def address(self, secret: str) -> str:
        """Where the browser goes to sign on. Raises SignOnError."""
        provider = self._provider()
        with self._client() as client:
            address, _state = client.create_authorization_url(
                provider.authorization_endpoint,
                state=steps.state(secret),
                code_verifier=steps.code_verifier(secret),
                nonce=steps.nonce(secret),
            )
        return str(address)

    def is_answer_to(self, secret: str, state: str) -> bool:
        """Whether the browser that comes back is the one that went."""
        return equal(state, steps.state(secret))

    def worker_id(self, secret: str, code: str) -> str:
        """Redeem the code; the claim that names the worker. Raises SignOnError."""
        provider = self._provider()
        try:
            with self._client() as client:
                token = client.fetch_token(
                    provider.token_endpoint,
                    code=code,
                    grant_type="authorization_code",
                    code_verifier=steps.code_verifier(secret),
                    timeout=SECONDS,
                )
            claims = self._claims(provider, str(token["id_token"]), steps.nonce(secret))
        except (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError) as error:
            raise SignOnError(type(error).__name__) from error
        named = claims.get(self._settings.worker_claim)
        if not isinstance(named, str) or not named:
            raise SignOnError("the claim that names the worker is missing")
        return named

    def _claims(self, provider: _Provider, id_token: str, nonce: str) -> dict[str, Any]:
        try:
            decoded = jwt.decode(id_token, provider.keys, algorithms=ALGORITHMS)
        except ValueError:  # signed with a key that is newer than what we know
            decoded = jwt.decode(id_token, self._provider(anew=True).keys, algorithms=ALGORITHMS)
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "values": [self._settings.issuer, f"{self._settings.issuer}/"]},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(decoded.claims)
        claims: dict[str, Any] = decoded.claims
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise SignOnError("issued for another client")
        return claims

    def _provider(self, *, anew: bool = False) -> _Provider:
        with self._lock:
            known = self._known
            if known is None or anew or monotonic() - known.known_at > KEYS_LIVE_SECONDS:
                known = self._known = self._ask()
            return known

    def _ask(self) -> _Provider:
        try:
            about = _json(f"{self._settings.issuer}/.well-known/openid-configuration")
            if str(about["issuer"]).rstrip("/") != self._settings.issuer:
                raise SignOnError("the provider gives itself another name")
            return _Provider(
                monotonic(),
                str(about["authorization_endpoint"]),
                str(about["token_endpoint"]),
                KeySet.import_key_set(_json(str(about["jwks_uri"]))),  # type: ignore[arg-type]
            )
        except (requests.RequestException, JoseError, ValueError, KeyError, TypeError) as error:
            raise SignOnError(type(error).__name__) from error

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope="openid profile",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )


def _json(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=SECONDS)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found
