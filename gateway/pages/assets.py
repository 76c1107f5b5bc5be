"""Style, scripts, fonts and icons, from this server alone. An address with a content's hash is kept long."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from flask import Response, request, send_from_directory

STATIC = Path(__file__).parent / "static"
PATH = "/assets"
LONG_SECONDS = 365 * 24 * 3600
# Fonts and icons that a style names by their plain names. Scripts that another imports are asked for anew.
SHORT_SECONDS = 24 * 3600


@functools.cache
def asset(name: str) -> str:
    """The address of a file of ``static/`` for a page. Raises OSError for one that is not there."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{PATH}/{name}?v={digest}"


def serve(name: str) -> Response:
    """404 for whatever is not a file of ``static/``."""
    seconds = LONG_SECONDS if "v" in request.args else 0 if name.endswith(".js") else SHORT_SECONDS
    answer = send_from_directory(STATIC, name, max_age=seconds)
    answer.headers["Cache-Control"] = f"public, max-age={answer.cache_control.max_age}"
    return answer
