"""The page as it is served: headers, addresses, compression, and what an address may say."""

from __future__ import annotations

import re

import pytest
import requests

from chat.widget import headers


@pytest.fixture
def url(place):
    return place.processes[-1].url


def get(address, **more):
    return requests.get(address, timeout=10, **more)


def test_the_page_is_our_own_and_kept_nowhere(url):
    answer = get(f"{url}/?line=foenix")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[each] for each in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*(src=|application/json))|<style| style=| on\w+=", answer.text)
    assert not re.search(r'(src|href)="(https?:)?//(?!www\.dmi\.dk/")', answer.text)


def test_who_may_frame_it():
    def said(*origins):
        policy = dict(headers.page(origins, over_https=True))[b"content-security-policy"].decode()
        return policy.split("frame-ancestors ")[1].split(";")[0]

    assert said() == "*"
    assert said("https://www.esbjerg.dk") == "'self' https://www.esbjerg.dk"
    assert b"strict-transport-security" in dict(headers.page((), over_https=True))
    assert b"strict-transport-security" not in dict(headers.page((), over_https=False))


def test_assets_have_their_hash_in_their_address_and_are_kept(url):
    page = get(f"{url}/").text
    assets = re.findall(r'(?:src|href)="(assets/[^"]+)"', page)
    assert len(assets) == 3
    for asset in assets:
        answer = get(f"{url}/{asset}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        stale = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", asset)
        assert get(f"{url}/{stale}").status_code == 404


def test_other_sites_may_load_the_one_script(url):
    answer = get(f"{url}/widget.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_it_is_compressed_where_that_is_understood(url):
    for path in ("/", "/widget.js"):
        packed = get(f"{url}{path}", headers={"Accept-Encoding": "br, gzip;q=0.5"})
        plain = get(f"{url}{path}", headers={"Accept-Encoding": "gzip;q=0, identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.text == plain.text
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
        assert packed.headers["vary"] == "Accept-Encoding"


def test_nothing_else_is_there(url):
    for path in (
        "/assets/",
        "/assets/page.js",
        "/../chat/server.py",
        "/static/page.css",
        "/index.html",
        "//",
    ):
        assert get(f"{url}{path}").status_code == 404
    assert requests.post(url, timeout=10).status_code == 405
    head = requests.head(f"{url}/", timeout=10)
    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("line=foenix", "Akuttilbuddet Fønix"),
        ("postcode=6700", "Akuttilbuddet Fønix"),
        ("municipality=0430", "Akuttilbuddet Toften"),
        ("line=nowhere&postcode=5600", "Akuttilbuddet Toften"),
        ("line=", None),
        ("line=%22%3E%3Cscript%3E", None),
        ("postcode=0000", None),
        ("line=" + "x" * 5000, None),
        ("%ff%fe=%00&&&=", None),
    ],
)
def test_an_address_leads_to_a_line_or_the_page_asks(url, query, leads_to):
    answer = get(f"{url}/?{query}")
    assert answer.status_code == 200
    line = re.search(r'<p class="line">(.+?)</p>', answer.text)
    assert (line and line[1]) == leads_to
    assert ("Dit postnummer eller din kommune" in answer.text) is (leads_to is None)
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("language", "says"), [("da", "Start samtalen"), ("en", "Start the chat"), ("xx", "Start samtalen")]
)
def test_it_speaks_danish_and_english(url, language, says):
    assert says in get(f"{url}/?language={language}", headers={"Accept-Language": "de"}).text
