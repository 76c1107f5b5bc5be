"""Replacing DATA_KEY without stopping anything.

1. Give the new key to every process as DATA_KEY_OTHERS, and start them anew one by one: all can open both.
2. Swap: the new key is DATA_KEY, the old one DATA_KEY_OTHERS; start anew one by one: all seal with the new.
3. ``akutlinjen keys rotate``: what is still sealed with the old key is sealed anew, a batch at a time.
4. Take DATA_KEY_OTHERS away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gateway.privacy.callers import PURPOSE as CALLER_KEY
from gateway.store.engine import Store
from gateway.store.persons import CPR, PERSON_KEY
from gateway.store.push_subscriptions import PURPOSE as PUSH_SUBSCRIPTION
from gateway.store.registrations import OWN_KEY
from gateway.store.site_versions import PURPOSE as SITE
from gateway.store.sms import PURPOSE as SMS_KEY
from gateway.store.staff_passkeys import PURPOSE as PASSKEY_NAME
from gateway.store.tables import (
    caller_keys,
    consents,
    contacts,
    conversations,
    crisis_plans,
    night_reports,
    person_keys,
    push_subscriptions,
    registrations,
    site_versions,
    sms_keys,
    staff_passkeys,
)
from gateway.store.vault import CONTACT_KEY, KEY_ID_BYTES, Vault

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column that DATA_KEY seals. A test finds every such column and fails on one that is not listed."""

    column: sa.Column[Any]
    key: sa.Column[Any]
    purpose: str


SEALED = (
    Sealed(contacts.c.wrapped_key, contacts.c.id, CONTACT_KEY),
    Sealed(conversations.c.wrapped_key, conversations.c.id, CONTACT_KEY),
    Sealed(site_versions.c.content, site_versions.c.version, SITE),
    Sealed(caller_keys.c.sealed, caller_keys.c.since, CALLER_KEY),
    Sealed(sms_keys.c.sealed, sms_keys.c.id, SMS_KEY),
    Sealed(registrations.c.wrapped_key, registrations.c.id, OWN_KEY),
    Sealed(crisis_plans.c.wrapped_key, crisis_plans.c.id, CONTACT_KEY),
    Sealed(night_reports.c.wrapped_key, night_reports.c.contact, CONTACT_KEY),
    Sealed(consents.c.cpr, consents.c.registration, CPR),
    Sealed(person_keys.c.sealed, person_keys.c.number, PERSON_KEY),
    Sealed(staff_passkeys.c.name, staff_passkeys.c.id, PASSKEY_NAME),
    Sealed(push_subscriptions.c.sealed, push_subscriptions.c.id, PUSH_SUBSCRIPTION),
)


def rotate(store: Store, vault: Vault) -> dict[str, int]:
    """Seal anew what another key sealed; how many rows of each column. May be run again, or while in use.

    Raises VaultError when something was sealed with a key that is not given; what was done until then stays.
    """
    return {f"{each.column.table.name}.{each.column.name}": _rotate(store, vault, each) for each in SEALED}


def _rotate(store: Store, vault: Vault, sealed: Sealed) -> int:
    done = 0
    old = sa.func.substr(sealed.column, 1, KEY_ID_BYTES) != vault.current_prefix
    while True:
        with store.write() as connection:
            query = sa.select(sealed.key, sealed.column).where(sealed.column.is_not(None), old)
            rows = connection.execute(query.limit(BATCH_ROWS).with_for_update()).all()
            for key, content in rows:
                connection.execute(
                    sa.update(sealed.column.table).where(sealed.key == key),
                    {sealed.column.name: vault.renew(content, sealed.purpose)},
                )
        done += len(rows)
        if len(rows) < BATCH_ROWS:
            return done
