"""Answers GET and HEAD for the page, its assets and the script for other sites, compressed."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from chat.widget import assets, headers, page
from chat.widget.assets import NotBuiltError
from chat.widget.headers import Headers
from config import logs
from gateway.wiring import Gateway

LONG_SECONDS = 365 * 24 * 3600
# The script for other sites stands at one address for ever: a new one is there within the hour.
SHORT_SECONDS = 3600

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = logs.get("chat")


@dataclass(frozen=True, slots=True)
class Found:
    headers: Headers
    media_type: str
    body: bytes
    packed: bytes


class Widget:
    """``gateway``: whose site the page belongs to."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._over_https = gateway.settings.chat_url.startswith("https://")

    async def answers(self, scope: Scope, send: Send) -> bool:
        """Whether this address is one of ours; then it has been answered."""
        try:
            found = self._find(scope["path"], scope["query_string"].decode("latin-1"))
        except NotBuiltError as error:
            log.error("page_not_built", error)
            await _answer(scope, send, 503, Found([], "text/plain; charset=utf-8", b"", b""))
            return True
        if found is None:
            return False
        if scope["method"] not in {"GET", "HEAD"}:
            allowed: Headers = [(b"allow", b"GET, HEAD")]
            await _answer(scope, send, 405, Found(allowed, "text/plain; charset=utf-8", b"", b""))
            return True
        await _answer(scope, send, 200, found)
        return True

    def _find(self, path: str, query: str) -> Found | None:
        if path == "/":
            return self._page(query)
        asset = assets.at(path.removeprefix("/"))
        if asset is None:
            return None
        by_others = asset.address == assets.WIDGET
        kept = SHORT_SECONDS if by_others else LONG_SECONDS
        said = headers.asset(over_https=self._over_https, kept_seconds=kept, by_others=by_others)
        return Found(said, asset.media_type, asset.body, asset.packed)

    def _page(self, query: str) -> Found:
        site, _roster = self._gateway.book.current()
        body = page.rendered(site, query, self._gateway.now()).encode()
        said = headers.page(site.chat_page.framed_by, over_https=self._over_https)
        return Found(said, "text/html; charset=utf-8", body, gzip.compress(body, 6, mtime=0))


async def _answer(scope: Scope, send: Send, status: int, found: Found) -> None:
    sent = dict(found.headers)
    sent |= {b"content-type": found.media_type.encode(), b"vary": b"Accept-Encoding"}
    body = found.body
    if found.packed and _takes_gzip(scope):
        body = found.packed
        sent[b"content-encoding"] = b"gzip"
    sent[b"content-length"] = str(len(body)).encode()
    await send({"type": "http.response.start", "status": status, "headers": list(sent.items())})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _takes_gzip(scope: Scope) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name.lower() == b"accept-encoding")
    return any(
        part.split(b";")[0].strip().lower() == b"gzip" and b"q=0" not in part.replace(b" ", b"").split(b";")
        for part in accepted.split(b",")
    )
