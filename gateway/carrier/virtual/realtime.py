"""The exchange in real time: webhooks over the network, and a thread that keeps its appointments."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.webhooks import Answer, OnAnswer

WEBHOOKS_AT_ONCE = 128  # a real carrier knows no limit: the gateway is what must cope
CONNECT_SECONDS = 5.0


def real_now() -> datetime:
    return datetime.now(UTC)


class PooledTransport:
    """Posts webhooks from a pool of threads over kept-alive connections. No retries, no redirects.

    An answer is waited for so many seconds.
    """

    def __init__(self, answer_seconds: float, at_once: int = WEBHOOKS_AT_ONCE) -> None:
        self._answer_seconds = answer_seconds
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="webhook")
        self._session = requests.Session()
        self._session.trust_env = False  # the gateway is on this machine: no proxy, no .netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=at_once, max_retries=0)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], on_answer: OnAnswer
    ) -> None:
        self._pool.submit(self._post, url, form, headers, on_answer)

    def close(self) -> None:
        """Whatever has not been sent is not sent any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._session.close()

    def _post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], on_answer: OnAnswer
    ) -> None:
        try:
            response = self._session.post(
                url,
                data=dict(form),
                headers=dict(headers),
                timeout=(CONNECT_SECONDS, self._answer_seconds),
                allow_redirects=False,
            )
            content_type = response.headers.get("Content-Type", "")
            # XML without a declared encoding is UTF-8, whatever HTTP's old rule for text/* would guess.
            answer = Answer(response.status_code, content_type, response.content.decode(errors="replace"))
        except requests.RequestException as error:
            answer = Answer(None, problem=type(error).__name__)
        on_answer(answer)


class Runner:
    """Keeps an exchange's appointments on time, in a thread of its own."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._woken = threading.Event()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)
        exchange.on_wake = self._woken.set

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping = True
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            try:
                self._exchange.run_due()
            except Exception as error:  # noqa: BLE001 - one call's mishap must not silence all the others
                self._exchange.complain(None, f"the box itself: {error!r}")
                traceback.print_exc(file=sys.stderr)
                continue
            at = self._exchange.next_event_at()
            seconds = None if at is None else (at - self._exchange.now()).total_seconds()
            if seconds is None or seconds > 0:
                self._woken.wait(seconds)
