"""What is told of the days ahead, when, and how often; and that it arrives as an SMS."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from gateway.carrier import CarrierRefusedError
from gateway.rosters.notices import after_quiet_hours, before_quiet_hours
from gateway.rosters.watch import SOON, watch
from gateway.store import roster_lines, worker_notices
from gateway.store.roster_lines import LineSettings
from gateway.store.roster_versions import Span
from gateway.store.tables import outbox
from gateway.store.worker_notices import Notices
from tests.flows.world import World, local

# Toften is open from 8 to 20, and has no night line.
ALWAYS = ("toften", 1, "carla", "2026-11-20 00:00", "2026-12-20 00:00")
FOENIX = ("foenix", 1, "anna", "2026-11-20 00:00", "2026-12-20 00:00")
NIGHT = ("vest", 1, "nadia", "2026-11-20 00:00", "2026-12-20 00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path):
    """Tuesday 24 November 2026, 14:00; every line is covered for weeks."""
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    world.on_duty(ALWAYS, FOENIX, NIGHT)
    yield world
    world.store.close()


def covered_but(world, start, end):
    """Nobody on Toften from one wall-clock time to another."""
    world.on_duty(
        ("toften", 1, "carla", "2026-11-20 00:00", start), ("toften", 1, "carla", end, "2026-12-20 00:00")
    )


def told(world):
    with world.store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    return sorted((row.details["worker"], row.details["text"]) for row in rows if row.kind == "roster_sms")


def due(world, text):
    with world.store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    return [row.due_at for row in rows if row.details.get("text") == text]


def test_all_covered_and_nobody_is_told(world):
    watch(world.gateway)
    assert told(world) == []


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2026-11-25 10:00", "2026-11-25 12:00", "sms_gap_opens"),
        ("2026-12-01 13:59", "2026-12-01 15:00", "sms_gap_opens"),
        ("2026-12-01 14:00", "2026-12-01 15:00", None),
        ("2026-11-24 14:00", "2026-11-24 15:00", "sms_nobody_on_duty_soon"),
        ("2026-11-24 21:00", "2026-11-25 07:00", None),  # closed meanwhile
    ],
)
def test_gaps_within_seven_days_and_within_twelve_hours(world, start, end, text):
    covered_but(world, start, end)
    watch(world.gateway)
    assert told(world) == ([("koord", text)] if text else [])
    watch(world.gateway)
    assert len(told(world)) == (1 if text else 0)


@pytest.mark.parametrize(("minutes", "text"), [(0, "sms_gap_opens"), (1, "sms_nobody_on_duty_soon")])
def test_on_both_sides_of_twelve_hours(world, minutes, text):
    covered_but(world, "2026-11-25 10:00", "2026-11-25 12:00")
    world.clock.set(local("2026-11-25 10:00") - SOON + minutes * MINUTE)
    watch(world.gateway)
    assert told(world) == [("koord", text)]


def test_a_gap_that_is_meant_to_be_is_silent(world):
    covered_but(world, "2026-11-24 15:00", "2026-11-24 16:00")
    with world.store.write() as connection:
        span = Span(datetime.fromisoformat("2026-11-24 15:00"), datetime.fromisoformat("2026-11-24 16:00"))
        roster_lines.intend(connection, "toften", span, by="koord", at=world.clock())
    watch(world.gateway)
    assert told(world) == []


def test_an_alarm_arrives_and_one_that_is_no_more_does_not(world):
    covered_but(world, "2026-11-24 15:00", "2026-11-24 16:00")
    watch(world.gateway)
    world.run(1)
    (message,) = world.exchange.messages
    assert message.body.startswith("Akuttilbuddet Toften: Snart har ingen vagt, fra 24/11 kl. 15.00. ")
    world.clock.set(local("2026-11-24 23:00"))
    covered_but(world, "2026-11-26 15:00", "2026-11-26 16:00")
    watch(world.gateway)
    assert due(world, "sms_gap_opens") == [local("2026-11-25 07:00")]  # not in quiet hours
    world.on_duty(ALWAYS)
    world.clock.set(local("2026-11-25 07:00"))
    world.run(1)
    assert len(world.exchange.messages) == 1


@pytest.mark.parametrize(
    ("at", "begins"),
    [("2026-11-25 05:29", 0), ("2026-11-25 05:30", 1)],
)
def test_a_reminder_comes_when_the_worker_wants_it(world, at, begins):
    world.on_duty(("foenix", 2, "bo", "2026-11-25 08:00", "2026-11-25 16:00"))
    with world.store.write() as connection:
        worker_notices.save(
            connection, "bo", Notices(reminder_minutes=120, quiet_from=time(0), quiet_until=time(0))
        )
    world.clock.set(local(at))
    for _ in range(2):
        watch(world.gateway)
    assert due(world, "sms_shift_soon") == [local("2026-11-25 06:00")] * begins
    world.clock.set(local("2026-11-25 06:00"))
    world.run(1)
    assert [message.body for message in world.exchange.messages] == [
        "Akuttilbuddet Fønix: Din vagt begynder 25/11 kl. 08.00."
    ] * begins


def test_a_reminder_in_quiet_hours_comes_before_them_and_not_for_a_shift_that_is_gone(world):
    world.on_duty(("foenix", 2, "bo", "2026-11-25 08:00", "2026-11-25 16:00"))
    with world.store.write() as connection:
        worker_notices.save(connection, "bo", Notices(reminder_minutes=120))
    world.clock.set(local("2026-11-24 21:45"))
    watch(world.gateway)
    assert due(world, "sms_shift_soon") == [local("2026-11-24 21:59")]
    world.on_duty(("foenix", 2, "niels", "2026-11-25 08:00", "2026-11-25 16:00"))
    world.clock.set(local("2026-11-24 22:30"))
    world.run(1)
    assert world.exchange.messages == []


def checked(world, *, confirmed=False):
    world.on_duty(("foenix", 2, "bo", "2026-11-25 08:00", "2026-11-25 16:00"))
    with world.store.write() as connection:
        roster_lines.set_settings(connection, "foenix", LineSettings(check_minutes=60))
    world.clock.set(local("2026-11-25 07:00"))
    watch(world.gateway)
    world.run(1)
    if confirmed:
        with world.store.write() as connection:
            row = connection.execute(sa.text("SELECT id FROM shifts WHERE worker = 'bo'")).scalar_one()
            worker_notices.confirm(connection, row, "bo", world.clock())


def test_a_shift_is_checked_where_the_line_says_so_and_the_coordinator_told_of_silence(world):
    checked(world)
    assert [message.body for message in world.exchange.messages] == [
        "Akuttilbuddet Fønix: Din vagt begynder 25/11 kl. 08.00. Bekræft den under Vagter."
    ]
    world.clock.set(local("2026-11-25 07:54"))
    watch(world.gateway)
    assert ("koord", "sms_shift_unconfirmed") not in told(world)
    world.clock.set(local("2026-11-25 07:55"))
    watch(world.gateway)
    watch(world.gateway)
    assert told(world).count(("koord", "sms_shift_unconfirmed")) == 1


def test_who_has_confirmed_is_left_alone(world):
    checked(world, confirmed=True)
    world.clock.set(local("2026-11-25 07:57"))
    watch(world.gateway)
    assert ("koord", "sms_shift_unconfirmed") not in told(world)


def test_a_phone_that_can_not_be_reached_is_the_coordinators_to_know(world, monkeypatch):
    def refuse(**_):
        raise CarrierRefusedError("unreachable", status=400)

    # The carrier refuses numbers that are none; its box never does.
    monkeypatch.setattr(type(world.gateway.carrier), "send_message", lambda _self, **how: refuse(**how))
    checked(world)
    assert ("koord", "sms_phone_unreachable") in told(world)


@pytest.mark.parametrize(
    ("at", "after", "before"),
    [
        ("2026-11-24 21:59", "2026-11-24 21:59", "2026-11-24 21:59"),
        ("2026-11-24 22:00", "2026-11-25 07:00", "2026-11-24 21:59"),
        ("2026-11-25 03:00", "2026-11-25 07:00", "2026-11-24 21:59"),
        ("2026-11-25 06:59", "2026-11-25 07:00", "2026-11-24 21:59"),
        ("2026-11-25 07:00", "2026-11-25 07:00", "2026-11-25 07:00"),
    ],
)
def test_quiet_hours_over_midnight(world, at, after, before):
    assert after_quiet_hours(Notices(), local(at), world.site) == local(after)
    assert before_quiet_hours(Notices(), local(at), world.site) == local(before)


def test_quiet_hours_within_a_day_and_none():
    from tests.gateway.rosters.example import SITE

    noon = Notices(quiet_from=time(12), quiet_until=time(13))
    none = Notices(quiet_from=time(12), quiet_until=time(12))
    for at, after in (("11:59", "11:59"), ("12:00", "13:00"), ("12:59", "13:00"), ("13:00", "13:00")):
        day = "2026-11-24 "
        assert after_quiet_hours(noon, local(day + at), SITE) == local(day + after)
        assert after_quiet_hours(none, local(day + at), SITE) == local(day + at)
    assert before_quiet_hours(noon, local("2026-11-24 12:30"), SITE) == local("2026-11-24 11:59")
