"""The worker's parts are made once, and again after a time that was bad for it."""

from __future__ import annotations

import pytest

from gateway.rosters.site_source import NoSiteError
from tests.flows.world import SITE
from workers.parts import gateway_parts


def test_its_own_parts_come_from_the_environment_once(monkeypatch, tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    monkeypatch.setenv("AKUTLINJEN_SITE", str(tmp_path / "site.toml"))
    monkeypatch.setenv("AKUTLINJEN_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    monkeypatch.setenv("TWILIO_API_BASE_URL", "http://127.0.0.1:9")
    gateway_parts.cache_clear()
    try:
        gateway_parts()
        gateway_parts()
        assert gateway_parts.cache_info().misses == 1
        gateway, _ = gateway_parts()
        gateway.book.stop()
        gateway.store.close()
    finally:
        gateway_parts.cache_clear()


def test_a_turn_that_finds_no_site_is_not_remembered(monkeypatch, tmp_path):
    monkeypatch.setenv("AKUTLINJEN_SITE", "")
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("AKUTLINJEN_VAR", str(tmp_path / "var"))
    gateway_parts.cache_clear()
    with pytest.raises(NoSiteError):
        gateway_parts()
    assert gateway_parts.cache_info().currsize == 0
