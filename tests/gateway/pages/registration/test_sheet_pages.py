"""The form as a page: without a script, as its script saves it, corrected, with consent, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.directory import book
from gateway.directory.draft import checked
from gateway.store import persons
from gateway.store.tables import audit_entries, registration_versions, registrations
from tests.gateway.pages.registration.filling_in import PLAIN, send_sheet, tell
from tests.gateway.pages.visiting import Form, signed_in

CPR = "211062-5629"


@pytest.fixture
def path(contact):
    return f"/contacts/{contact.id}/registration"


@pytest.fixture
def anna(world, path):
    anna = signed_in(world, "anna")
    anna.get(path)
    return anna


def token(visitor, path):
    return Form(visitor.page.text).forms[path]["form_token"]


def rows(world, table):
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def actions(world):
    return [row["action"] for row in sorted(rows(world, audit_entries), key=lambda row: row["number"])]


def test_the_form_opens_with_what_the_system_knows_and_says_what_is_missing(anna):
    assert 'name="q.minutes" value="10"' in anna.page.text
    assert 'value="voice" checked' in anna.page.text
    assert '<option value="0561" selected>Esbjerg' in anna.page.text
    assert '<a href="#q-who">Hvem henvender sig?</a>' in anna.page.text


def test_the_directory_says_what_there_is_to_refer_to(world, anna, path):
    shelter = checked({"kind": "shelter", "name": "Herberget ved havnen"})
    elsewhere = checked({"kind": "police", "name": "Politiet på Fyn"})
    with world.store.write() as connection:
        for municipality, entry in (("0561", shelter), ("0430", elsewhere)):
            book.add(connection, world.gateway.audit, municipality, entry, world.clock(), by="koord")
    page = anna.get(path).text
    assert 'id="choice-referred_to-other_municipal_service">Herberget ved havnen' in page
    assert "Politiet på Fyn" not in page


def test_filled_in_and_handed_in_without_a_script(world, anna, path):
    assert send_sheet(anna, path, PLAIN, do="submit").status_code == 303
    assert "Registreret" in anna.follow().text
    assert world.contacts()[0].state == "registered"
    assert actions(world) == ["registration_read", "registered", "registration_read"]


def test_saving_is_always_possible_and_what_is_missing_is_marked(world, anna, path):
    assert send_sheet(anna, path, {"who": "relative"}, do="save").status_code == 303
    anna.get(path)
    page = send_sheet(anna, path, {"sex": "man"}, do="submit")
    assert page.status_code == 400
    assert page.text.count("is-missing") >= 4
    (row,) = rows(world, registrations)
    assert (row["answers"]["who"], row["answers"]["sex"], row["submitted_at"]) == ("relative", "man", None)


def test_what_is_wrong_is_told_and_the_rest_is_kept(world, anna, path):
    page = send_sheet(anna, path, {"minutes": "ti", "who": "relative"}, do="save")
    assert page.status_code == 400
    assert "Skriv et helt tal fra 0 til 1440." in page.text
    assert 'value="ti"' in page.text
    (row,) = rows(world, registrations)
    assert (row["answers"]["who"], row["answers"]["minutes"]) == ("relative", 10)


def test_two_without_scripts_in_the_same_form_see_each_others_answers(world, anna, path):
    koord = signed_in(world, "koord")
    koord.get(path)
    send_sheet(anna, path, {"who": "relative", "sex": "man"}, do="save")
    page = send_sheet(koord, path, {"who": "other", "age": "18_29"}, do="save")
    assert page.status_code == 409
    assert "En anden har svaret imens: Pårørende." in page.text
    (row,) = rows(world, registrations)
    assert {"who": "relative", "sex": "man", "age": "18_29"}.items() <= row["answers"].items()
    assert send_sheet(koord, path, {"who": "other"}, do="save").status_code == 303
    (row,) = rows(world, registrations)
    assert (row["answers"]["who"], row["answers"]["sex"]) == ("other", "man")


def test_a_script_saves_each_change_and_is_told_what_is_in_the_way(world, anna, path):
    mine = tell(anna, path, token(anna, path), {"changes": {"who": {"from": None, "to": "relative"}}})
    told = mine.get_json()
    assert (told["state"], told["version"], told["saved"]) == ("draft", 1, True)
    assert "Køn" in [each["label"] for each in told["missing"]]
    koord = signed_in(world, "koord")
    koord.get(path)
    theirs = token(koord, path)
    late = {"changes": {"who": {"from": None, "to": "other"}, "sex": {"to": "man"}}}
    answer = tell(koord, path, theirs, late)
    assert answer.status_code == 409
    assert answer.get_json()["theirs"] == {"who": {"answer": "relative", "words": "Pårørende", "by": "Anna"}}
    over = {
        "changes": {"who": {"from": "relative", "to": "other"}},
        "over": True,
    }
    assert tell(koord, path, theirs, over).status_code == 200
    (row,) = rows(world, registrations)
    assert (row["answers"]["who"], row["answers"]["sex"], row["changed_by"]) == ("other", "man", "koord")
    (kept,) = rows(world, registration_versions)  # what was replaced is not lost
    assert kept["answers"]["who"] == "relative"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"changes": []},
        {"changes": {"who": "x"}},
        {"changes": {"cpr": {"to": CPR}}},
    ],
    ids=str,
)
def test_what_no_script_of_ours_sends(anna, path, body):
    assert tell(anna, path, token(anna, path), body).status_code == 400


def test_handed_in_meanwhile_nothing_is_put_in_place_of_it(world, anna, path):
    form_token = token(anna, path)
    send_sheet(anna, path, PLAIN, do="submit")
    late = tell(anna, path, form_token, {"changes": {"sex": {"from": None, "to": "man"}}})
    told = late.get_json()
    assert (told["state"], told["saved"]) == ("submitted", False)
    assert "afsluttet imens" in told["refused"]


def test_while_the_conversation_goes_on_it_is_a_draft(world, contact, anna, path):
    with world.store.write() as connection:
        from gateway.store import contacts as contact_rows

        contact_rows.change_contact(connection, contact, state="answered")
    anna.get(path)
    page = send_sheet(anna, path, PLAIN, do="submit")
    assert "Samtalen er ikke slut endnu. Det er gemt som kladde." in page.text
    assert rows(world, registrations)[0]["submitted_at"] is None


def test_the_author_corrects_for_a_day_every_version_is_read_and_a_coordinator_corrects_later(
    world, anna, path
):
    send_sheet(anna, path, PLAIN, do="submit")
    assert "Ret den" in anna.follow().text
    anna.get(f"{path}?correct")
    assert send_sheet(anna, path, {"age": "over_65"}, do="submit").status_code == 303
    text = anna.follow().text
    assert "Tidligere udgaver" in text
    assert "Over 65 år" in text
    assert "18-29 år" in text
    world.clock.set(world.clock() + timedelta(hours=24))
    anna = signed_in(world, "anna")
    assert "Ret den" not in anna.get(path).text
    assert "Svarene" in anna.get(f"{path}?correct").text
    koord = signed_in(world, "koord")
    koord.get(f"{path}?correct")
    assert send_sheet(koord, path, {"age": "under_18"}, do="submit").status_code == 303
    assert len(rows(world, registration_versions)) == 3


def test_a_colleague_reads_and_a_stranger_is_told_of_nothing(world, anna, path):
    send_sheet(anna, path, PLAIN, do="submit")
    assert "Ret den" not in signed_in(world, "bo").get(path).text
    assert signed_in(world, "carla").get(path).status_code == 404


def test_closed_with_one_tap_and_taken_back_with_one(world, contact, anna, path):
    assert "Tavst opkald" in anna.page.text
    anna.send(f"{path}/close", reason="silent")
    assert "Den er lukket som: Tavst opkald." in anna.follow().text
    assert world.contacts()[0].closed_because == "silent"
    anna.send(f"{path}/reopen")
    assert "Mangler endnu" in anna.follow().text
    assert world.contacts()[0].closed_because is None
    assert {"contact_closed", "contact_reopened"} <= set(actions(world))


def test_only_who_had_it_closes_it(world, contact, anna, path):
    bo = signed_in(world, "bo")
    bo.get("/me")
    answer = bo.ask(
        "POST", f"{path}/close", data={"reason": "silent"}, headers={"X-Form-Token": token_of(bo)}
    )
    assert answer.status_code == 403
    assert world.contacts()[0].closed_because is None


def token_of(visitor):
    return Form(visitor.page.text).forms["/sign-out"]["form_token"]


def test_a_number_is_kept_with_consent_apart_never_shown_and_withdrawn(world, anna, path):
    send_sheet(anna, path, PLAIN, do="consent", cpr=CPR, purpose="course")
    text = anna.follow().text
    assert "Samtykke givet" in text
    assert "Et forløb over flere samtaler. Spurgt af Anna" in text
    assert "211062" not in text.replace(" ", "")
    (row,) = rows(world, registrations)
    with world.store.read() as connection:
        assert persons.number_of(connection, world.gateway.vault, row["id"]) == "2110625629"
    anna.send(f"{path}/withdraw")
    assert "Nummeret er slettet." in anna.follow().text
    with world.store.read() as connection:
        assert persons.number_of(connection, world.gateway.vault, row["id"]) is None
    assert {"consent_recorded", "consent_withdrawn"} <= set(actions(world))


@pytest.mark.parametrize(("purpose", "cpr", "words"), [
    ("course", "999999-9999", "Det er ikke et CPR-nummer"), ("", CPR, "Vælg, hvad nummeret skal bruges til."),
])  # fmt: skip
def test_a_wrong_number_or_no_purpose_keeps_no_number_but_the_answers(world, anna, path, purpose, cpr, words):
    page = send_sheet(anna, path, {"who": "relative"}, do="consent", cpr=cpr, purpose=purpose)
    assert words in page.text
    assert cpr not in page.text
    assert rows(world, registrations)[0]["answers"]["who"] == "relative"


def test_an_older_registration_shows_as_it_was_filled_in(world, anna, path, monkeypatch):
    """A newer form words the same question anew: what was filled in keeps the words it was asked with."""
    from config import forms as config_forms
    from config.forms import Words, form

    send_sheet(anna, path, PLAIN, do="submit")
    first = form("telephone", 1)
    who = replace(first.questions["who"], label=Words("Hvem er det nu?", "Who is it now?"))
    second = replace(first, version=2, questions={**first.questions, "who": who})
    every = {**config_forms.forms(), ("telephone", 2): second}
    monkeypatch.setattr(config_forms, "forms", lambda: every)
    text = anna.get(path).text
    assert "Hvem henvender sig?" in text
    assert "Hvem er det nu?" not in text
    assert config_forms.newest(first.function).version == 2


def test_by_hand_from_choosing_to_handing_in(world):
    anna = signed_in(world, "anna")
    anna.get("/registrations/new?form=in_house")
    path = anna.page.headers["Location"]
    assert path.startswith("/registrations/in_house/foenix/")
    anna.follow()
    answers = PLAIN | {"began_at": "2026-11-24T13:00", "came_along": ["relative"], "note": "Kom til fods."}
    assert send_sheet(anna, path, answers, do="submit").status_code == 303
    assert "Kom til fods." in anna.follow().text
    (row,) = rows(world, registrations)
    assert (row["form"], row["line"], row["contact"]) == ("in_house", "foenix", None)
    assert row["id"] == path.rsplit("/", 1)[1]
    assert signed_in(world, "carla").get(path).status_code == 404
    assert signed_in(world, "koord").get("/registrations/new").text.count("Udgående besøg") == 2


@pytest.mark.parametrize("path", [
    "/registrations/telephone/foenix/" + "0" * 32, "/registrations/in_house/toften/" + "0" * 32,
    "/registrations/in_house/foenix/zzz", "/registrations/in_house/nowhere/" + "0" * 32,
])  # fmt: skip
def test_no_form_by_hand_of_that_address(world, path):
    assert signed_in(world, "anna").get(path).status_code == 404


def test_an_empty_form_for_the_browser_to_keep_tells_of_nobody(world, contact):
    anna = signed_in(world, "anna")
    for function in ("telephone", "in_house", "outgoing", "overnight"):
        page = anna.get(f"/registrations/offline/{function}")
        assert page.status_code == 200
        assert "data-shell" in page.text
        assert contact.id not in page.text
    assert actions(world) == []
