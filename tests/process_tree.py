"""Who started whom, as the kernel tells."""

from __future__ import annotations

from pathlib import Path


def children(pid: int) -> dict[int, str]:
    """The pids below ``pid``, with the words of their command lines."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            command = (path.parent / "cmdline").read_bytes().decode().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found[int(path.parent.name)] = command
    return found
