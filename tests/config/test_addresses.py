from __future__ import annotations

import pytest

from config.addresses import Bind, base_url, is_plain_and_public, parse_bind


@pytest.mark.parametrize(
    ("text", "bind"),
    [
        ("127.0.0.1:8000", Bind("127.0.0.1", 8000)),
        ("localhost:0", Bind("localhost", 0)),
        ("0.0.0.0:65535", Bind("0.0.0.0", 65535)),
        ("[::1]:8000", Bind("::1", 8000)),
    ],
)
def test_a_bind_is_read_and_written(text: str, bind: Bind) -> None:
    assert parse_bind(text) == bind
    assert str(bind) == text


@pytest.mark.parametrize(
    "text", ["8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:8000", "a b:1", "h:-1"]
)
def test_what_is_no_bind_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write HOST:PORT"):
        parse_bind(text)


def test_a_base_address_loses_its_last_slash() -> None:
    assert base_url("https://akut.example/") == "https://akut.example"
    assert base_url("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert base_url("https://akut.example/gateway/") == "https://akut.example/gateway"


@pytest.mark.parametrize(
    "text",
    [
        "akut.example",
        "ftp://akut.example",
        "https://",
        "https://akut.example:99999",
        "https://user:hemmelig@akut.example",
        "https://akut.example/?hemmelig",
        "https://akut.example/#hemmelig",
        "https://akut .example",
    ],
)
def test_what_is_no_base_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the message is checked below)
        base_url(text)
    assert "hemmelig" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://akut.example", True),
        ("http://8.8.8.8", True),
        ("https://akut.example", False),
        ("http://127.0.0.1:8000", False),
        ("http://10.1.2.3", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("http://carrier:9000", False),
    ],
)
def test_http_is_plain_outside_this_machine_and_its_net(url: str, public: bool) -> None:
    assert is_plain_and_public(url) is public
