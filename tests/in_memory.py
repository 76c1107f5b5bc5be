"""Where tests write: in memory, where there is enough of it. Nothing that they write has to outlive them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# The largest databases of the tests, several times over. Containers often have 64 MB in all.
ENOUGH_BYTES = 4 * 2**30


def write_into_memory() -> None:
    """From now on, in this process and those that it starts, unless somebody has set TMPDIR.

    SQLite and our own files wait for the disk at every write: on a busy one, longer than a test takes.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
