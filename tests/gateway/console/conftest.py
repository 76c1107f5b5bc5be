from __future__ import annotations

import pytest

from tests.gateway.console.duty_phones import a_night


@pytest.fixture(scope="module")
def _night(tmp_path_factory):
    with a_night(tmp_path_factory.mktemp("night")) as night:
        yield night


@pytest.fixture
def night(_night):
    """One night for all stories of a module; each finds it quiet."""
    yield _night
    trouble = [page.trouble for context in _night.contexts for page in context.pages if page.trouble]
    _night.clear()
    assert trouble == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One after the other, in one process: they share a chat process and a browser."""
    for item in items:
        if item.path.name in {"test_stories.py", "test_directory_beside.py"}:
            item.add_marker(pytest.mark.xdist_group("console"))
