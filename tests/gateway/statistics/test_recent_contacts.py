from __future__ import annotations

from datetime import date

from config.site_file import SHIPPED, read_site
from gateway.statistics import recent_contacts
from gateway.statistics.catalogue import tables
from gateway.statistics.table import Asked, shown


def test_a_year_up_to_yesterday_once(store):
    site = read_site((SHIPPED / "demo.toml").read_text("utf-8"))
    today = date(2026, 11, 24)
    with store.write() as connection:
        assert recent_contacts.make(connection, site, "w1", today, 60) == 60
        assert recent_contacts.make(connection, site, "w1", today, 60) == 0
    year = Asked(date(2025, 11, 24), today, tuple(site.lines))
    with store.read() as connection:
        found = {table.name: table for table in tables(connection, site, year)}
    assert shown(found["4-1"].rows[-1].cells[0]) == 60
    assert shown(found["answering"].rows[-1].cells[0]) > 20
    assert found["9-13"].rows
