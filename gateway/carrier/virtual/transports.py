"""How webhooks reach the gateway without a network, and how the gateway reaches the REST API without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response as TwilioResponse
from werkzeug.test import Client

from gateway.carrier.virtual.webhooks import Answer, OnAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

FAULT_HEADER = "X-Virtual-Fault"


class WsgiTransport:
    """Calls a WSGI application in this thread, within ``post``. Other hosts cannot be reached."""

    def __init__(self, app: WSGIApplication, base_url: str) -> None:
        self._clients: dict[str, Client] = {}
        self.also(app, base_url)

    def also(self, app: WSGIApplication, base_url: str) -> None:
        """Another machine, at another address; the same address again replaces it."""
        self._clients[_origin(base_url)] = Client(app, use_cookies=False)

    def unplug(self, base_url: str) -> None:
        """That machine is gone."""
        self._clients.pop(_origin(base_url), None)

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], on_answer: OnAnswer
    ) -> None:
        client = self._clients.get(_origin(url))
        if client is None:
            on_answer(Answer(None, problem="no connection"))
            return
        parts = urlsplit(url)
        response = client.post(
            parts.path or "/",
            base_url=_origin(url),
            query_string=parts.query,
            data=dict(form),
            headers=dict(headers),
        )
        on_answer(Answer(response.status_code, response.content_type or "", response.get_data(as_text=True)))


class WsgiHttpClient(HttpClient):  # type: ignore[misc]
    """The ``twilio`` package's requests, answered by the box's REST application in this thread."""

    def __init__(self, app: WSGIApplication) -> None:
        self._client = Client(app, use_cookies=False)

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | tuple[float, float] | None = None,
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        """As a real client: raises requests' own exception when no answer would come."""
        del timeout, allow_redirects
        parts = urlsplit(url)
        asked: dict[str, Any] = {name: value for name, value in (params or {}).items() if value is not None}
        response = self._client.open(
            parts.path,
            method=method,
            base_url=_origin(url),
            query_string=asked or None,
            data=data or None,
            headers=headers,
            auth=auth,
        )
        if response.headers.get(FAULT_HEADER) == "timeout":
            raise requests.exceptions.ReadTimeout("no answer came")
        return TwilioResponse(response.status_code, response.get_data(as_text=True), response.headers)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
