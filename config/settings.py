"""The settings: one frozen, typed object made from the environment at start.

The contract's section "Environment" says which variables there are. An empty variable is one that is not set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from config.addresses import (
    Bind,
    Network,
    base_url,
    is_plain_and_public,
    parse_bind,
    parse_hosts,
    parse_networks,
)
from config.keys import HOW_TO_MAKE_ONE, Keys, decode_key, decode_keys, local_keys
from config.oidc import DEFAULT_CLAIM, OpenIdConnect, missing

TWILIO_API = "https://api.twilio.com"
METRICS_TOKEN_CHARACTERS = 16
# The browsers' own push services: pages may have no other address told.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)
_ACCOUNT_SID = re.compile(r"AC[0-9A-Za-z]+")

T = TypeVar("T")


class SettingsError(Exception):
    """Settings that can't be used. ``problems``: all of them, one sentence each, with no secret in it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this machine is told. Addresses have no slash at the end; secrets stay out of ``repr``."""

    site_path: Path | None = None
    database_url: str = field(repr=False)  # may hold a password, as may the next
    redis_url: str | None = field(default=None, repr=False)
    secret_key: bytes | None = field(default=None, repr=False)
    data_key: bytes | None = field(default=None, repr=False)
    other_data_keys: tuple[bytes, ...] = field(default=(), repr=False)
    public_url: str
    chat_url: str
    web_bind: Bind
    chat_bind: Bind
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = field(default=None, repr=False)
    twilio_api_base_url: str = TWILIO_API
    fallback_url: str | None = None
    var_dir: Path = Path("var")
    metrics_token: str | None = field(default=None, repr=False)
    trusted_proxies: tuple[Network, ...] = ()
    oidc: OpenIdConnect | None = None
    push_services: tuple[str, ...] = PUSH_SERVICES

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read the environment. Raises SettingsError with every problem at once."""
        read = _Reading(env)
        var_dir = read.value("AKUTLINJEN_VAR", Path) or Path("var")
        web_bind = read.value("WEB_BIND", parse_bind) or Bind("127.0.0.1", 8000)
        chat_bind = read.value("CHAT_BIND", parse_bind) or Bind("127.0.0.1", 8001)
        database_url = read.value("DATABASE_URL", _database_url)
        settings = cls(
            site_path=read.value("AKUTLINJEN_SITE", _file),
            database_url=database_url or f"sqlite:///{var_dir / 'akutlinjen.db'}",
            redis_url=read.value("REDIS_URL", _redis_url),
            secret_key=read.value("SECRET_KEY", decode_key),
            data_key=read.value("DATA_KEY", decode_key),
            other_data_keys=read.value("DATA_KEY_OTHERS", decode_keys) or (),
            public_url=read.value("PUBLIC_URL", base_url) or f"http://{web_bind}",
            chat_url=read.value("CHAT_URL", base_url) or f"http://{chat_bind}",
            web_bind=web_bind,
            chat_bind=chat_bind,
            twilio_account_sid=read.value("TWILIO_ACCOUNT_SID", _account_sid),
            twilio_auth_token=read.value("TWILIO_AUTH_TOKEN", _token),
            twilio_api_base_url=read.value("TWILIO_API_BASE_URL", base_url) or TWILIO_API,
            fallback_url=read.value("FALLBACK_URL", base_url),
            var_dir=var_dir,
            metrics_token=read.value("METRICS_TOKEN", _metrics_token),
            trusted_proxies=read.value("TRUSTED_PROXIES", parse_networks) or (),
            oidc=_oidc(read),
            push_services=read.value("PUSH_SERVICES", parse_hosts) or PUSH_SERVICES,
        )
        if web_bind == chat_bind and web_bind.port != 0:
            read.problems.append(f"WEB_BIND and CHAT_BIND are both {web_bind}; two servers need two ports")
        if read.problems:
            raise SettingsError(read.problems)
        return settings

    def keys(self) -> Keys:
        """The keys given, and for one that isn't given this machine's own, kept in ``var_dir/keys.json``.

        Raises SettingsError when that file can't be used.
        """
        if self.secret_key is not None and self.data_key is not None:
            return Keys(self.secret_key, self.data_key, self.other_data_keys)
        try:
            local = local_keys(self.var_dir / "keys.json")
        except (ValueError, OSError) as error:
            raise SettingsError([str(error)]) from error
        return Keys(
            self.secret_key or local.secret_key, self.data_key or local.data_key, self.other_data_keys
        )

    def require_for_service(self) -> None:
        """What real calls need beyond the defaults. Raises SettingsError naming all that is missing."""
        needed = {
            "SECRET_KEY": (self.secret_key, HOW_TO_MAKE_ONE),
            "DATA_KEY": (
                self.data_key,
                f"{HOW_TO_MAKE_ONE}; keep a copy, what it encrypts is lost without it",
            ),
            "TWILIO_ACCOUNT_SID": (self.twilio_account_sid, "give the account's own, it begins with AC"),
            "TWILIO_AUTH_TOKEN": (
                self.twilio_auth_token,
                "give the account's own: webhooks are checked against it",
            ),
        }
        problems = [f"{name} is not set; {what}" for name, (value, what) in needed.items() if value is None]
        addresses = {
            "PUBLIC_URL": self.public_url,
            "FALLBACK_URL": self.fallback_url or self.public_url,
            "TWILIO_API_BASE_URL": self.twilio_api_base_url,
        }
        plain = [name for name, url in addresses.items() if is_plain_and_public(url)]
        problems += [f"{name} is http; use https, or anyone on the way can read the calls" for name in plain]
        if problems:
            raise SettingsError(problems)


class _Reading:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def value(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self._env.get(name, "").strip()
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.problems.append(f"{name} {error}")
            return None


def _oidc(read: _Reading) -> OpenIdConnect | None:
    issuer = read.value("OIDC_ISSUER", base_url)
    client_id = read.value("OIDC_CLIENT_ID", _token)
    secret = read.value("OIDC_CLIENT_SECRET", _token)
    claim = read.value("OIDC_WORKER_CLAIM", _token)
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": secret}
    read.problems += [f"{name} is not set; sign-on by OpenID Connect needs it" for name in missing(given)]
    if issuer and is_plain_and_public(issuer):
        read.problems.append("OIDC_ISSUER is http; use https, or anyone on the way can sign in")
    if not (issuer and client_id and secret):
        return None
    return OpenIdConnect(issuer, client_id, secret, claim or DEFAULT_CLAIM)


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"names {text}, which is no file")
    return path


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if separator and rest and scheme == "sqlite":
        return text
    if separator and rest and scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"  # the one driver that is installed
    raise ValueError(
        "is no database this runs on; write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
    )


def _redis_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = (
            parts.path if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.hostname
        )
        _ = parts.port
    except ValueError:
        usable = None
    if not usable:
        raise ValueError("is no Redis address; write redis://HOST:PORT/0, rediss://... or unix://PATH")
    return text


def _account_sid(text: str) -> str:
    if not _ACCOUNT_SID.fullmatch(text):
        raise ValueError("is no account; it begins with AC (SK is an API key, PN a number)")
    return text


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("holds spaces or characters that no token has; copy it once more")
    return text


def _metrics_token(text: str) -> str:
    if len(_token(text)) < METRICS_TOKEN_CHARACTERS:
        raise ValueError(f"is short enough to guess; give it {METRICS_TOKEN_CHARACTERS} characters or more")
    return text
