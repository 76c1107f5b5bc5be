"""The panel over HTTP: on this machine alone, from the database, and without a trace in the audit log."""

from __future__ import annotations

from datetime import datetime

import pytest
import requests
import sqlalchemy as sa

from gateway.demo.panel_server import PanelServer
from gateway.store.tables import audit_entries
from tests.flows.world import COPENHAGEN, FOENIX, World


@pytest.fixture
def world(tmp_path):
    now = f"{datetime.now(COPENHAGEN):%Y-%m-%d %H:%M}"  # the panel asks who is on duty now
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var", at=now)
    world.on_duty(("foenix", 1, "anna"))
    yield world
    world.close()


def test_it_tells_of_the_latest_contact_and_leaves_no_trace(world):
    world.worker("anna")
    with PanelServer(world.site, world.settings.database_url) as panel:
        assert requests.get(panel.url, timeout=5).json()["now"] is None
        world.citizen_calls(FOENIX)
        world.run(1)
        with world.store.read() as connection:
            before = connection.execute(sa.select(sa.func.count()).select_from(audit_entries)).scalar_one()
        shown = requests.get(panel.url, timeout=5).json()
        with world.store.read() as connection:
            after = connection.execute(sa.select(sa.func.count()).select_from(audit_entries)).scalar_one()
    assert shown["now"]["where"] == "Akuttilbuddet Fønix, Esbjerg"
    assert shown["now"]["steps"][0]["phones"][0]["name"] == "Anna"
    assert shown["duty"][0]["number"] == world.site.workers["anna"].mobile
    assert before == after


def test_it_is_on_this_machine_alone_and_gone_afterwards(world):
    with PanelServer(world.site, world.settings.database_url) as panel:
        url = panel.url
        assert url.startswith("http://127.0.0.1:")
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def test_without_its_database_it_asks_for_patience(world):
    with PanelServer(world.site, "postgresql+psycopg://nobody@127.0.0.1:1/nothing") as panel:
        assert requests.get(panel.url, timeout=10).status_code == 503
