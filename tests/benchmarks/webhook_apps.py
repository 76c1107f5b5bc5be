"""The two applications that are compared, as a web server's factories; the environment says the rest.

`bare`: as little as a signed, durable webhook can be. `whole`: the gateway's own, but for the background.
"""

from __future__ import annotations

import os
import sys

import sqlalchemy as sa
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from config.addresses import parse_bind
from config.settings import Settings
from gateway.app import build, build_app
from gateway.processes.garbage import settle
from gateway.processes.web_server import web_server
from gateway.store.engine import Store

calls = sa.Table(
    "calls",
    sa.MetaData(),
    sa.Column("call_sid", sa.String(34), primary_key=True),
    sa.Column("caller", sa.String(16)),
    sa.Column("called", sa.String(16)),
)


def bare() -> Flask:
    """Checks the signature and inserts one row, over connections set up just as the gateway's."""
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    url = os.environ["PUBLIC_URL"] + "/voice/incoming"
    store = Store(os.environ["DATABASE_URL"])
    with store.write() as connection:
        calls.create(connection, checkfirst=True)
    insert = sa.insert(calls)
    app = Flask("bare")
    app.add_url_rule("/health/live", view_func=lambda: "live")

    @app.post("/voice/incoming")
    def incoming() -> Response:
        form = request.form
        if not validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        with store.write() as connection:
            row = {"call_sid": form["CallSid"], "caller": form["From"], "called": form["To"]}
            connection.execute(insert, row)
        return Response("<Response/>", content_type="text/xml")

    return app


def whole() -> Flask:
    """The gateway as it is, with its live roster. Nobody does what stands in the outbox."""
    gateway, _dispatcher = build(Settings.from_environment(os.environ))
    app = build_app(gateway)
    settle()
    return app


if __name__ == "__main__":
    web_server(f"tests.benchmarks.webhook_apps:{sys.argv[1]}", parse_bind(os.environ["WEB_BIND"]), 1).serve()
