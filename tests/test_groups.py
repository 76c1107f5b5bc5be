"""Tests that share a server or a browser run in one process of the test run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

CONFTEST = """
import pytest
from tests.groups import name_groups

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    name_groups(config, items)
"""
TESTS = """
import time
import pytest

@pytest.mark.xdist_group({group!r})
@pytest.mark.parametrize("number", range(4))
def test_together(number):
    time.sleep(0.1)
"""


def test_a_group_is_in_one_process(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for group in ("one", "other"):
        (tmp_path / f"test_{group}.py").write_text(TESTS.format(group=group))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-v"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    ran = re.findall(r"\[(gw\d)\] \[ *\d+%\] PASSED (test_\w+)\.py", run.stdout)
    assert len(ran) == 8
    assert len(set(ran)) == 2, ran
