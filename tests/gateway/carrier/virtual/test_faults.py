"""What goes wrong, on demand and from a seed."""

from __future__ import annotations

import itertools

import pytest

from gateway.carrier import CarrierBusyError, CarrierError, CarrierRefusedError, CarrierUnreachableError
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.scripts import Answers
from gateway.carrier.virtual.webhooks import Kind
from tests.gateway.carrier.virtual.booth import CITIZEN, GATEWAY, LINE, START, WORKER, Booth

STORM = {"lose": 0.2, "double": 0.2, "delay": (0.2, 20.0), "reorder": 0.2, "api_errors": {429: 0.2, 500: 0.2}}


def night(faults: Faults, calls: int = 60) -> tuple[list[tuple[float, str]], int]:
    """What a gateway sees of many calls to a worker who answers, and how many of them the API refused."""
    booth = Booth(faults=faults)
    booth.says["/worker"] = "<Pause length='1'/>"
    booth.exchange.phone(WORKER, Answers(2))
    refused = 0
    for _ in range(calls):
        try:
            booth.place()
        except CarrierError:
            refused += 1
        booth.run(30)
    seen = [((r.at - START).total_seconds(), r.form["CallStatus"]) for r in booth.received]
    assert booth.unsigned == []
    return seen, refused


def test_the_same_seed_makes_the_same_night() -> None:
    assert night(Faults(7, **STORM)) == night(Faults(7, **STORM))
    assert night(Faults(7, **STORM)) != night(Faults(8, **STORM))


def test_no_faults_is_an_undisturbed_night() -> None:
    seen, refused = night(Faults(), 10)
    assert refused == 0
    assert [status for _at, status in seen][:4] == [
        "ringing",
        "in-progress",
        "in-progress",
        "completed",
    ]
    assert len(seen) == 40


@pytest.mark.parametrize(
    ("faults", "least", "most"),
    [
        (Faults(1, lose=0.5), 120, 180),
        (Faults(1, double=0.5), 320, 370),
        (Faults(1, delay=(1.0, 9)), 240, 240),
    ],
)
def test_losing_doubling_and_delaying(faults: Faults, least: int, most: int) -> None:
    seen, _refused = night(faults)
    assert least <= len(seen) <= most


def test_reordering_lets_the_next_one_overtake() -> None:
    seen, _refused = night(Faults(3, reorder=0.5))
    assert len(seen) == 240
    told = [status for _at, status in seen]
    assert any(pair == ("in-progress", "ringing") for pair in itertools.pairwise(told))


def test_a_lost_fetch_is_noticed_after_the_time_out_and_the_fallback_asked() -> None:
    booth = Booth()
    booth.exchange.faults.drop(Kind.FETCH)
    booth.says["/voice-fallback"] = "<Say>Reserve.</Say>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert booth.forms("/voice") == []
    assert (call.said[0].at - START).total_seconds() == 15
    assert call.heard == ["Reserve."]


def test_a_late_answer_changes_nothing() -> None:
    booth = Booth(faults=Faults(0, fetch_delay=(1.0, 60.0)))
    booth.says["/voice"] = "<Say>For sent.</Say>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.heard in (["For sent."], ["We are sorry. An application error has occurred. Goodbye."])
    assert call.is_over


def test_a_doubled_fetch_is_answered_once() -> None:
    booth = Booth()
    booth.exchange.faults.repeat(Kind.FETCH)
    booth.says["/voice"] = "<Say>En gang.</Say>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert len(booth.forms("/voice")) == 2
    assert call.heard == ["En gang."]


def test_callbacks_are_held_and_released_in_any_order() -> None:
    booth = Booth()
    booth.exchange.faults.hold(Kind.STATUS)
    booth.exchange.phone(WORKER, Answers(1))
    booth.place()
    booth.settle()
    assert booth.statuses() == []
    booth.exchange.faults.release(backwards=True)
    booth.run(0)
    assert booth.statuses() == ["completed", "in-progress", "ringing"]
    booth.place()
    booth.settle()
    assert booth.statuses()[3:] == ["ringing", "in-progress", "completed"]


def test_one_callback_can_be_dropped_by_what_it_says() -> None:
    booth = Booth()
    booth.exchange.phone(WORKER, Answers(1))
    booth.exchange.faults.drop(Kind.STATUS, matching=lambda form: form["CallStatus"] == "completed")
    booth.place()
    booth.settle()
    assert booth.statuses() == ["ringing", "in-progress"]


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        (429, CarrierBusyError, 429),
        (400, CarrierRefusedError, 400),
        (401, CarrierRefusedError, 401),
        (404, CarrierRefusedError, 404),
        (500, CarrierUnreachableError, 500),
        (503, CarrierUnreachableError, 503),
        ("timeout", CarrierUnreachableError, None),
        ("garbled", CarrierUnreachableError, 502),
    ],
)
def test_the_api_fails_as_it_is_told_and_does_nothing(
    kind: int | str, error: type[CarrierError], status: int | None
) -> None:
    booth = Booth()
    booth.exchange.faults.fail_next_api(kind, times=2, operation="CreateCall")
    for _ in range(2):
        with pytest.raises(error) as raised:
            booth.place()
        assert raised.value.status == status
    assert not booth.exchange.calls
    assert booth.place()


def test_a_request_may_be_done_though_no_answer_comes() -> None:
    booth = Booth()
    booth.exchange.faults.fail_next_api("timeout-after")
    with pytest.raises(CarrierUnreachableError):
        booth.place()
    assert len(booth.exchange.calls) == 1


def test_one_request_can_be_failed_by_what_it_asks() -> None:
    booth = Booth()
    booth.exchange.faults.fail_next_api(500, matching=lambda form: form.get("To") == WORKER)
    assert booth.place(CITIZEN)
    with pytest.raises(CarrierUnreachableError):
        booth.place(WORKER)


def test_every_update_can_be_failed() -> None:
    booth = Booth()
    booth.exchange.phone(WORKER)
    sid = booth.place()
    booth.exchange.faults.fail_every_update = True
    with pytest.raises(CarrierUnreachableError):
        booth.carrier.end_call(sid)
    with pytest.raises(CarrierUnreachableError):
        booth.carrier.redirect_call(sid, url=f"{GATEWAY}/x")
    booth.exchange.faults.fail_every_update = False
    booth.carrier.end_call(sid)


def test_more_calls_a_second_than_allowed_are_refused() -> None:
    booth = Booth(faults=Faults(creates_per_second=1))
    booth.place()
    with pytest.raises(CarrierBusyError):
        booth.place()
    booth.run(1)
    booth.place()


@pytest.mark.parametrize("kind", [200, "slow"])
def test_a_fault_that_there_is_not(kind: int | str) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        Faults(api_errors={kind: 0.5})
    with pytest.raises(ValueError, match="no such fault"):
        Faults().fail_next_api(kind)
