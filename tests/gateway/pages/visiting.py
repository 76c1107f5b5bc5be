"""Somebody with a browser that runs no scripts: opens pages, sends their forms, keeps cookies."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from gateway.accounts import sessions
from gateway.accounts.cookies import SESSION, Jar
from gateway.accounts.sessions import Method
from tests.flows.world import PUBLIC, World

LINK = re.compile(r"https://\S+")


class Form(HTMLParser):
    """The forms of a page: action -> the values of its fields."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] = {}
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "input" and "name" in given and given.get("type") != "checkbox":
            self._fields[given["name"]] = given.get("value", "")


class Visitor:
    def __init__(self, world: World, app: Flask | None = None, *, address: str = "203.0.113.7") -> None:
        self.world = world
        self.client = (app or world.app).test_client()
        self.environ = {"REMOTE_ADDR": address}
        self.page: TestResponse

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        options.setdefault("headers", {}).setdefault("Accept", "text/html")
        self.page = self.client.open(
            path, method=method, base_url=PUBLIC, environ_overrides=self.environ, **options
        )
        return self.page

    def send(self, action: str, **values: str) -> TestResponse:
        """Fill in the form of the page that is open, and send it."""
        fields = Form(self.page.text).forms[action]
        return self.ask("POST", action, data=fields | values)

    def follow(self) -> TestResponse:
        """To where the last answer sends the browser."""
        assert self.page.status_code in {302, 303}, (self.page.status_code, self.page.text)
        return self.get(self.page.headers["Location"])

    def cookie(self, name: str = "__Host-session") -> str | None:
        found = self.client.get_cookie(name, domain="akut.example")
        return found.value if found else None

    def has(self, secret: str) -> None:
        """Put a session's cookie into the browser."""
        self.client.set_cookie(Jar(secure=True).name(SESSION), secret, domain="akut.example", secure=True)

    def asks_for_link(self, mobile: str) -> None:
        self.get("/sign-in")
        self.send("/sign-in/link", mobile=mobile)

    def link(self) -> str:
        """The path of the link in the last message."""
        self.world.run(5)
        (address,) = LINK.findall(self.world.exchange.messages[-1].body)
        assert address.startswith(PUBLIC)
        return address.removeprefix(PUBLIC)

    def signs_in(self, worker: str) -> Visitor:
        """By a link, all the way."""
        self.asks_for_link(self.world.site.workers[worker].mobile)
        self.world.expect_message(worker, self._sent(worker))
        self.get(self.link())
        self.send("/sign-in/link/use")
        return self

    def _sent(self, worker: str) -> int:
        self.world.run(5)
        mobile = self.world.site.workers[worker].mobile
        return sum(message.to == mobile for message in self.world.exchange.messages)


def session(world: World, worker: str, method: Method = Method.PASSKEY) -> str:
    """A session as it is after signing in; what its cookie holds."""
    with world.store.write() as connection:
        secret, _session = sessions.begin(
            connection, world.site.workers[worker], method, "Firefox, Linux", world.clock()
        )
    return secret


def signed_in(world: World, worker: str, method: Method = Method.PASSKEY) -> Visitor:
    visitor = Visitor(world)
    visitor.has(session(world, worker, method))
    return visitor
