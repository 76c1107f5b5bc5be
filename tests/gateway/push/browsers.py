"""A push service, and browsers that subscribe at it: what reaches them is opened as RFC 8291 says.

Written from the RFC, with none of the code that seals.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def content(given: str) -> bytes:
    return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))


def point(key) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass
class Told:
    """One message as it came: what the browser reads, and what the push service saw."""

    body: dict
    headers: dict
    claims: dict


@dataclass
class Browser:
    service: PushService
    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    told: list = field(default_factory=list)
    answers: int = 201
    hangs: threading.Event | None = None

    @property
    def subscription(self) -> dict:
        keys = {"p256dh": text(point(self.key.public_key())), "auth": text(self.secret)}
        return {"endpoint": f"{self.service.url}/to/{self.name}", "expirationTime": None, "keys": keys}

    @property
    def words(self) -> list[str]:
        return [each.body["body"] for each in self.told]

    def open(self, sealed: bytes) -> bytes:
        """RFC 8188 and 8291: a salt, a record size, the sender's key, one record."""
        salt, size, length = sealed[:16], int.from_bytes(sealed[16:20], "big"), sealed[20]
        senders, record = sealed[21 : 21 + length], sealed[21 + length :]
        assert len(record) <= size
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), senders)
        )
        info = b"WebPush: info\0" + point(self.key.public_key()) + senders
        secret = hkdf(self.secret, shared, info, 32)
        key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None)
        body, mark, padding = padded.rpartition(b"\x02")
        assert mark == b"\x02"
        assert not padding.strip(b"\0")
        return body


class PushService:
    def __init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        self.waiting = 0
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                browser = service.browsers[self.path.removeprefix("/to/")]
                sealed = self.rfile.read(int(self.headers["Content-Length"]))
                if browser.hangs is not None:
                    service.waiting += 1
                    browser.hangs.wait(20)
                if browser.answers == 201:
                    scheme, _, given = self.headers["Authorization"].partition(" ")
                    assert scheme == "vapid"
                    parts = dict(part.strip().split("=", 1) for part in given.split(","))
                    browser.told.append(
                        Told(
                            json.loads(browser.open(sealed)),
                            {name.lower(): value for name, value in self.headers.items()},
                            service.claims(**parts),
                        )
                    )
                self.send_response(browser.answers)
                if browser.answers == 307:
                    self.send_header("Location", f"{service.url}/to/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args) -> None:
                """Nothing: what came is in ``told``."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.public_key = ""

    def claims(self, t: str, k: str) -> dict:
        """What the sender says of itself, signed with the key that the browsers were given."""
        assert k == self.public_key
        raw = content(k)
        key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": text(raw[1:33]), "y": text(raw[33:])})
        return jwt.decode(t, key, algorithms=["ES256"]).claims

    def browser(self, name: str) -> Browser:
        found = self.browsers[name] = Browser(self, name)
        return found


@contextmanager
def push_service():
    service = PushService()
    thread = threading.Thread(target=service.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        thread.join()
        service.server.server_close()
