"""What a command works with: settings, a database that is ready, the vault, the site in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, SettingsError
from config.site import Site
from gateway.audit.log import AuditLog
from gateway.cli.environment import settings_from_environment
from gateway.cli.errors import BadInput, Failure
from gateway.rosters.site_source import NoSiteError, UnreadableSiteError, load_site, site_in_force
from gateway.store import migrate
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.vault import Vault, VaultError


@dataclass(frozen=True, slots=True)
class Desk:
    settings: Settings
    store: Store
    vault: Vault
    audit: AuditLog
    now: datetime

    def site(self) -> Site:
        """The site in force; ``AKUTLINJEN_SITE`` is put in force first."""
        if self.settings.site_path is not None:
            load_site(self.store, self.vault, self.settings.site_path, self.now)
        return site_in_force(self.store, self.vault)


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The database, whatever its tables are like. What goes wrong with it inside is a Failure."""
    try:
        store = Store(settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        raise Failure(
            f"the database can't be opened: {type(error).__name__}; look at DATABASE_URL"
        ) from error
    try:
        yield store
    except StoreUnavailableError as error:
        raise Failure("the database does not answer; look at DATABASE_URL, and at the database") from error
    except migrate.SchemaError as error:
        raise Failure(str(error)) from error
    finally:
        store.close()


@contextmanager
def desk() -> Iterator[Desk]:
    """All of it, with the tables made ready. What goes wrong with it inside becomes a BadInput or Failure."""
    settings = settings_from_environment()
    try:
        keys = settings.keys()
        vault = Vault.of(keys)
    except SettingsError as error:
        raise BadInput(*error.problems) from error
    with open_store(settings) as store:
        migrate.make_ready(store)
        try:
            yield Desk(settings, store, vault, AuditLog(keys.secret_key), datetime.now(UTC))
        except NoSiteError as error:
            raise BadInput(str(error)) from error
        except UnreadableSiteError as error:
            raise BadInput(*error.problems) from error
        except VaultError as error:
            raise Failure(f"{error}; load the site again, or set the DATA_KEY it was loaded with") from error


def read_bytes(path: Path) -> bytes:
    """A file that was named on the command line. Raises BadInput."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: can't be read: {error.strerror}") from error
