"""Everything that is left of a story, byte by byte, and whether any of its secrets can be read in it."""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis
import sqlalchemy as sa

from gateway.store.engine import Store
from tests.services import postgres_binaries

# Whatever people, keyboards and speech put between two digits: "30 12 34 56", "30, 12, 34, 56", "3-0-1...".
BETWEEN_DIGITS = rb"[ ,.\-()/]{0,3}"
KEYS_FILE = "keys.json"


@dataclass
class Secrets:
    """What must not be readable anywhere, by what it is."""

    numbers: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def number(self, e164: str) -> str:
        self.numbers.add(e164)
        return e164

    def text(self, what: str, text: str) -> str:
        assert len(text) >= 8, f"{what} is so short that chance would find it"
        self.texts[f"{what} {len(self.texts)}"] = text
        return text

    def readable_in(self, left: dict[str, bytes]) -> list[str]:
        """Each place where a secret can be read, in whatever form; without the secret itself."""
        found = []
        for place, content in left.items():
            lower = content.lower()
            for number in sorted(self.numbers):
                if any(pattern.search(content) for pattern in _forms_of_number(number)):
                    found.append(f"a number is readable in {place}: {number[-4:]}")
            for what, text in self.texts.items():
                if any(form.lower() in lower for form in _forms_of_text(text)):
                    found.append(f"{what} is readable in {place}")
        return found


def _forms_of_number(e164: str) -> Iterator[re.Pattern[bytes]]:
    national = e164.removeprefix("+45")
    yield re.compile(BETWEEN_DIGITS.join(digit.encode() for digit in national))
    for written in (e164, national):
        yield re.compile(re.escape(written.encode("utf-16-le")))
        yield re.compile(written.encode().hex().encode(), re.IGNORECASE)
        for form in _in_base64(written.encode()):
            yield re.compile(re.escape(form))


def _forms_of_text(text: str) -> Iterator[bytes]:
    as_json = json.dumps(text)[1:-1]
    for written in {
        text, as_json, as_json.replace("\\", "\\\\"), html.escape(text),
        urllib.parse.quote(text), urllib.parse.quote_plus(text),
    }:  # fmt: skip
        yield written.encode()
    yield text.encode("utf-16-le")
    yield text.encode("latin-1", "replace")
    yield text.encode().hex().encode()
    yield from _in_base64(text.encode())


def _in_base64(content: bytes) -> Iterator[bytes]:
    """What the content looks like inside of something longer that was encoded whole."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + content)
        first = 0 if shift == 0 else 4
        inside = encoded[first : len(encoded) - 4]
        if len(inside) >= 8:
            yield inside
            yield inside.replace(b"+", b"-").replace(b"/", b"_")


def in_database(store: Store) -> dict[str, bytes]:
    """Every row of every table; SQLite's files, its log of pages too; PostgreSQL's own dump and its log."""
    left = {}
    with store.read() as connection:
        for table in sa.inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
            left[f"table {table}"] = "\n".join(map(_written, rows)).encode()
    assert len(left) > 10
    url = store.engine.url
    if store.is_sqlite:
        path = Path(url.database or "")
        return left | {each.name: each.read_bytes() for each in path.parent.glob(path.name + "*")}
    directory = Path(str(url.query["host"]))
    dump = [postgres_binaries() / "pg_dump", "-h", directory, "-U", "postgres", url.database or ""]
    left["pg_dump"] = subprocess.run(dump, check=True, capture_output=True).stdout
    left["PostgreSQL's log"] = (directory / "log").read_bytes()
    assert b"CREATE TABLE" in left["pg_dump"]
    return left


def _written(row: Iterable[object]) -> str:
    """As a person would see the row; bytes as they are."""
    return " | ".join(value.decode("latin-1") if isinstance(value, bytes) else f"{value}" for value in row)


def in_redis(url: str) -> dict[str, bytes]:
    left = {}
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            left[f"Redis {key[:40]!r}"] = key + b" " + client.dump(key) + _plain(client, key)
    return left


def _plain(client: redis.Redis, key: bytes) -> bytes:
    """The value as Redis was given it: its own dump may have packed it."""
    read = {
        b"string": lambda: client.get(key),
        b"hash": lambda: client.hgetall(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1, withscores=True),
        b"stream": lambda: client.xrange(key),
    }
    value = read[client.type(key)]()
    return value if isinstance(value, bytes) else repr(value).encode()


def in_files(directory: Path) -> dict[str, bytes]:
    """Every file but the keys themselves."""
    return {
        f"file {path.relative_to(directory)}": path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name != KEYS_FILE
    }
