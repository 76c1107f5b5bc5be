"""``audit verify``, ``purge``, ``privacy report`` and ``keys rotate``, through the command itself."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.cli import run
from gateway.store.engine import Store

SITE = Path(__file__).parents[3] / "config" / "sites" / "demo.toml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "DATA_KEY", "SECRET_KEY", "DATA_KEY_OTHERS", "AKUTLINJEN_SITE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AKUTLINJEN_VAR", str(tmp_path))
    return tmp_path


def test_loading_a_site_and_issuing_a_token_are_audited_and_the_log_verifies(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["site", "load", str(SITE)]) == 0
    assert run(["site", "load", str(SITE)]) == 0  # the same again is no change
    assert run(["staff", "token", "w1"]) == 0
    assert run(["staff", "revoke", "w1"]) == 0
    capsys.readouterr()
    assert run(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ok: 3 entries; head 3:")
    head = said.split()[-1]
    assert run(["audit", "verify", "--head", head]) == 0
    store = Store(f"sqlite:///{home / 'akutlinjen.db'}")
    with store.write() as connection:
        for what in ("update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER audit_entries_no_{what}"))
        connection.execute(sa.text("UPDATE audit_entries SET actor = 'w1' WHERE number = 2"))
    store.close()
    capsys.readouterr()
    assert run(["audit", "verify"]) == 1
    assert "entry 2 was changed" in capsys.readouterr().err


def test_a_head_that_is_none_is_bad_input(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--head", "x"]) == 2
    assert "NUMBER:HASH" in capsys.readouterr().err


def test_purge_and_report_count_by_kind(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["site", "load", str(SITE)]) == 0
    capsys.readouterr()
    assert run(["purge"]) == 0
    assert "0  caller numbers" in capsys.readouterr().out
    assert run(["privacy", "report"]) == 0
    said = capsys.readouterr().out
    assert "replaced site files: 1 rows" in said
    assert "why: " in said


def test_keys_are_rotated_as_the_help_says(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    monkeypatch.setenv("DATA_KEY", old)
    assert run(["site", "load", str(SITE)]) == 0
    monkeypatch.setenv("DATA_KEY", new)
    assert run(["who-answers", "--line", "foenix"]) == 1  # the new key alone opens nothing yet
    monkeypatch.setenv("DATA_KEY_OTHERS", old)
    assert run(["who-answers", "--line", "foenix"]) == 0
    capsys.readouterr()
    assert run(["keys", "rotate"]) == 0
    assert "1  site_versions.content" in capsys.readouterr().out
    monkeypatch.delenv("DATA_KEY_OTHERS")
    assert run(["who-answers", "--line", "foenix"]) == 0
