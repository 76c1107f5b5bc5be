"""Sign-on at a real OpenID Connect provider that runs in the test: in Chromium, and with all of it forged."""

from __future__ import annotations

import hmac
import logging
import re
from dataclasses import replace
from time import monotonic, time

import oidc_provider_mock
import pytest
import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from config.oidc import OpenIdConnect
from gateway.accounts.derived import as_text
from gateway.accounts.oidc import SignOn, SignOnError, _Provider
from gateway.app import build_app
from tests.flows.world import PUBLIC, World
from tests.gateway.pages.served import DESK, served
from tests.gateway.pages.visiting import Visitor

CLIENT, SECRET = "akutlinjen", "a-secret-of-the-client"


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


@pytest.fixture(scope="module")
def provider():
    """Its users: a worker of ours, and somebody who is none."""
    # It runs in this process, and warns of each code it refuses: no trouble of the house.
    logging.getLogger("oidc_provider_mock").setLevel(logging.CRITICAL)
    with oidc_provider_mock.run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        for sub in ("anna", "somebody"):
            claims = {"userinfo": {"sub": sub, "employee": f"{sub}"}}
            requests.put(f"{issuer}/users/{sub}", json=claims, timeout=5).raise_for_status()
        yield issuer


@pytest.fixture
def settings(provider):
    return OpenIdConnect(provider, CLIENT, SECRET)


@pytest.fixture
def visitor(world, settings):
    gateway = replace(world.gateway, settings=replace(world.settings, oidc=settings))
    return Visitor(world, build_app(gateway))


def goes_to_provider(visitor, sub="anna"):
    """Begin, sign on over there; where the provider sends the browser back to, as a path of ours."""
    visitor.get("/sign-in/oidc")
    address = visitor.page.headers["Location"]
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    back = answer.headers["Location"]
    assert back.startswith(f"{PUBLIC}/sign-in/oidc/callback?")
    return back.removeprefix(PUBLIC)


def finishes(visitor, back):
    """As the page in between does by itself."""
    onward = re.search(r'url=([^"]+)"', visitor.get(back).text)[1].replace("&amp;", "&")
    return visitor.get(onward)


def test_signing_on_in_chromium(world, chromium, settings):
    with served(world, oidc=settings) as at:
        context = chromium.new_context(**DESK)
        page = context.new_page()
        page.goto(f"{at.url}/sign-in")
        page.get_by_role("link", name="Log ind med kommunens login").click()
        page.wait_for_url(f"{settings.issuer}/**")
        page.locator("input[name=sub]").fill("anna")
        page.locator("input[name=sub]").press("Enter")
        page.wait_for_url(f"{at.url}/console")
        page.get_by_text("Anna").first.wait_for()
        context.close()


def test_what_is_asked_of_the_provider_holds_pkce_state_and_nonce(visitor):
    visitor.get("/sign-in/oidc")
    address = visitor.page.headers["Location"]
    for part in ("response_type=code", "code_challenge_method=S256", "code_challenge=", "state=", "nonce="):
        assert part in address
    assert visitor.cookie("__Host-step") not in address


def test_a_worker_is_in_and_somebody_else_is_not(visitor):
    assert finishes(visitor, goes_to_provider(visitor)).headers["Location"] == "/"
    assert visitor.get("/console").status_code == 200
    visitor.client.delete_cookie("__Host-session", domain="akut.example")
    assert finishes(visitor, goes_to_provider(visitor, "somebody")).status_code == 403
    assert visitor.get("/console").status_code == 303


def test_an_answer_is_good_once(visitor):
    back = goes_to_provider(visitor)
    step = visitor.cookie("__Host-step")
    assert finishes(visitor, back).status_code == 303
    visitor.client.delete_cookie("__Host-session", domain="akut.example")
    visitor.client.set_cookie("__Host-step", step, domain="akut.example", secure=True)
    assert finishes(visitor, back).status_code == 403
    assert visitor.cookie() is None


def test_an_answer_from_another_browser_signs_nobody_in(world, visitor):
    """The attacker signs on and has the victim's browser come back with it (or the other way round)."""
    back = goes_to_provider(visitor)
    victim = Visitor(world, visitor.client.application)
    assert finishes(victim, back).status_code == 403
    victim.get("/sign-in/oidc")
    assert finishes(victim, back).status_code == 403
    assert victim.cookie() is None


