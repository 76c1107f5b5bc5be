"""The live roster of a process: the last good one, in memory and on disk, kept up with SQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from config import logs
from config.site import Site
from config.site_file import SiteFileError, read_site
from gateway.rosters.loading import Loaded, Standing, compiled, load
from gateway.rosters.site_source import NoSiteError, UnreadableSiteError, site_text
from gateway.rosters.snapshot import Snapshot, SnapshotError
from gateway.store.engine import Store
from gateway.store.roster_versions import NONE, Newest
from gateway.store.vault import Vault
from routing.roster import Roster, Shift

# A change that a coordinator publishes counts in every process within a second.
POLL_SECONDS = 0.5
# Some polls missed, so it is no hiccup.
STALE_AFTER = timedelta(seconds=5)

log = logs.get("rosters")


class RosterBook:
    """``current`` is for the voice path: no lock, no disk, no SQL, whatever happens meanwhile.

    ``site_path``: the site file to fall back on when SQL is gone at the very first start.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        var_dir: Path,
        *,
        site_path: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._store = store
        self._vault = vault
        self._snapshot = Snapshot(var_dir / "roster-snapshot", vault)
        self._site_path = site_path
        self._now = now
        self._poll_seconds = poll_seconds
        self._standing: Standing | None = None
        self._last_good_at: datetime | None = None
        self._refreshing = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._failing = False
        self._snapshot_is_behind = False

    def current(self) -> tuple[Site, Roster]:
        """The last good site and roster. Raises NoSiteError when this process has never had one."""
        standing = self._standing
        if standing is None:
            raise NoSiteError
        return standing.site, standing.roster

    @property
    def last_good_at(self) -> datetime | None:
        """When SQL was last asked and had nothing newer than ``current``; None when it never was."""
        return self._last_good_at

    @property
    def is_stale(self) -> bool:
        """Whether SQL may have something newer that this process can't see."""
        return self._last_good_at is None or self._now() - self._last_good_at > STALE_AFTER

    def start(self) -> None:
        """Load at once, from this machine's disk if SQL is gone, and keep up from then on. Never raises."""
        if not self._poll() and self._standing is None:
            self._fall_back()
        self._thread = threading.Thread(target=self._keep_up, name="roster-book", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; ``current`` goes on answering from what there is."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def refresh(self) -> None:
        """Take up what SQL has now, in the caller's thread.

        Raises NoSiteError, StoreUnavailableError, VaultError and SiteFileError; ``current`` stays as it was.
        """
        with self._refreshing:
            began = monotonic()
            asked_at = self._now()
            loaded = load(self._store, self._vault, self._standing, whole=self._snapshot_is_behind)
            if loaded is not None:
                self._standing = loaded.standing
            self._last_good_at = asked_at
            if loaded is not None:
                self._note(loaded, monotonic() - began)

    def _note(self, loaded: Loaded, seconds: float) -> None:
        newest = loaded.standing.newest
        log.event(
            "roster_loaded",
            version=newest.roster.version,
            count=len(loaded.shifts),
            seconds=round(seconds, 3),
        )
        try:
            self._snapshot.write(newest, loaded.standing.site_text, loaded.shifts, whole=loaded.whole)
            self._snapshot_is_behind = False
        except SnapshotError as error:
            # Lines are missing in it now that a later, smaller write would not bring: the next one is whole.
            self._snapshot_is_behind = True
            log.error("roster_snapshot_not_written", error)

    def _keep_up(self) -> None:
        while not self._stopping.wait(self._poll_seconds):
            self._poll()

    def _poll(self) -> bool:
        """Whether SQL has answered, be it that nobody has loaded a site."""
        try:
            self.refresh()
        except NoSiteError:
            return True
        except Exception as error:  # noqa: BLE001 - a thread that dies would leave an old roster for good
            if not self._failing:  # once, not twice a second
                log.error("roster_not_loaded", error)
            self._failing = True
            return False
        if self._failing:
            log.event("roster_loaded_again")
        self._failing = False
        return True

    def _fall_back(self) -> None:
        """What this machine knew last, or else the site file alone: then the back-up phones still ring."""
        try:
            kept = self._snapshot.read()
            if kept is not None:
                self._stand_on(kept.newest, kept.site_text, kept.shifts)
                log.warning("roster_from_snapshot", version=kept.newest.roster.version)
                return
        except (SnapshotError, SiteFileError) as error:
            log.error("roster_snapshot_not_read", error)
        if self._site_path is not None:
            try:
                self._stand_on(Newest(NONE, NONE), site_text(self._site_path), {})
                log.warning("site_without_roster")
            except (UnreadableSiteError, SiteFileError) as error:
                log.error("site_not_read", error)

    def _stand_on(self, newest: Newest, text: str, shifts: Mapping[str, list[Shift]]) -> None:
        site = read_site(text)
        self._standing = Standing(newest, text, site, compiled(shifts, site, newest.roster.version))
