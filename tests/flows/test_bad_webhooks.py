"""What is not signed is refused without a trace; what is signed gets its caller to a human."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote_from_bytes, urlencode

import pytest
import sqlalchemy as sa

from config import logs
from gateway.carrier.virtual.webhooks import signature_headers
from gateway.store.tables import metadata
from gateway.voice.routes import blueprint
from tests.flows.world import ACCOUNT, CITIZEN, FOENIX, PUBLIC, TOKEN, World

SID = "CA" + "7" * 32
FORM = {"CallSid": SID, "From": CITIZEN, "To": FOENIX, "CallStatus": "ringing", "Direction": "inbound"}

PATHS = [
    "/voice/incoming",
    "/voice/fallback",
    "/voice/status",
    "/voice/contacts/x/postcode",
    "/voice/contacts/x/hold",
    "/voice/contacts/x/key",
    "/voice/contacts/x/number",
    "/voice/contacts/x/earlier",
    "/voice/contacts/x/earlier/y",
    "/voice/contacts/x/left/1",
    "/voice/contacts/x/dialled/y",
    "/voice/legs/x/whisper",
    "/voice/legs/x/key",
    "/voice/legs/x/status",
    "/voice/legs/x/left/1",
    "/voice/legs/x/star/1",
    "/voice/legs/x/back",
    "/voice/legs/x/menu",
    "/voice/legs/x/choice",
    "/voice/legs/x/called-back",
    "/voice/legs/x/dial-whisper",
    "/voice/legs/x/dial-key",
    "/voice/woken/x",
    "/voice/woken",
    "/voice/provisional/x",
    "/voice/provisional/x/whisper",
    "/voice/provisional/x/key",
]


def rows(world: World) -> dict[str, int]:
    with world.store.read() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def on_the_way_to_somebody(world: World) -> None:
    """The caller hears something, and a phone rings."""
    world.run(1)
    assert world.ringing()


@pytest.fixture
def duty(quick_world: World) -> World:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna")
    quick_world.worker("backup")
    return quick_world


@pytest.mark.parametrize("signature", [None, "", "nonsense", "b" * 28])
def test_without_a_valid_signature_there_is_403_and_one_counted_event(
    quick_world: World, signature: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    quick_world.expect_trouble("webhook_refused")
    before = rows(quick_world)
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    for path in PATHS:
        counted = logs.counts()
        answer = quick_world.app.test_client().post(path, data=FORM, headers=headers)
        assert answer.status_code == 403
        assert SID not in answer.get_data(as_text=True)
        changed = {name: count - counted.get(name, 0) for name, count in logs.counts().items()}
        assert {name: count for name, count in changed.items() if count} == {"webhook_refused": 1}
    assert rows(quick_world) == before
    assert CITIZEN[3:] not in "".join(capfd.readouterr())


def test_a_signature_of_another_address_or_form_or_key_is_none(duty: World) -> None:
    duty.expect_trouble("webhook_refused")
    client = duty.app.test_client()
    right = signature_headers(TOKEN, f"{PUBLIC}/voice/incoming", FORM)
    for path, form, headers in (
        ("/voice/incoming", FORM | {"To": "+4511111111"}, right),
        ("/voice/incoming?x=1", FORM, right),
        ("/voice/fallback", FORM, right),
        ("/voice/incoming", FORM, signature_headers("another key", f"{PUBLIC}/voice/incoming", FORM)),
        ("/voice/incoming", FORM, signature_headers(TOKEN, "https://elsewhere.example/voice/incoming", FORM)),
    ):
        assert client.post(path, data=form, headers=headers).status_code == 403
    assert client.post("/voice/incoming", data=FORM, headers=right).status_code == 200


TEXT_PATHS = ["/sms/incoming", "/sms/fallback", "/sms/status/" + "a" * 32 + "/1"]
# Signed by the forger's own token, which whatever is brought says to be the account's.
THEIRS = "a token of their own"
BROUGHT = {
    "AccountSid": "AC" + "6" * 32, "AuthToken": THEIRS, "auth_token": THEIRS, "TWILIO_AUTH_TOKEN": THEIRS,
    "ApiKey": THEIRS, "Session": THEIRS, "session": THEIRS, "X-Twilio-Signature": THEIRS,
}  # fmt: skip


@pytest.mark.parametrize("account", [BROUGHT["AccountSid"], ACCOUNT], ids=["theirs", "ours"])
def test_who_brings_an_account_a_token_or_a_session_is_refused_as_any_other(
    quick_world: World, account: str
) -> None:
    quick_world.expect_trouble("webhook_refused")
    before = rows(quick_world)
    client = quick_world.app.test_client(use_cookies=False)
    brought = BROUGHT | {"AccountSid": account}
    basic = b64encode(f"{account}:{THEIRS}".encode()).decode()
    more = {
        "Authorization": f"Basic {basic}", "Cookie": f"session={THEIRS}", "X-Twilio-AccountSid": account,
        "X-Twilio-AuthToken": THEIRS,
    }  # fmt: skip
    for path in [*PATHS, *TEXT_PATHS]:
        for address, form in ((path, FORM | brought), (f"{path}?{urlencode(brought)}", FORM)):
            headers = signature_headers(THEIRS, f"{PUBLIC}{address}", form)
            counted = logs.counts()
            answer = client.post(address, data=form, headers=headers | more)
            assert answer.status_code == 403
            assert THEIRS not in answer.get_data(as_text=True)
            changed = {name: count - counted.get(name, 0) for name, count in logs.counts().items()}
            assert {name: count for name, count in changed.items() if count} == {"webhook_refused": 1}
    assert rows(quick_world) == before


def test_an_account_in_what_the_carrier_signed_changes_nothing(duty: World) -> None:
    answer = duty.signed("/voice/incoming", **FORM, **BROUGHT)
    assert answer.status_code == 200
    assert duty.contact().line == "foenix"
    on_the_way_to_somebody(duty)


def test_every_route_of_voice_is_in_the_list_above(quick_world: World) -> None:
    rules = [rule for rule in quick_world.app.url_map.iter_rules() if rule.endpoint.startswith("voice.")]
    adapter = quick_world.app.url_map.bind("")
    asked = {adapter.match(path, method="POST")[0] for path in PATHS}
    assert asked | {"voice.play_hold_tone"} == {rule.endpoint for rule in rules}
    assert blueprint.url_prefix == "/voice"


@pytest.mark.parametrize("missing", [*FORM, "all"])
def test_a_missing_field_does_not_keep_a_caller_out(duty: World, missing: str) -> None:
    form = {} if missing == "all" else {name: value for name, value in FORM.items() if name != missing}
    answer = duty.signed("/voice/incoming", **form)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("<Say") >= 1
    on_the_way_to_somebody(duty)


def test_a_caller_without_an_id_is_kept_while_they_wait_and_given_up_when_they_are_silent(
    duty: World,
) -> None:
    duty.expect_message("koord")
    form = {name: value for name, value in FORM.items() if name != "CallSid"}
    duty.signed("/voice/incoming", **form)
    path = f"/voice/contacts/{duty.contact().id}/hold"
    for _ in range(30):
        duty.run(9)
        assert duty.signed(path, **form).status_code == 200
    assert duty.contact().state == "offered"
    duty.run(200)
    assert duty.contact().state == "abandoned"
    assert duty.ringing() == set()


FIELDS = ["CallSid", "From", "To", "CallStatus", "Digits", "DialCallStatus", "SequenceNumber"]
GARBAGE = [
    "", "\x00", "'; DROP TABLE contacts; --", "æøå" * 200, "9" * 5000, "<Hangup/>", "\u202e7", "-1"
]  # fmt: skip


@pytest.mark.parametrize("step", [None, "hold", "key", "number"])
@pytest.mark.parametrize("field", FIELDS)
def test_garbage_in_any_field(duty: World, step: str | None, field: str) -> None:
    for number, value in enumerate(GARBAGE):
        form = FORM | {"CallSid": f"CA{number:032d}"}
        path = "/voice/incoming"
        if step is not None:
            duty.signed_quietly(path, **form)
            path = f"/voice/contacts/{duty.contacts()[-1].id}/{step}"
        answer = duty.signed_quietly(path, **(form | {field: value}))
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/xml")
        assert "<Hangup" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("digits", ["", "0", "12345678901234567890", "****", "6700#", "abc", "²³"])
def test_garbage_digits_on_a_workers_phone_do_no_harm(duty: World, digits: str) -> None:
    duty.citizen_calls(FOENIX)
    duty.run(2)
    leg = duty.legs()[0]
    form = {"CallSid": leg.call_sid or "", "CallStatus": "in-progress", "Digits": digits}
    answer = duty.signed(f"/voice/legs/{leg.id}/key", **form)
    assert answer.status_code == 200
    assert "<Gather" in answer.get_data(as_text=True)
    assert duty.contact().state == "offered"


@pytest.mark.parametrize("path", ["/voice/contacts/nobody/hold", "/voice/contacts/nobody/number"])
def test_a_step_of_a_contact_that_nobody_knows_begins_anew(duty: World, path: str) -> None:
    answer = duty.signed(path, **FORM)
    assert "/voice/incoming" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", [path for path in PATHS if "/legs/" in path and "status" not in path])
def test_a_step_of_a_leg_that_nobody_knows_ends_it(duty: World, path: str) -> None:
    answer = duty.signed(path, **FORM)
    assert "<Hangup" in answer.get_data(as_text=True)


def raw(world: World, body: bytes, content_type: str, form: dict[str, str]) -> int:
    headers = signature_headers(TOKEN, f"{PUBLIC}/voice/incoming", form)
    answer = world.app.test_client().post(
        "/voice/incoming", data=body, headers=headers, content_type=content_type
    )
    if answer.status_code == 200:
        assert "<Say" in answer.get_data(as_text=True)
        on_the_way_to_somebody(world)
    return answer.status_code


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("in_signs", [True, False], ids=["quoted", "bytes as they are"])
def test_text_in_either_encoding_is_read_as_such(duty: World, encoding: str, in_signs: bool) -> None:
    form = FORM | {"FromCity": "Faaborg æøå"}
    pairs = [
        f"{name}=".encode()
        + (quote_from_bytes(value.encode(encoding)).encode() if quoted else value.encode(encoding))
        for name, value in form.items()
        for quoted in [in_signs or value.isascii()]
    ]
    assert raw(duty, b"&".join(pairs), "application/x-www-form-urlencoded", form) == 200
    assert duty.contact().line == "foenix"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "application/x-nonsense; ="])
def test_another_content_type_still_reaches_somebody(duty: World, content_type: str) -> None:
    assert raw(duty, b'{"To": "+4576160001"}', content_type, {}) == 200


def test_a_multipart_form_is_a_form(duty: World) -> None:
    headers = signature_headers(TOKEN, f"{PUBLIC}/voice/incoming", FORM)
    answer = duty.app.test_client().post(
        "/voice/incoming", data=FORM, headers=headers, content_type="multipart/form-data"
    )
    assert answer.status_code == 200
    assert duty.contact().line == "foenix"


def test_a_megabyte_and_ten_thousand_fields(duty: World) -> None:
    assert duty.signed("/voice/incoming", **FORM, Padding="x" * 1_000_000).status_code == 200
    many = {f"Field{number}": "x" for number in range(10_000)}
    assert duty.signed("/voice/incoming", **(FORM | many)).status_code == 200
    on_the_way_to_somebody(duty)
    assert len(duty.contacts()) == 1


def test_more_than_that_is_refused_clearly(duty: World) -> None:
    answer = duty.signed("/voice/incoming", **FORM, Padding="x" * 3_000_000)
    assert answer.status_code == 413
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_get_that_is_signed_gets_its_caller_through(duty: World) -> None:
    client = duty.app.test_client()
    query = f"/voice/incoming?CallSid={SID}&From=%2B4530123456&To=%2B4576160001&CallStatus=ringing"
    answer = client.get(query, headers=signature_headers(TOKEN, f"{PUBLIC}{query}", {}))
    assert answer.status_code == 200
    duty.run(1)
    assert duty.contact().line == "foenix"
    on_the_way_to_somebody(duty)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_and_addresses_get_a_clear_4xx(duty: World, method: str) -> None:
    client = duty.app.test_client()
    duty.expect_trouble("webhook_refused")
    for path in ("/voice/contacts/x/hold", "/voice/nothing", "/voice/legs/x/nothing"):
        answer = getattr(client, method)(path)
        assert answer.status_code in {404, 405}
        assert "Traceback" not in answer.get_data(as_text=True)


def test_the_hold_tone_is_fetched_unsigned_and_kept(quick_world: World) -> None:
    client = quick_world.app.test_client()
    answer = client.get("/voice/hold-tone.wav")
    assert answer.status_code == 200
    assert answer.data[:4] == b"RIFF"
    again = client.get("/voice/hold-tone.wav", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
