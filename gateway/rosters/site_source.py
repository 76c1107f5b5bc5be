"""Which site is in force: the newest in SQL, where ``AKUTLINJEN_SITE`` is put at every start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from config.site import Site
from config.site_file import Problem, SiteFileError, read_site
from gateway.store import site_versions
from gateway.store.engine import Store
from gateway.store.site_versions import Saved
from gateway.store.vault import Vault


class NoSiteError(Exception):
    """Nobody has loaded a site yet."""

    def __init__(self) -> None:
        super().__init__("no site is loaded; run: akutlinjen site load FILE, or set AKUTLINJEN_SITE to one")


class UnreadableSiteError(Exception):
    """The site file that was named can't be loaded. ``problems``: all of them, in one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def site_text(path: Path) -> str:
    """The file as text. Raises UnreadableSiteError when there is none in it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableSiteError([f"{path}: can't be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise UnreadableSiteError([f"{path}: {Problem(line, 'is not UTF-8; save it as UTF-8')}"]) from error


def load_site(store: Store, vault: Vault, path: Path, at: datetime) -> Saved:
    """Put a site file in force. Raises UnreadableSiteError with every problem of it; then nothing is loaded.

    Raises StoreUnavailableError.
    """
    text = site_text(path)
    with store.read() as connection:
        if not site_versions.is_newest(connection, vault, text):  # else it has been checked already
            checked_site(text, path)
    return site_versions.save(store, vault, text, at)


def site_in_force(store: Store, vault: Vault) -> Site:
    """The newest site in SQL.

    Raises NoSiteError, VaultError, StoreUnavailableError, and UnreadableSiteError for one of a newer release.
    """
    with store.read() as connection:
        newest = site_versions.newest(connection, vault)
    if newest is None:
        raise NoSiteError
    return checked_site(newest.text, Path(f"site version {newest.version}"))


def checked_site(text: str, path: Path) -> Site:
    """Raises UnreadableSiteError with every problem, each named by the file it is in."""
    try:
        return read_site(text)
    except SiteFileError as error:
        raise UnreadableSiteError([f"{path}: {problem}" for problem in error.problems]) from error
