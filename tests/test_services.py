"""What the other tests stand on: the fixtures' services are real, empty, and shut off from other machines."""

from __future__ import annotations

import http.server
import socket
import threading

import pytest
import redis
import requests
import sqlalchemy as sa


@pytest.fixture
def postgres_url(bare_postgres_url):
    return bare_postgres_url


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_is_empty_each_time(database_url, turn):
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
    engine.dispose()


def test_a_copy_of_a_database_has_what_it_had(postgres):
    template = postgres.create_database()
    engine = sa.create_engine(postgres.url(template))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE kept (id INTEGER)"))
    engine.dispose()
    copy = postgres.create_database(template)
    engine = sa.create_engine(postgres.url(copy))
    assert sa.inspect(engine).get_table_names() == ["kept"]
    postgres.drop_database(copy)  # though somebody is connected
    postgres.drop_database(template)
    engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_valkey_is_empty_each_time(valkey_url, turn):
    with redis.Redis.from_url(valkey_url) as client:
        assert client.keys("*") == []
        client.set("left", "behind")


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Vagttelefon</title><p>Ingen venter.</p>")

    def log_message(self, *_):
        pass


def test_chromium_shows_a_page(chromium):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    assert page.title() == "Vagttelefon"
    assert page.inner_text("p") == "Ingen venter."
    page.close()
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore:A test tried")
def test_no_test_reaches_another_machine():
    for address in ("192.0.2.1", "198.51.100.7"):  # RFC 5737: nobody's
        with socket.socket() as client, pytest.raises(RuntimeError, match="A test tried to use"):
            client.connect((address, 443))
    with pytest.raises(RuntimeError, match="A test tried to use"):
        requests.get("http://192.0.2.1/", timeout=1)
