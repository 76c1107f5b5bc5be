"""Tests of one ``xdist_group`` run in one process, which pytest 9.2 and pytest-xdist 3.8 together forget.

The group reaches the scheduler as a suffix of the test's id, and pytest keeps ids in another place than
pytest-xdist writes to: https://github.com/pytest-dev/pytest-xdist/issues/1386.
"""

from __future__ import annotations

import pytest
from _pytest.nodeid import NodeId


def name_groups(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Last of all that look at the tests of a process: as pytest-xdist means it, unless it has done so."""
    if not config.getoption("loadgroup", False):
        return
    for item in items:
        names = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        suffix = "@" + "_".join(names)
        if names and not item.nodeid.endswith(suffix):
            item._id = NodeId.parse(item.nodeid + suffix)
