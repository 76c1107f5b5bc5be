"""Which site is in force, and how AKUTLINJEN_SITE comes into force at a start."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.rosters.site_source import NoSiteError, UnreadableSiteError, load_site, site_in_force
from gateway.store import site_versions
from tests.gateway.rosters.example import SITE, SITE_TEXT

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_newest_is_in_force(store, vault, tmp_path):
    with pytest.raises(NoSiteError):
        site_in_force(store, vault)
    path = tmp_path / "site.toml"
    path.write_text(SITE_TEXT)
    assert load_site(store, vault, path, AT).new
    assert site_in_force(store, vault) == SITE
    assert not load_site(store, vault, path, AT).new
    path.write_text(SITE_TEXT.replace("Natlinjen Vest", "Natten"))
    assert load_site(store, vault, path, AT).new
    assert site_in_force(store, vault).night_lines["vest"].name == "Natten"


def test_a_file_with_a_problem_changes_nothing(sqlite_store, vault, tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(SITE_TEXT)
    load_site(sqlite_store, vault, path, AT)
    path.write_text("[site]\nid = 3\n")
    with pytest.raises(UnreadableSiteError) as raised:
        load_site(sqlite_store, vault, path, AT)
    assert len(raised.value.problems) > 1
    assert all(problem.startswith(f"{path}: line ") for problem in raised.value.problems)
    assert site_in_force(sqlite_store, vault) == SITE


def test_a_text_of_a_newer_release_is_told_by_its_version(sqlite_store, vault):
    site_versions.save(sqlite_store, vault, "[planet]\n", AT)
    with pytest.raises(UnreadableSiteError, match="site version 1: line 1: "):
        site_in_force(sqlite_store, vault)
