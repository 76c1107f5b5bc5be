from __future__ import annotations

import pytest
import sqlalchemy as sa

from gateway.store.tables import audit_entries
from tests.gateway.api.ended_contact import ANSWERS, an_ended_contact


@pytest.fixture
def contact(world):
    return an_ended_contact(world).id


def test_the_form_is_prefilled_and_asks_in_both_languages(api, contact):
    told = api("anna").get(f"/contacts/{contact}/registration").get_json()
    assert (told["state"], told["version"]) == ("missing", 0)
    assert told["answers"]["minutes"] == 10
    (who,) = [question for question in told["form"]["questions"] if question["id"] == "who"]
    assert who["label"] == {"da": "Hvem henvender sig?", "en": "Who is in touch?"}


def test_a_draft_then_handed_in(api, contact):
    anna = api("anna")
    draft = anna.put(f"/contacts/{contact}/registration", {"answers": {"who": "relative"}, "submit": False})
    assert draft.get_json()["state"] == "draft"
    done = anna.put(f"/contacts/{contact}/registration", {"answers": ANSWERS, "version": 1})
    assert done.get_json()["state"] == "submitted"
    assert anna.get(f"/contacts/{contact}").get_json()["state"] == "registered"
    outdated = anna.put(f"/contacts/{contact}/registration", {"answers": ANSWERS, "version": 1})
    assert outdated.status_code == 409


def test_all_that_is_wrong_at_once(api, contact):
    answer = api("anna").put(f"/contacts/{contact}/registration", {"answers": {"who": "x"}})
    assert answer.status_code == 400
    assert len(answer.get_json()["errors"]) > 3


def test_the_cpr_number_never_comes_back(api, contact):
    body = {"answers": ANSWERS, "consent": {"cpr": "211062-5629", "purpose": "course"}}
    answer = api("anna").put(f"/contacts/{contact}/registration", body)
    assert answer.get_json()["consent"]["purpose"] == "course"
    assert "211062" not in answer.get_data(as_text=True)


def test_reading_it_leaves_a_trace_and_being_refused_none(world, api, contact):
    before = audited(world)
    assert api("anna").get(f"/contacts/{contact}/registration").status_code == 200
    assert api("carla").get(f"/contacts/{contact}/registration").status_code == 404
    assert audited(world) == [*before, ("anna", "registration_read", contact)]


def audited(world):
    with world.store.read() as connection:
        rows = connection.execute(sa.select(audit_entries).order_by(audit_entries.c.number)).all()
    return [(row.actor, row.action, row.contact) for row in rows]


def test_who_may(api, contact):
    assert api("carla").get(f"/contacts/{contact}/registration").status_code == 404
    assert api("bo").put(f"/contacts/{contact}/registration", {"answers": ANSWERS}).status_code == 403
    assert api("koord").put(f"/contacts/{contact}/registration", {"answers": ANSWERS}).status_code == 200
    assert api(None).get(f"/contacts/{contact}/registration").status_code == 401


def test_statistics_are_whole_for_the_coordinator_and_suppressed_for_others(api, contact):
    api("anna").put(f"/contacts/{contact}/registration", {"answers": ANSWERS})
    path = "/statistics/4-1?from=2026-11-01&to=2026-12-01&line=foenix"
    own = api("koord").get(path).get_json()
    assert own["rows"][0]["values"] == [1, 100]
    others = api("carla").get(path).get_json()
    assert others["rows"][0]["values"] == ["suppressed", "suppressed"]
    assert others["rows"][1]["values"][0] == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-11-01&to=2026-11-01", 400),
        ("from=2026-11-01", 400),
        ("from=x&to=2026-11-02", 400),
        ("from=2026-11-01&to=2026-11-02&line=nowhere", 404),
        ("from=2026-11-01&to=2026-11-02", 200),
    ],
)
def test_periods_and_lines(api, query, status):
    assert api("anna").get(f"/statistics/9-16?{query}").status_code == status


def test_a_table_that_there_is_not(api):
    assert api("anna").get("/statistics/1-1?from=2026-11-01&to=2026-11-02").status_code == 404
