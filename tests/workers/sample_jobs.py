"""Jobs for the worker's tests. Each leaves a line in the file that JOB_NOTES names."""

from __future__ import annotations

import os
import time
from pathlib import Path


def _note(word):
    with Path(os.environ["JOB_NOTES"]).open("a") as notes:
        notes.write(word + "\n")


def note(word):
    _note(word)


def fail(word):
    _note(word)
    raise ValueError("the caller is +4520000001, code 1234 5678")


def take_long(word):
    _note(word + " begun")
    time.sleep(1.5)
    _note(word + " done")


def never_end():
    time.sleep(60)
