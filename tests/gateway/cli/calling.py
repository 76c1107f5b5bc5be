"""Calls of the command in this process, with settings of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway import cli

SETTINGS = (
    "AKUTLINJEN_SITE", "AKUTLINJEN_VAR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_KEY", "PUBLIC_URL",
    "FALLBACK_URL", "CHAT_URL", "WEB_BIND", "CHAT_BIND", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN",
    "TWILIO_API_BASE_URL", "METRICS_TOKEN", "TRUSTED_PROXIES", "OIDC_ISSUER", "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET", "OIDC_WORKER_CLAIM",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """The lines on stderr, each of which begins with the command's name."""
        lines = self.err.splitlines()
        assert all(line.startswith("akutlinjen: ") for line in lines), self.err
        return [line.removeprefix("akutlinjen: ") for line in lines]


class Command:
    """``command("site", "check", path)``; ``command.settings`` are the only ones it has."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
        self.directory = directory
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)
        self.set(AKUTLINJEN_VAR=directory / "var")

    def set(self, **settings: object) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, str(value))

    def __call__(self, *arguments: object) -> Said:
        self._capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def good(self, *arguments: object) -> str:
        """The same for a call that must do well; gives what it printed."""
        said = self(*arguments)
        assert said.code == 0, said.err
        return said.out

    def file(self, name: str, content: str, encoding: str = "utf-8") -> Path:
        path = self.directory / name
        path.write_text(content, encoding=encoding)
        return path

    def environment(self) -> dict[str, str]:
        """For a process of its own."""
        return dict(os.environ)
