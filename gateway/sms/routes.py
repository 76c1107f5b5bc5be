"""The carrier's webhooks about SMS: verified, parsed, answered."""

from __future__ import annotations

from html import escape

from flask import Blueprint, Response, current_app

from config import logs
from config.site import Channel
from gateway.accounts.protection import protected_by
from gateway.carrier_webhook import SIGNED, posted, twiml
from gateway.limits import Limit, Limits
from gateway.live import Live
from gateway.sms.receiving import Received, receive
from gateway.sms.sending import fared
from gateway.sms.webhook import TextWebhook, parse
from gateway.sms.words import SmsWords
from gateway.store.engine import StoreUnavailableError
from gateway.wiring import Gateway
from routing.destination import called

# One phone, however fast its owner types; then what comes is not kept.
TEXTS = Limit("sms_texts", most=120, seconds=600)
# What the gateway answers by itself: two machines must not talk to each other for ever.
ANSWERED = Limit("sms_answered", most=40, seconds=3600)
LIMITS, LIVE = "sms_limits", "live"

blueprint = Blueprint("sms", __name__, url_prefix="/sms")
log = logs.get("sms")


@blueprint.post("/incoming")
@protected_by(SIGNED)
def incoming_text() -> Response:
    """503 where it could not be kept: the carrier then asks the fall-back address."""
    try:
        return _messages(_received(parse(posted())))
    except StoreUnavailableError:
        log.event("store_unavailable", where="sms")
    except Exception as error:  # noqa: BLE001 - the carrier asks again elsewhere; it is logged
        log.error("sms_failed", error)
    return Response(status=503)


@blueprint.post("/fallback")
@protected_by(SIGNED)
def fallback_text() -> Response:
    """The same once more. Where it can't be kept now either, its writer is told so, and what to do."""
    hook = parse(posted())
    try:
        return _messages(_received(hook))
    except StoreUnavailableError:
        log.event("store_unavailable", where="sms")
    except Exception as error:  # noqa: BLE001 - see incoming_text
        log.error("sms_failed", error)
    return _messages(Received((_lost(hook),)))


@blueprint.post("/status/<delivery>/<int:tries>")
@protected_by(SIGNED)
def text_status(delivery: str, tries: int) -> Response:
    form = posted()
    told = form.get("MessageStatus") or form.get("SmsStatus") or ""
    code = form.get("ErrorCode", "")[:6]
    try:
        with _gateway().store.write() as connection:
            changed = fared(
                connection, delivery, tries, told, int(code) if code.isdecimal() else None, _gateway().now()
            )
    except StoreUnavailableError:
        log.event("store_unavailable", where="sms")
        return Response(status=503)
    if changed is not None:
        _gateway().wake()
        _live().changed(changed)
    return Response(status=204)


def _received(hook: TextWebhook) -> Received:
    limits = _limits()
    if hook.sender is not None and not limits.count(TEXTS, hook.sender):
        log.event("sms_limited")
        return Received()
    speaks = hook.sender is None or limits.count(ANSWERED, hook.sender)
    received = receive(_gateway(), hook, speaks=speaks)
    if received.conversation is not None:
        _live().changed(received.conversation)
    return received


def _lost(hook: TextWebhook) -> str:
    """From memory alone: the number to call is the one that was texted, or its line's."""
    gateway = _gateway()
    site, _roster = gateway.book.current()
    line = site.lines.get(called(site, hook.called, channel=Channel.SMS).line or "")
    phone = line.phone if line is not None else site.shared_numbers[0].phone if site.shared_numbers else ""
    return SmsWords(gateway, gateway.now()).lost(line, phone or next(iter(site.lines.values())).phone)


def _messages(received: Received) -> Response:
    inside = "".join(f"<Message>{escape(text)}</Message>" for text in received.replies)
    return twiml(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>')


def _gateway() -> Gateway:
    gateway: Gateway = current_app.extensions["gateway"]
    return gateway


def _limits() -> Limits:
    limits: Limits = current_app.extensions.setdefault(LIMITS, Limits(_gateway().settings.redis_url))
    return limits


def _live() -> Live:
    live: Live = current_app.extensions.setdefault(LIVE, Live(_gateway().settings.redis_url))
    return live
