"""How fast messages get from a citizen to a worker, every one on disk before it is acknowledged.

`python -m tests.benchmarks.chat_speed` prints one table and exits 1 when something falls short. The peer is a
Socket.IO server for Node that inserts each message durably (better-sqlite3, synchronous=FULL); both are one
process on SQLite, loaded in turn by the same client with the same 500 pairs. Latencies run from the instant a
message was due, so that a server that falls behind can't hide it.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.benchmarks.chat_load import Load, Measured, connected
from tests.benchmarks.chat_sides import house, peer

PAIRS, OPEN_CHATS = 500, 5_000
STEADY_RATE, STEADY_SECONDS, STEADY_MS = 500, 20, 50.0
MOST_MS = 100.0
ROUNDS, STEP, STEP_SECONDS, LOWEST_RATE = 3, 1.1, 3, 1_500
ASKED_RATIO, ASKED_MEGABYTES = 0.7, 1_500.0


def main() -> int:
    _many_files()
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="akutlinjen-bench-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        good = [_speed(directory), _size(directory)]
    return 0 if all(good) else 1


def _speed(directory: Path) -> bool:
    with ExitStack() as stack:
        ours = stack.enter_context(house(directory, f"sqlite:///{directory / 'speed.db'}", PAIRS))
        other = stack.enter_context(peer(directory, PAIRS))
        our_load = stack.enter_context(connected(ours.url, ours.pairs))
        peers_load = stack.enter_context(connected(other.url, other.pairs))
        for load in (our_load, peers_load):
            load.put(STEADY_RATE, 3)  # warm
        steady, peers_steady = (load.put(STEADY_RATE, STEADY_SECONDS) for load in (our_load, peers_load))
        rates = [(_highest(our_load), _highest(peers_load)) for _ in range(ROUNDS)]
    most, peers_most = (median(column) for column in zip(*rates, strict=True))
    print(f"{PAIRS} pairs; {STEADY_RATE} messages/s for {STEADY_SECONDS} s; then the highest rate with a p99")
    print(f"under {MOST_MS:.0f} ms, the median of {ROUNDS} rounds, in turn\n")
    print(f"{'':32}{'asked':14}{'house':>14}{'socket.io':>14}")
    print(
        f"{f'p99 at {STEADY_RATE}/s':32}{f'< {STEADY_MS:.0f} ms':14}{_ms(steady):>14}{_ms(peers_steady):>14}"
    )
    print(f"{'highest rate':32}{'':14}{most:>12,.0f}/s{peers_most:>12,.0f}/s")
    ratio = most / peers_most
    print(f"{'of the peer':32}{f'>= {ASKED_RATIO}':14}{ratio:>14.2f}")
    return _judged(steady.holds(STEADY_MS) and ratio >= ASKED_RATIO)


def _highest(load: Load) -> float:
    """The last rate of a ladder that was held, twice in a row not being so ends it."""
    rate, held, failed = float(LOWEST_RATE), 0.0, 0
    while failed < 2:
        if load.put(rate, STEP_SECONDS).holds(MOST_MS):
            held, failed = rate, 0
        else:
            failed += 1
        rate *= STEP
    return held


def _size(directory: Path) -> bool:
    url = f"sqlite:///{directory / 'size.db'}"
    with house(directory, url, OPEN_CHATS, with_web=True) as side:
        before = side.resident_megabytes()
        with connected(side.url, side.pairs) as load:
            measured = load.put(STEADY_RATE, STEADY_SECONDS)
            size = side.resident_megabytes()
    print(
        f"{f'{OPEN_CHATS:,} chats open, chat and web':32}{f'< {ASKED_MEGABYTES:,.0f} MB':14}{size:>11,.0f} MB"
    )
    print(f"{'  before anybody came':46}{before:>11,.0f} MB")
    print(f"{f'  p99 at {STEADY_RATE}/s meanwhile':46}{_ms(measured):>14}")
    return _judged(size < ASKED_MEGABYTES and measured.is_whole)


def _ms(measured: Measured) -> str:
    return f"{measured.p99:.1f} ms" if measured.is_whole and measured.p99 is not None else "not whole"


def _judged(good: bool) -> bool:
    if not good:
        print("FALLS SHORT")
    return good


def _many_files() -> None:
    """Two connections a pair, here and in the servers that this starts."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