@pytest.mark.parametrize("change", ["code=x", "state=x", "code=", "state=", "error=access_denied"])
def test_a_forged_answer_signs_nobody_in(visitor, change):
    back = goes_to_provider(visitor)
    name = change.partition("=")[0]
    forged = (
        re.sub(rf"{name}=[^&]*", change, back) if f"{name}=" in back else f"{back.partition('?')[0]}?{change}"
    )
    assert finishes(visitor, forged).status_code == 403
    assert visitor.cookie() is None


def test_a_provider_that_is_gone_is_said_so(world, settings):
    gone = replace(settings, issuer="http://localhost:1")
    gateway = replace(world.gateway, settings=replace(world.settings, oidc=gone))
    visitor = Visitor(world, build_app(gateway))
    assert visitor.get("/sign-in").status_code == 200
    assert visitor.get("/sign-in/oidc").status_code == 503


def test_without_a_provider_there_is_no_such_way(world):
    visitor = Visitor(world)
    assert "kommunens login" not in visitor.get("/sign-in").text
    for path in ("/sign-in/oidc", "/sign-in/oidc/callback", "/sign-in/oidc/finish"):
        assert visitor.get(path).status_code == 404


def test_the_code_is_redeemed_by_who_asked_for_it_and_the_claim_must_be_there(settings):
    sign_on, secret = SignOn(settings, PUBLIC), "a-step"

    def code():
        answer = requests.post(
            sign_on.address(secret), data={"sub": "anna"}, allow_redirects=False, timeout=5
        )
        return re.search(r"code=([^&]+)", answer.headers["Location"])[1]

    assert sign_on.worker_id(secret, code()) == "anna"
    with pytest.raises(SignOnError):
        sign_on.worker_id("another-step", code())
    with pytest.raises(SignOnError):
        SignOn(replace(settings, worker_claim="employee-number"), PUBLIC).worker_id(secret, code())


KEY = RSAKey.generate_key(2048, {"kid": "1"})
GOOD = {"iss": "https://id.example", "aud": CLIENT, "sub": "anna", "nonce": "n"}


@pytest.fixture
def believing():
    """A sign-on whose provider has ``KEY``; gives the claims of a token that it believes."""
    sign_on = SignOn(OpenIdConnect("https://id.example", CLIENT, SECRET), PUBLIC)
    sign_on._known = _Provider(monotonic(), "", "", KeySet([KEY]))
    sign_on._ask = lambda: sign_on._known
    return lambda token: sign_on._claims(sign_on._known, token, "n")


def signed(claims, key=KEY, alg="RS256"):
    """A token of these claims; unless they say otherwise, it is good for five minutes from now."""
    claims = {"exp": time() + 300} | claims
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "1"}, claims, key, algorithms=[alg])


def test_a_good_token_is_believed(believing):
    assert believing(signed(GOOD))["sub"] == "anna"
    assert believing(signed(GOOD | {"aud": [CLIENT, "other"], "azp": CLIENT}))["sub"] == "anna"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"}, {"aud": "other"}, {"aud": ["other"]}, {"nonce": "m"},
        {"nonce": None},
        {"exp": -300}, {"exp": None}, {"sub": None}, {"azp": "other"}, {"nbf": 300},
    ],
    ids=lambda change: "-".join(change) + str(change.get("aud", "")),
)  # fmt: skip
def test_a_token_for_another_or_from_another_time_is_not(believing, change):
    now = time()
    claims = GOOD | change | {name: now + value for name, value in change.items() if isinstance(value, int)}
    with pytest.raises((JoseError, SignOnError)):
        believing(signed(claims))


def test_a_token_that_the_provider_did_not_sign_is_not(believing):
    body = signed(GOOD).split(".")[1]
    hs256 = as_text(b'{"alg":"HS256","kid":"1"}') + "." + body
    mac = as_text(hmac.digest(KEY.as_pem(private=False), hs256.encode(), "sha256"))
    forged = [
        signed(GOOD, RSAKey.generate_key(2048, {"kid": "1"})),
        f"{hs256}.{mac}",
        as_text(b'{"alg":"none"}') + "." + body + ".",
        signed(GOOD)[:-4] + "AAAA",
        "",
        "x.y.z",
    ]
    for token in forged:
        with pytest.raises((JoseError, ValueError)):
            believing(token)
