"""A coordinator at her desk, in November 2026: Tuesday the 24th, 14:00. SQLite alone: the services are
tested on both."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.flows.world import World
from tests.gateway.pages.visiting import Visitor, signed_in

DAYS = ("foenix", 1, "anna", "2026-11-20 07:00", "2026-12-04 15:00")
EVENING = ("foenix", 1, "bo", "2026-11-25 15:00", "2026-11-25 23:00")
NIGHT = ("vest", 1, "nadia", "2026-11-20 00:00", "2026-12-20 00:00")
CARLA = ("toften", 1, "carla", "2026-11-20 00:00", "2026-12-20 00:00")


class Desk(Visitor):
    """The editor of one line as its script uses it."""

    line = "foenix"
    query = "view=month&date=2026-11-24"

    def opens(self, **asked: str) -> dict[str, Any]:
        self.get("/roster", query_string={"line": self.line, **asked})
        return self.plan()

    def plan(self) -> dict[str, Any]:
        (found,) = re.findall(r'id="plan">(.*?)</script>', self.page.text, re.DOTALL)
        return json.loads(found)

    def asks(self, what: str) -> TestResponse:
        return self.get(f"/roster/{self.line}/{what}", headers={"Accept": "application/json"})

    def now(self) -> dict[str, Any]:
        return self.asks(f"plan?{self.query}").get_json()

    def does(
        self, what: str, *, seen: str | None = None, line: str | None = None, **body: Any
    ) -> TestResponse:
        """With the version of the plan as it is now, or as it was seen."""
        at = line or self.line
        if seen is None:
            seen = self.get(f"/roster/{at}/plan", headers={"Accept": "application/json"}).get_json()[
                "version"
            ]
        headers = {"Accept": "application/json", "X-Form-Token": self.token()}
        path = f"/roster/{at}/{what}?{self.query}"
        return self.ask("POST", path, json={"seen": seen, **body}, headers=headers)

    def token(self) -> str:
        if not hasattr(self, "_token"):
            self.get("/me")
            (self._token,) = set(
                re.findall(r'action="/sign-out">\s*<input[^>]*value="([^"]+)"', self.page.text)
            )
        return self._token

    def shift(self, worker: str | None) -> dict[str, Any]:
        (found,) = [each for each in self.now()["shifts"] if each["worker"] == worker]
        return found


def desk_of(world: World, worker: str = "koord") -> Desk:
    visitor = signed_in(world, worker)
    desk = Desk(world)
    desk.client = visitor.client
    return desk


@pytest.fixture
def database_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'akutlinjen.db'}"


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    world.on_duty(DAYS, EVENING, NIGHT, CARLA)
    yield world
    world.store.close()


@pytest.fixture
def desk(world) -> Desk:
    return desk_of(world)
