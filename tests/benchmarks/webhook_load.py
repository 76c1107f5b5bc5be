"""Posts prepared requests over kept-alive connections, in a process of its own, as fast as they are answered.

`python -m tests.benchmarks.webhook_load`: one `Load` as JSON on standard input, one `Answered` on standard
output. Plain sockets and one thread: the load must not be what is measured.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
import uuid
from collections import deque
from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

LONGEST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Load:
    """``paths``: one request each, in turn. ``per_second`` None: the next as soon as one is answered.

    ``expected`` stands in every right answer.
    """

    base_url: str
    auth_token: str
    account_sid: str
    called: str
    paths: list[str]
    expected: str
    connections: int
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """``latencies``: seconds from the instant a request was due to its whole answer, in order of answer."""

    seconds: float
    failures: int
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def within(self, share: float) -> float:
        """The latency, in seconds, that this share of the requests had at most."""
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))]


def run_load(load: Load) -> Answered:
    """Put this load on a server, from another process, and wait until it is done."""
    command = [sys.executable, "-m", "tests.benchmarks.webhook_load"]
    said = subprocess.run(command, input=json.dumps(asdict(load)), capture_output=True, text=True, check=True)
    return Answered(**json.loads(said.stdout))


def _requests(load: Load) -> deque[bytes]:
    validator = RequestValidator(load.auth_token)
    host = urlsplit(load.base_url).netloc
    form = {
        "AccountSid": load.account_sid,
        "ApiVersion": "2010-04-01",
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": "+4530123456",
        "Caller": "+4530123456",
        "To": load.called,
        "Called": load.called,
        "FromCountry": "DK",
        "CallerCountry": "DK",
        "ToCountry": "DK",
        "CalledCountry": "DK",
    }
    prepared = deque()
    for path in load.paths:
        form["CallSid"] = f"CA{uuid.uuid4().hex}"
        body = urlencode(form).encode()
        signature = validator.compute_signature(load.base_url + path, form)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signature}\r\nAccept: */*\r\n"
            "User-Agent: TwilioProxy/1.1\r\n\r\n"
        )
        prepared.append(head.encode() + body)
    return prepared


class _Connection:
    def __init__(self, load: Load) -> None:
        parts = urlsplit(load.base_url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due_at = 0.0
        self._received = b""

    def ask(self, request: bytes, due_at: float) -> None:
        self.due_at = due_at
        self._received = b""
        self.socket.sendall(request)

    def answer(self) -> tuple[bytes, bytes] | None:
        """The status and the body, once the answer is whole."""
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionError("the server hung up")
        self._received += got
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        _, _, length = head.lower().partition(b"content-length: ")
        return (head[9:12], body) if len(body) >= int(length.partition(b"\r\n")[0]) else None


def _put(load: Load) -> Answered:
    requests = _requests(load)
    free = [_Connection(load) for _ in range(load.connections)]
    poll = select.epoll()
    known = {connection.socket.fileno(): connection for connection in free}
    for number in known:
        poll.register(number, select.EPOLLIN)
    latencies: list[float] = []
    failures = sent = 0
    began = time.perf_counter()
    while len(latencies) < len(load.paths):
        now = time.perf_counter()
        if now - began > LONGEST_SECONDS:
            raise TimeoutError(f"{len(latencies)} of {len(load.paths)} after {LONGEST_SECONDS:g} s")
        wait = 1.0
        while free and requests:
            due_at = now if load.per_second is None else began + sent / load.per_second
            if due_at > now:
                wait = due_at - now
                break
            free.pop().ask(requests.popleft(), due_at)
            sent += 1
        for number, _event in poll.poll(wait):
            connection = known[number]
            answer = connection.answer()
            if answer is None:
                continue
            latencies.append(time.perf_counter() - connection.due_at)
            failures += answer[0] != b"200" or load.expected.encode() not in answer[1]
            free.append(connection)
    return Answered(time.perf_counter() - began, failures, latencies)


if __name__ == "__main__":
    print(json.dumps(asdict(_put(Load(**json.load(sys.stdin))))))
