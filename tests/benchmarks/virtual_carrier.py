"""How much of a core the virtual carrier needs for many legs at once, and how late it is.

Run by hand: ``python tests/benchmarks/virtual_carrier.py 1000 20``: so many callers in hold loops of 5 s, for
so many seconds, against a gateway of fixed answers in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from gateway.carrier.virtual.agenda import Agenda, Appointment
from gateway.carrier.virtual.server import VirtualCarrier

GATEWAY = """
from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server
HOLD = (
    "<Response><Gather numDigits='1' timeout='1' action='/key'><Say>Vi ringer til en medarbejder nu. Bliv i"
    " røret.</Say></Gather><Pause length='1'/><Redirect>/hold</Redirect></Response>"
)
WSGIRequestHandler.log = lambda *_: None
app = Flask("gateway")
@app.post("/<path:_path>")
def hook(_path):
    return Response(HOLD, content_type="text/xml")
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def gateway() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", GATEWAY], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


class TimedAgenda(Agenda):
    """Notes how late each appointment was kept, in seconds."""

    late: list[float]

    def take_due(self) -> Appointment | None:
        at, due = self.next_at(), super().take_due()
        if at is not None and due is not None:
            self.late.append((self._now() - at).total_seconds())
        return due


def main(legs: int, seconds: float) -> None:
    with gateway() as url, VirtualCarrier(account_sid="AC" + "0" * 32, auth_token="t") as box:
        exchange = box.exchange
        agenda = exchange.agenda
        agenda.__class__ = TimedAgenda
        assert isinstance(agenda, TimedAgenda)
        late = agenda.late = []
        exchange.provision("+4576160001", f"{url}/voice", f"{url}/fallback")
        started, used = time.monotonic(), time.process_time()
        for n in range(legs):
            exchange.call(f"+4530{n:06}", "+4576160001")
            time.sleep(5 / legs)  # not all in the same instant of their loops
        time.sleep(seconds)
        took, used = time.monotonic() - started, time.process_time() - used
        heard = sum(len(call.said) for call in exchange.calls.values())
        late.sort()
        p50, p99 = (late[len(late) * percent // 100] * 1000 for percent in (50, 99))
        print(
            f"{legs} legs, {took:.0f} s: {heard / took:.0f} documents/s, {used / took:.0%} of a core, "
            f"{threading.active_count()} threads, late p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
            f"worst {late[-1] * 1000:.0f} ms, {len(exchange.failures)} failures"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
