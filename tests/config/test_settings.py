from __future__ import annotations

import base64
import dataclasses
from pathlib import Path

import pytest

from config.addresses import Bind
from config.settings import Settings, SettingsError

SECRET = base64.b64encode(b"s" * 32).decode()
DATA = base64.b64encode(b"d" * 32).decode()
SERVICE = {
    "SECRET_KEY": SECRET,
    "DATA_KEY": DATA,
    "PUBLIC_URL": "https://akut.example/",
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_AUTH_TOKEN": "hemmelig-token",
}


def problems(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(env)
    return caught.value.problems


def test_the_defaults_are_the_contracts() -> None:
    settings = Settings.from_environment({})
    assert settings.site_path is None
    assert settings.database_url == "sqlite:///var/akutlinjen.db"
    assert settings.redis_url is None
    assert (settings.web_bind, settings.chat_bind) == (Bind("127.0.0.1", 8000), Bind("127.0.0.1", 8001))
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.chat_url == "http://127.0.0.1:8001"
    assert settings.twilio_api_base_url == "https://api.twilio.com"
    assert settings.var_dir == Path("var")


def test_everything_can_be_given(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("")
    settings = Settings.from_environment(
        SERVICE
        | {
            "AKUTLINJEN_SITE": str(site),
            "AKUTLINJEN_VAR": str(tmp_path),
            "REDIS_URL": "redis://127.0.0.1:6379/1",
            "CHAT_URL": "https://chat.akut.example",
            "WEB_BIND": "[::1]:9000",
            "CHAT_BIND": "0.0.0.0:9001",
            "TWILIO_API_BASE_URL": "http://127.0.0.1:7000/",
            "FALLBACK_URL": "https://other.example",
            "METRICS_TOKEN": "0123456789abcdef",
        }
    )
    assert settings.site_path == site
    assert settings.database_url == f"sqlite:///{tmp_path}/akutlinjen.db"
    assert settings.keys().secret_key == b"s" * 32
    assert settings.keys().data_key == b"d" * 32
    assert settings.public_url == "https://akut.example"
    assert settings.twilio_api_base_url == "http://127.0.0.1:7000"
    assert settings.web_bind == Bind("::1", 9000)
    settings.require_for_service()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////srv/akut.db", "sqlite:////srv/akut.db"),
        ("postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"),
        ("postgres://u:p@h/db", "postgresql+psycopg://u:p@h/db"),
        ("postgresql+psycopg://u:p@h/db?sslmode=require", "postgresql+psycopg://u:p@h/db?sslmode=require"),
    ],
)
def test_a_database_is_spoken_to_by_the_driver_that_is_there(given: str, used: str) -> None:
    assert Settings.from_environment({"DATABASE_URL": given}).database_url == used


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AKUTLINJEN_SITE", "/nowhere/site.toml", "which is no file"),
        ("DATABASE_URL", "mysql://u:hemmelig@h/db", "write sqlite:///PATH or postgresql://"),
        ("DATABASE_URL", "sqlite://", "write sqlite:///PATH"),
        ("REDIS_URL", "http://hemmelig@h", "write redis://HOST:PORT/0"),
        ("REDIS_URL", "redis://h:99999", "write redis://HOST:PORT/0"),
        ("SECRET_KEY", "hemmelig", "openssl rand"),
        ("DATA_KEY", base64.b64encode(b"hemmelig" * 3).decode(), "holds 24 bytes"),
        ("PUBLIC_URL", "akut.example", "is no web address"),
        ("CHAT_URL", "https://x/?a=hemmelig", "leave out what begins with ?"),
        ("WEB_BIND", "8000", "write HOST:PORT"),
        ("CHAT_BIND", "127.0.0.1:70000", "write HOST:PORT"),
        ("CHAT_BIND", "127.0.0.1:8000", "two servers need two ports"),
        ("TWILIO_ACCOUNT_SID", "SK0123hemmelig", "begins with AC"),
        ("TWILIO_AUTH_TOKEN", "hemmelig token", "copy it once more"),
        ("TWILIO_API_BASE_URL", "ftp://x", "is no web address"),
        ("FALLBACK_URL", "https://me:hemmelig@x", "leave them out"),
        ("METRICS_TOKEN", "hemmelig1234567", "16 characters or more"),
    ],
)
def test_each_bad_value_is_refused_and_no_secret_repeated(name: str, value: str, says: str) -> None:
    (problem,) = problems({name: value})
    assert name in problem
    assert says in problem
    assert "hemmelig" not in problem


