"""The real carrier, spoken to with its own package. The virtual one behaves the same at another address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from gateway.carrier import (
    CALL_IS_OVER,
    Account,
    CallStatus,
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    CarrierUnreachableError,
    NumberAddresses,
)

DEFAULT_BASE_URL = "https://api.twilio.com"
DEFAULT_TIMEOUT_SECONDS = (3.0, 5.0)  # to connect, to wait for the answer: a caller is on the line meanwhile
POOLED_CONNECTIONS = 32
NUMBERS_A_PAGE = 1000
# Not "initiated": it tells nothing that the answer to the request has not told, or "ringing" soon will.
CALL_EVENTS = ["ringing", "answered", "completed"]


class TwilioCarrier:
    """A ``Carrier``. Every request goes to ``base_url``, is sent once, and no number is logged.

    ``timeout_seconds``: to connect, and to wait for the answer. ``http_client`` replaces the network; it must
    raise requests' exceptions when no answer comes.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        http_client: HttpClient | None = None,
        timeout_seconds: tuple[float, float] = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        inner = http_client or _PooledClient()
        self._client = Client(
            account_sid,
            auth_token,
            http_client=_ElsewhereClient(inner, base_url, timeout_seconds),
            environment={"TWILIO_ACCOUNT_SID": account_sid},  # no region or edge from outside
        )

    def place_call(
        self, *, to: str, from_: str, url: str, fallback_url: str, status_url: str, ring_seconds: int
    ) -> str:
        with _errors_named():
            call = self._client.calls.create(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                fallback_url=fallback_url,
                fallback_method="POST",
                status_callback=status_url,
                status_callback_method="POST",
                status_callback_event=CALL_EVENTS,
                timeout=ring_seconds,
            )
            return _text(call.sid)

    def redirect_call(self, sid: str, *, url: str) -> None:
        with _errors_named():
            self._client.calls(sid).update(url=url, method="POST")

    def end_call(self, sid: str) -> None:
        try:
            with _errors_named():
                self._client.calls(sid).update(status="completed")
        except CarrierRefusedError as error:
            if error.code != CALL_IS_OVER:
                raise

    def call_status(self, sid: str) -> CallStatus:
        with _errors_named():
            return CallStatus(_text(self._client.calls(sid).fetch().status))

    def send_message(self, *, to: str, from_: str, body: str, status_url: str | None = None) -> str:
        with _errors_named():
            options = {} if status_url is None else {"status_callback": status_url}
            return _text(self._client.messages.create(to=to, from_=from_, body=body, **options).sid)

    def point_number(
        self,
        phone: str,
        *,
        voice_url: str,
        voice_fallback_url: str,
        status_callback: str,
        sms_url: str,
        sms_fallback_url: str,
    ) -> bool:
        with _errors_named():
            found = self._client.incoming_phone_numbers.list(phone_number=phone, limit=1)
            if not found:
                return False
            found[0].update(
                voice_url=voice_url,
                voice_method="POST",
                voice_fallback_url=voice_fallback_url,
                voice_fallback_method="POST",
                status_callback=status_callback,
                status_callback_method="POST",
                sms_url=sms_url,
                sms_method="POST",
                sms_fallback_url=sms_fallback_url,
                sms_fallback_method="POST",
            )
            return True

    def account(self) -> Account:
        with _errors_named():
            answer = self._client.incoming_phone_numbers.list_with_http_info(page_size=NUMBERS_A_PAGE)
            numbers = {
                _text(number.phone_number): NumberAddresses(
                    voice_url=number.voice_url or "",
                    voice_fallback_url=number.voice_fallback_url or "",
                    status_callback=number.status_callback or "",
                    sms_url=number.sms_url or "",
                    sms_fallback_url=number.sms_fallback_url or "",
                )
                for number in answer.data
            }
            return Account(_instant(answer.headers.get("Date")), numbers)


class _ElsewhereClient(HttpClient):  # type: ignore[misc]
    """Sends every request to ``base_url``, whatever host the package chose."""

    def __init__(self, inner: HttpClient, base_url: str, timeout_seconds: tuple[float, float]) -> None:
        super().__init__(logging.getLogger(__name__), False, None)
        self._inner = inner
        self._base = urlsplit(base_url.rstrip("/"))
        self._timeout_seconds = timeout_seconds

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        del timeout
        asked = urlsplit(url)
        there = urlunsplit(
            (self._base.scheme, self._base.netloc, self._base.path + asked.path, asked.query, "")
        )
        return self._inner.request(
            method,
            there,
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=self._timeout_seconds,
            allow_redirects=allow_redirects,
        )


class _PooledClient(HttpClient):  # type: ignore[misc]
    """Kept-alive connections for many threads at once; logs nothing, retries nothing, keeps no cookie.

    The package's own client hands its answers over in an attribute that all threads share, so that under load
    one call's answer can be taken for another's.
    """

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), False, None)
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=POOLED_CONNECTIONS, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: tuple[float, float] | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        answer = self._session.request(
            method,
            url,
            params={name: str(value) for name, value in (params or {}).items() if value is not None},
            data=data,
            headers=headers,
            auth=auth,
            timeout=timeout,
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)


@contextmanager
def _errors_named() -> Iterator[None]:
    """Turns what the package raises into CarrierErrors. None of their words holds a number."""
    try:
        yield
    except TwilioException as error:
        raise _named(error) from None
    except (requests.RequestException, OSError) as error:
        raise CarrierUnreachableError(f"no answer from the carrier: {type(error).__name__}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CarrierUnreachableError(f"no sense in the carrier's answer: {type(error).__name__}") from None


def _named(error: TwilioException) -> CarrierError:
    status = getattr(error, "status", None)
    if status is None:  # a list that could not be fetched: the package puts the response among its words
        status = next((said.status_code for said in error.args if isinstance(said, Response)), None)
    code = getattr(error, "code", None)
    if not isinstance(status, int):
        return CarrierUnreachableError("no sense in the carrier's answer")
    said = f"the carrier answered {status}" + (f", its error {code}" if code else "")
    if status == requests.codes.too_many_requests:
        return CarrierBusyError(said, status=status, code=code)
    if 400 <= status < 500:
        return CarrierRefusedError(said, status=status, code=code)
    return CarrierUnreachableError(said, status=status, code=code)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("the carrier's answer lacks what was asked for")
    return value


def _instant(header: str | None) -> datetime | None:
    return parsedate_to_datetime(header) if header else None
