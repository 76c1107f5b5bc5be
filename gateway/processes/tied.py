"""Runs a program that must not outlive whoever starts it.

Usage: ``python tied.py PARENT_PID PROGRAM [ARGUMENT ...]``

Linux sends the program SIGTERM when the parent is gone, even when that was by SIGKILL (prctl(2),
PR_SET_PDEATHSIG; kept over execve). The parent's *thread* counts: start it from the main one. This file is
started by its path, without our packages: it imports the standard library alone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PARENT_IS_GONE = 70


def tied(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The command that runs ``argv`` tied to the calling process."""
    # -I -S: nothing of the environment or of site-packages is needed, and it starts in a few milliseconds.
    return (sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(os.getpid()), *argv)


def main() -> None:
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0):
        raise OSError("prctl(PR_SET_PDEATHSIG) was refused")
    if os.getppid() != parent:  # it died before the line above: no signal would ever come
        sys.exit(PARENT_IS_GONE)
    try:
        os.execvp(program[0], program)  # noqa: S606 - the program is the caller's own
    except OSError as error:
        sys.exit(f"{program[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