def test_all_bad_values_are_told_at_once() -> None:
    found = problems(
        {"SECRET_KEY": "x", "PUBLIC_URL": "x", "WEB_BIND": "x", "DATABASE_URL": "x", "REDIS_URL": "x"}
    )
    assert [problem.split()[0] for problem in found] == [
        "WEB_BIND",
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "PUBLIC_URL",
    ]


def test_an_empty_value_is_none() -> None:
    assert Settings.from_environment({"REDIS_URL": " ", "SECRET_KEY": ""}) == Settings.from_environment({})


def test_service_needs_keys_and_account_and_says_so_at_once() -> None:
    Settings.from_environment(SERVICE).require_for_service()
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({}).require_for_service()
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "SECRET_KEY",
        "DATA_KEY",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
    ]
    assert caught.value.problems[0] == "SECRET_KEY is not set; make one with: openssl rand -base64 32"
    for name in ("SECRET_KEY", "TWILIO_AUTH_TOKEN"):
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment({**SERVICE, name: ""}).require_for_service()


def test_service_over_plain_http_is_refused() -> None:
    Settings.from_environment(SERVICE | {"PUBLIC_URL": "http://127.0.0.1:1"}).require_for_service()
    for name in ("PUBLIC_URL", "FALLBACK_URL", "TWILIO_API_BASE_URL"):
        with pytest.raises(SettingsError, match=f"{name} is http"):
            Settings.from_environment({**SERVICE, name: "http://akut.example"}).require_for_service()


def test_no_secret_is_in_repr() -> None:
    env = SERVICE | {
        "DATABASE_URL": "postgresql://u:hemmelig@h/db",
        "REDIS_URL": "redis://:hemmelig@h:1",
        "METRICS_TOKEN": "hemmelig-hemmelig",
    }
    shown = repr(Settings.from_environment(env))
    assert "hemmelig" not in shown
    assert "ssss" not in shown
    assert "dddd" not in shown
    assert "akut.example" in shown


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings.from_environment({}).public_url = "x"  # type: ignore[misc]


def test_local_keys_fill_in_for_what_is_not_given(tmp_path: Path) -> None:
    env = {"AKUTLINJEN_VAR": str(tmp_path)}
    local = Settings.from_environment(env).keys()
    assert Settings.from_environment(env).keys() == local
    half = Settings.from_environment(env | {"DATA_KEY": DATA}).keys()
    assert half.data_key == b"d" * 32
    assert half.secret_key == local.secret_key


def test_given_keys_leave_no_file(tmp_path: Path) -> None:
    Settings.from_environment(
        {"AKUTLINJEN_VAR": str(tmp_path), "SECRET_KEY": SECRET, "DATA_KEY": DATA}
    ).keys()
    assert list(tmp_path.iterdir()) == []


def test_spoiled_local_keys_are_a_settings_problem(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    with pytest.raises(SettingsError, match="does not hold two keys"):
        Settings.from_environment({"AKUTLINJEN_VAR": str(tmp_path)}).keys()


OIDC = {
    "OIDC_ISSUER": "https://id.kommune.example/",
    "OIDC_CLIENT_ID": "akutlinjen",
    "OIDC_CLIENT_SECRET": "hemmelig-klient",
}


def test_a_sign_on_needs_all_of_its_settings() -> None:
    assert Settings.from_environment({}).oidc is None
    oidc = Settings.from_environment(OIDC).oidc
    assert oidc is not None
    assert (oidc.issuer, oidc.worker_claim) == ("https://id.kommune.example", "sub")
    assert "hemmelig" not in repr(Settings.from_environment(OIDC))
    claimed = Settings.from_environment(OIDC | {"OIDC_WORKER_CLAIM": "employee"}).oidc
    assert claimed is not None
    assert claimed.worker_claim == "employee"
    for name in OIDC:
        (problem,) = problems({key: value for key, value in OIDC.items() if key != name})
        assert problem.startswith(f"{name} is not set")
    assert "OIDC_ISSUER is http" in problems(OIDC | {"OIDC_ISSUER": "http://id.kommune.example"})[0]


def test_trusted_proxies_are_addresses_and_networks() -> None:
    assert Settings.from_environment({}).trusted_proxies == ()
    found = Settings.from_environment({"TRUSTED_PROXIES": "10.0.0.5, 192.0.2.0/24,2001:db8::/32"})
    assert [str(each) for each in found.trusted_proxies] == ["10.0.0.5/32", "192.0.2.0/24", "2001:db8::/32"]
    for text in ("proxy.example", "10.0.0.5/8", "10.0.0.256", "10.0.0.5;10.0.0.6"):
        assert "write it as in 10.0.0.5" in problems({"TRUSTED_PROXIES": text})[0]
