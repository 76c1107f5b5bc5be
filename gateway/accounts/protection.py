"""What stands before each route. A route without a declared protection is answered to nobody.

``guard`` runs before every request and asks the protection that the route's function was given by
``protected_by``. So a new route is closed until somebody has thought about it, and a test lists them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request

from config import logs

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "_akutlinjen_protection"

log = logs.get("accounts")


@dataclass(frozen=True, slots=True)
class Protection:
    """``check`` lets a request through with None; it refuses with a response, or by raising."""

    name: str
    check: Callable[[], Response | None]


def protected_by(protection: Protection) -> Callable[[View], View]:
    """Declare what stands before a route; write it under the route's own decorator."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, protection)
        return view

    return declare


def public(why: str) -> Callable[[View], View]:
    """Anybody may ask. ``why`` that is no harm is for whoever reads the route."""
    del why
    return protected_by(PUBLIC)


def protection_of(view: Callable[..., Any]) -> Protection | None:
    found = getattr(view, _ATTRIBUTE, None)
    return found if isinstance(found, Protection) else None


def guard(app: Flask) -> None:
    """Put every route of the application behind its protection."""
    app.before_request(_ask)


def _ask() -> Response | None:
    if request.endpoint is None:  # no such route: Flask says so
        return None
    protection = protection_of(current_app.view_functions[request.endpoint])
    if protection is None:
        log.error("route_without_protection", route=request.endpoint)
        abort(403)
    return protection.check()


PUBLIC = Protection("public", lambda: None)
