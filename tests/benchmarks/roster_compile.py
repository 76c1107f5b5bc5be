"""Compiles the national roster in a process of its own, and prints what that took as one JSON object."""

from __future__ import annotations

import json
import time
from pathlib import Path

from routing.roster import Roster
from tests.benchmarks.roster_site import national_shifts, national_site


def main() -> None:
    site = national_site()
    shifts = national_shifts(site)
    began = time.perf_counter()
    roster = Roster.compile(shifts, site.zone, version=1)
    seconds = time.perf_counter() - began
    taken = {
        "shifts": len(shifts),
        "seconds": seconds,
        "resident_mb": _peak_resident_mb(),
        "version": roster.version,
    }
    print(json.dumps(taken))


def _peak_resident_mb() -> float:
    """The high-water mark, shifts and site included; unlike ru_maxrss it starts anew with the program."""
    for row in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) / 1024
    raise RuntimeError("this system doesn't tell a process's peak memory")


if __name__ == "__main__":
    main()
