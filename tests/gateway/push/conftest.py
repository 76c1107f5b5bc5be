from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gateway.app import dispatcher_for
from gateway.push import keys, subscriptions
from gateway.store import site_versions
from tests.flows.world import SITE, World
from tests.gateway.push.browsers import push_service


class Office:
    """A world whose workers' phones subscribe at a push service of this machine."""

    def __init__(self, world: World, service):
        settings = replace(world.settings, push_services=("127.0.0.1",))
        self.world, self.service = world, service
        with_chat = re.sub(r"^(voice = .*)$", r'\1\nchat = ["always"]', SITE, flags=re.MULTILINE)
        site_versions.save(world.store, world.gateway.vault, with_chat, world.clock())
        world.book.refresh()
        self.gateway = world.gateway = replace(world.gateway, settings=settings)
        world.dispatcher = dispatcher_for(self.gateway)
        service.public_key = keys.public_key(settings.keys().secret_key)

    def phone(self, worker: str, name: str | None = None):
        browser = self.service.browser(name or worker)
        self.subscribe(worker, browser.subscription)
        return browser

    def subscribe(self, worker: str, given: dict) -> None:
        with self.world.store.write() as connection:
            subscriptions.add(connection, self.gateway, worker, given, "Chrome, Android", self.world.clock())


@pytest.fixture
def service():
    with push_service() as service:
        yield service


@pytest.fixture
def other_service():
    with push_service() as service:
        yield service


@pytest.fixture
def office(tmp_path, service):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield Office(world, service)
    world.close()


@pytest.fixture
def each_office(database_url, tmp_path, service):
    world = World(database_url, tmp_path / "var")
    yield Office(world, service)
    world.close()
