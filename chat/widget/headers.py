"""What browsers are told with each answer: nothing from elsewhere, nothing kept, nothing told to others."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.security_headers import HSTS_SECONDS

Headers = list[tuple[bytes, bytes]]

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    # No text becomes markup, whatever anybody writes.
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
_NO_FEATURES = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()"
)


def page(framed_by: Sequence[str], *, over_https: bool) -> Headers:
    """``framed_by``: the origins whose pages may show the chat; none: any may, see DECISIONS.md."""
    policy = _POLICY | {"frame-ancestors": " ".join(["'self'", *framed_by]) if framed_by else "*"}
    said = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": _NO_FEATURES,
    }
    return _all(said, over_https, "cross-origin")


def asset(*, over_https: bool, kept_seconds: int, by_others: bool) -> Headers:
    """``by_others``: other sites' pages may load it."""
    kept = f"public, max-age={kept_seconds}" + ("" if by_others else ", immutable")
    return _all({"cache-control": kept}, over_https, "cross-origin" if by_others else "same-origin")


def _all(said: dict[str, str], over_https: bool, shared_with: str) -> Headers:
    said |= {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": shared_with,
    }
    if over_https:
        said["strict-transport-security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in said.items()]
