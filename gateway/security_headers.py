"""What every answer tells browsers: nothing from elsewhere, nothing kept, nothing told to others."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

HSTS_SECONDS = 2 * 365 * 24 * 3600

# No inline script and no inline style anywhere; nothing is loaded from, sent to, or framed by another site.
_PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), "
        "browsing-topics=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
}


def secure(app: Flask, public_url: str, chat_url: str) -> None:
    """Put the headers on every answer of the application. ``chat_url``: what pages are live through."""
    connect = f"'self' {chat_url} {chat_url.replace('http', 'ws', 1)}"
    page = "; ".join(f"{name} {value}" for name, value in (_PAGE_POLICY | {"connect-src": connect}).items())
    always = _ALWAYS | {"Cache-Control": "no-store"}
    if public_url.startswith("https://"):
        always |= {"Strict-Transport-Security": f"max-age={HSTS_SECONDS}; includeSubDomains"}
    on_pages = _to_add(always | {"Content-Security-Policy": page})
    elsewhere = _to_add(always | {"Content-Security-Policy": _NO_PAGE})

    def add(response: Response) -> Response:
        headers = response.headers
        has = {name.lower() for name in headers.keys()}  # noqa: SIM118 - iterating gives pairs
        for lower, name, value in on_pages if response.mimetype == "text/html" else elsewhere:
            if lower not in has:
                headers.add(name, value)
        if request.path == "/sign-out":
            response.headers["Clear-Site-Data"] = '"storage"'  # pages are not in the cache: no-store
        return response

    app.after_request(add)


def _to_add(headers: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each with its name in small letters first, by which it is looked for."""
    return [(name.lower(), name, value) for name, value in headers.items()]
