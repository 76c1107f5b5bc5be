"""What a caller or a worker hears when something of ours failed: never silence, never a dead end."""

from __future__ import annotations

from config import logs
from config.texts import Texts
from gateway.store.engine import StoreUnavailableError
from gateway.voice import provisional, twiml
from gateway.voice.addresses import Addresses
from gateway.voice.twiml import Spoken
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

log = logs.get("voice")


def citizen(
    error: Exception, gateway: Gateway, hook: CallWebhook, contact: str | None, *, left: bool = False
) -> str:
    """The way that needs no SQL, and as little of our own code as can be.

    ``left``: out of a room, and nobody can say why. A conversation that is over is told so; whoever stays on
    the line all the same is put through.
    """
    tell(error)
    try:
        words = [_goodbye(gateway)] if left else None
        return provisional.begin(gateway, hook, contact, words)
    except Exception as again:  # noqa: BLE001 - the last words must be said whatever happens
        log.error("voice_failed", again)
        return _last_resort(gateway)


def worker(error: Exception, url: str) -> str:
    """What was asked is asked again in a moment."""
    tell(error)
    return provisional.worker_waits(url)


def tell(error: Exception) -> None:
    if isinstance(error, StoreUnavailableError):
        log.event("store_unavailable", where="voice")
    else:
        log.error("voice_failed", error)


def _goodbye(gateway: Gateway) -> Spoken:
    return Words(gateway).default("worker_left")


def _last_resort(gateway: Gateway) -> str:
    """Not even a site is known: the number for danger to life is said, and it is tried again."""
    texts = Texts.load({})
    voice = texts.voice("da")
    words = [Spoken(texts.say("technical_wait", "da"), voice.language, voice.voice)]
    return twiml.say_and_go(words, Addresses(gateway.settings.public_url).incoming())
