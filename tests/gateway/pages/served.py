"""The pages on a real port of this machine, for a real browser."""

from __future__ import annotations

import datetime
import ipaddress
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.serving import WSGIRequestHandler, make_server

from config.oidc import OpenIdConnect
from gateway.app import build_app, dispatcher_for
from tests.flows.world import World
from tests.gateway.pages.visiting import session

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"


class Quiet(WSGIRequestHandler):
    def log(self, *args: object) -> None:
        """Nothing: what was asked is in the test."""


@dataclass(frozen=True)
class Served:
    """``chat_url``: where no chat process answers, whatever else runs on this machine."""

    world: World
    url: str
    chat_url: str

    def link_for(self, worker: str) -> str:
        """The link in the SMS that the worker's phone gets now."""
        self.world.clock.set(self.world.clock() + datetime.timedelta(seconds=3))
        self.dispatcher.run_due()
        mobile = self.world.site.workers[worker].mobile
        messages = [message for message in self.world.exchange.messages if message.to == mobile]
        self.world.expect_message(worker, len(messages))
        return re.findall(r"https?://\S+", messages[-1].body)[0]

    def session(self, worker: str) -> str:
        return session(self.world, worker)

    @property
    def dispatcher(self):
        return dispatcher_for(self.gateway)

    @property
    def gateway(self):
        settings = replace(self.world.settings, public_url=self.url, chat_url=self.chat_url)
        return replace(self.world.gateway, settings=settings)


@contextmanager
def served(
    world: World, host: str = "localhost", *, tls: Path | None = None, oidc: OpenIdConnect | None = None
) -> Iterator[Served]:
    """``tls``: a folder for a certificate of our own; without it, plain http."""
    server = make_server(
        "127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet, ssl_context=_own(tls)
    )
    scheme = "https" if tls else "http"
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))  # and never listens
    at = Served(
        world,
        f"{scheme}://{host}:{server.server_port}",
        chat_url=f"http://127.0.0.1:{nobody.getsockname()[1]}",
    )
    gateway = at.gateway
    server.app = build_app(replace(gateway, settings=replace(gateway.settings, oidc=oidc)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield at
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        nobody.close()


def _own(folder: Path | None) -> tuple[str, str] | None:
    if folder is None:
        return None
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(folder / "certificate"), str(folder / "key")
