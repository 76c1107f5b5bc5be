"""Our cookies: bound to this host, sent to nobody else, out of reach of scripts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request, Response

STRICT = "Strict"


@dataclass(frozen=True, slots=True)
class Cookie:
    """``name`` without its prefix. ``seconds``: how long the browser keeps it; None until it is closed."""

    name: str
    seconds: int | None = None


SESSION = Cookie("session", 14 * 24 * 3600)
# One try to sign in or to add a passkey; and what a form before sign-in is checked against.
STEP = Cookie("step", 600)
FORM = Cookie("form", 24 * 3600)
LANGUAGE = Cookie("language", 365 * 24 * 3600)


@dataclass(frozen=True, slots=True)
class Jar:
    """``secure``: whether our pages are https. Plain ones are only good on the own machine (the demo)."""

    secure: bool

    def name(self, cookie: Cookie) -> str:
        """With ``__Host-``, browsers take it from https alone, for the whole host, and from no other host."""
        return f"__Host-{cookie.name}" if self.secure else f"akutlinjen-{cookie.name}"

    def get(self, request: Request, cookie: Cookie) -> str:
        return request.cookies.get(self.name(cookie), "")

    def set(self, response: Response, cookie: Cookie, value: str) -> None:
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=cookie.seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite=STRICT,
        )

    def drop(self, response: Response, cookie: Cookie) -> None:
        response.delete_cookie(
            self.name(cookie), path="/", secure=self.secure, httponly=True, samesite=STRICT
        )
