"""The web process: parts put together, routes hung up, background work started. Wiring only."""

from __future__ import annotations

import os
from dataclasses import replace

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from config.settings import Settings
from gateway.accounts.door import EXTENSION as DOOR
from gateway.accounts.door import Door
from gateway.accounts.link_errand import SEND_LINK, link_errand
from gateway.accounts.protection import guard
from gateway.api import routes as api
from gateway.audit.log import AuditLog
from gateway.background import Background
from gateway.carrier import Carrier
from gateway.carrier.twilio import TwilioCarrier
from gateway.contacts.alarms import ALARM
from gateway.conversations.deliveries import SEND
from gateway.conversations.ending import CLOSING_WORDS
from gateway.conversations.waking import WAKE, wake_errand
from gateway.health import routes as health
from gateway.outbox.alarm import alarm_errand
from gateway.outbox.dispatcher import Dispatcher
from gateway.pages import routes as pages
from gateway.privacy.callers import CallerHashes
from gateway.processes.garbage import settle
from gateway.push.errand import push_errand
from gateway.push.telling import PUSH
from gateway.registration.reminders import REGISTRATION_SMS, reminder_errand
from gateway.rosters import feed_routes as calendar
from gateway.rosters.at_start import open_book
from gateway.rosters.message_errand import message_errand
from gateway.rosters.notices import ROSTER_SMS
from gateway.security_headers import secure
from gateway.sms import routes as sms
from gateway.sms.closing import closing_errand
from gateway.sms.sending import sending_errand
from gateway.store.engine import Store
from gateway.store.vault import Vault
from gateway.voice import routes as voice
from gateway.voice.errands import errands
from gateway.wiring import Clock, Gateway, utc_now

# Far above anything the carrier or a person sends; below what could tire the machine.
MOST_BYTES = 2 * 1024 * 1024


def create_app() -> Flask:
    """For the web server: settings from the environment, background work running."""
    settings = Settings.from_environment(os.environ)
    gateway, dispatcher = build(settings)
    app = build_app(gateway)
    app.extensions["background"] = background = Background(gateway, dispatcher)
    background.start()
    settle()
    return app


def build(
    settings: Settings, *, carrier: Carrier | None = None, now: Clock = utc_now
) -> tuple[Gateway, Dispatcher]:
    """The parts; only the roster book runs already. Raises SettingsError, and what ``open_book`` does."""
    store = Store(settings.database_url)
    vault = Vault.of(settings.keys())
    gateway = Gateway(
        settings=settings,
        store=store,
        vault=vault,
        book=open_book(settings, store, vault),
        carrier=carrier or _twilio(settings),
        audit=AuditLog(settings.keys().secret_key),
        callers=CallerHashes(vault),
        now=now,
    )
    dispatcher = dispatcher_for(gateway)
    return replace(gateway, wake=dispatcher.wake), dispatcher


def _twilio(settings: Settings) -> Carrier:
    return TwilioCarrier(
        settings.twilio_account_sid or "", settings.twilio_auth_token or "", settings.twilio_api_base_url
    )


def dispatcher_for(gateway: Gateway) -> Dispatcher:
    kinds = {
        **errands(gateway),
        ALARM: alarm_errand(gateway),
        SEND_LINK: link_errand(gateway),
        ROSTER_SMS: message_errand(gateway),
        SEND: sending_errand(gateway),
        CLOSING_WORDS: closing_errand(gateway),
        REGISTRATION_SMS: reminder_errand(gateway),
        PUSH: push_errand(gateway),
        WAKE: wake_errand(gateway),
    }
    return Dispatcher(gateway.store, kinds, gateway.now)


def build_app(gateway: Gateway) -> Flask:
    app = Flask("gateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.config["MAX_FORM_PARTS"] = 1000
    app.extensions["gateway"] = gateway
    app.extensions[DOOR] = Door.of(gateway)
    secure(app, gateway.settings.public_url, gateway.settings.chat_url)
    app.before_request(_printable_addresses_only)
    guard(app)
    app.register_blueprint(voice.blueprint)
    app.register_blueprint(sms.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(calendar.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_error_handler(HTTPException, _in_one_line)
    return app


def _printable_addresses_only() -> None:
    """An address with a zero byte, a line end or the like is nobody's: no route and no query sees it."""
    if not request.path.isprintable():
        abort(404)


def _in_one_line(error: HTTPException) -> Response:
    """What was wrong, in plain text; nothing of what was sent comes back."""
    if request.path.startswith(f"{api.PREFIX}/"):
        return api.http_problem(error)
    if request.accept_mimetypes.accept_html and "text/html" in request.accept_mimetypes.values():
        return pages.http_error(error)
    return Response(f"{error.code} {error.name}\n", error.code, content_type="text/plain; charset=utf-8")
