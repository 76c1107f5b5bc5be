"""Whether a process of ours answers that it can work."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

ANSWER_SECONDS = 2.0


def is_ready(url: str) -> bool:
    """True when a GET of this ``http://`` address is answered with 200 at once, without a redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
