"""The crisis plan: begun with consent, filled in by two, followed up on the fifth day, gone a month later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gateway.privacy.purge import purge
from gateway.registration import crisis_plans as plans
from gateway.registration import desk
from gateway.registration.crisis_plans import PlanGoneError
from gateway.registration.merging import Change
from gateway.statistics.crisis_plans import before_and_after
from gateway.statistics.table import Asked
from gateway.store import contacts as contact_rows
from gateway.store import crisis_plans as rows
from gateway.store import follow_ups
from gateway.store.tables import audit_entries, crisis_plans
from tests.flows.world import COPENHAGEN, local
from tests.gateway.api.ended_contact import ANSWERS, an_ended_contact

GOALS = "Gå en tur hver dag."


def begun(world, contact=None):
    with world.store.write() as connection:
        return plans.begin(connection, world.gateway, "foenix", contact, "anna", world.clock())


def save(world, plan, by="anna", *, done=False, **changes):
    with world.store.write() as connection:
        found = rows.find(connection, plan.id, lock=True)
        told = {name.replace("__", "."): Change(after) for name, after in changes.items()}
        return plans.save(connection, world.gateway, found, told, by, world.clock(), done=done)


def due(world):
    with world.store.read() as connection:
        return [
            (each.kind, each.due_at, each.crisis_plan) for each in follow_ups.open_of(connection, ["foenix"])
        ]


def table(world, lines=("foenix",)):
    with world.store.read() as connection:
        asked = Asked(date(2026, 11, 1), date(2026, 12, 1), lines)
        return {row.key: row.cells for row in before_and_after(connection, asked, COPENHAGEN).rows}


@pytest.mark.parametrize(("at", "noon"), [
    ("2026-11-24 23:59", "2026-11-29 12:00"), ("2026-11-25 00:00", "2026-11-30 12:00"),
    ("2026-10-22 15:00", "2026-10-27 12:00"), ("2026-03-27 15:00", "2026-04-01 12:00"),
])  # fmt: skip
def test_the_fifth_day_is_five_days_on_at_noon_on_the_clock(at, noon):
    assert plans.fifth_day(local(at), COPENHAGEN) == local(noon)


def test_begun_the_fifth_day_is_due_and_done_it_is_not(world):
    plan = begun(world)
    assert due(world) == [("crisis_plan", local("2026-11-29 12:00"), plan.id)]
    world.clock.set(local("2026-11-29 12:30"))
    save(world, plan, done=True, after__network=4)
    assert due(world) == []


def test_a_registration_that_agrees_the_same_makes_no_second_promise(world):
    contact = an_ended_contact(world)

    def register(version):
        with world.store.write() as connection:
            locked = contact_rows.lock_contact(connection, contact.id)
            desk.save(
                connection, world.gateway, world.site, locked, ANSWERS | {"further": "crisis_plan"},
                by="anna", version=version, now=world.clock(), submit=True,
            )  # fmt: skip

    register(0)
    assert len(due(world)) == 1
    plan = begun(world, contact)
    register(1)
    assert [each[2] for each in due(world)] == [plan.id]


def test_what_is_written_is_sealed_and_read_with_a_trace(world):
    plan = begun(world)
    saved = save(world, plan, text__goals=GOALS, before__network=2).plan
    assert GOALS.encode() not in saved.texts
    with world.store.write() as connection:
        answers = plans.read(connection, world.gateway, saved, "bo", world.clock())
        actions = connection.execute(sa.select(audit_entries.c.action)).scalars().all()
    assert answers == {"text.goals": GOALS, "before.network": 2}
    assert actions == ["crisis_plan_begun", "crisis_plan_changed", "crisis_plan_read"]


def test_two_who_write_in_it_are_both_heard(world):
    plan = begun(world)
    save(world, plan, text__goals=GOALS)
    result = save(world, plan, "bo", text__goals="Sove.", text__days="Spise.")
    assert dict(result.theirs) == {"text.goals": GOALS}
    assert plans.answers_of(world.gateway, result.plan) == {"text.goals": GOALS, "text.days": "Spise."}


@pytest.mark.parametrize(
    ("answers", "is_wrong"),
    [
        ({"before.network": 1}, False),
        ({"after.network": 5}, False),
        ({"before.network": 0}, True),
        ({"before.network": 6}, True),
        ({"before.luck": 3}, True),
        ({"text.goals": "x" * 1000}, False),
        ({"text.goals": "x" * 1001}, True),
        ({"x": "y"}, True),
    ],
)
def test_what_a_plan_can_hold(answers, is_wrong):
    assert plans.faults_in(answers) == (set(answers) if is_wrong else set())


def test_a_month_after_the_fifth_day_the_words_are_gone_and_the_figures_stay(world):
    plan = begun(world)
    save(world, plan, text__goals=GOALS, before__network=2, after__network=4)
    world.clock.set(plan.fifth_day_at + timedelta(days=30))
    purge(world.store, world.gateway.audit, world.clock(), actor="system")
    assert "text.goals" in answers_now(world, plan)
    world.clock.set(world.clock() + timedelta(seconds=1))
    purge(world.store, world.gateway.audit, world.clock(), actor="system")
    assert answers_now(world, plan) == {"before.network": 2, "after.network": 4}
    with pytest.raises(PlanGoneError):
        save(world, plan, text__days="Mere.")


def answers_now(world, plan):
    with world.store.read() as connection:
        return plans.answers_of(world.gateway, rows.find(connection, plan.id))


def test_withdrawn_words_figures_and_the_fifth_day_are_gone(world):
    plan = begun(world)
    saved = save(world, plan, text__goals=GOALS, before__network=2, after__network=4).plan
    with world.store.write() as connection:
        plans.withdraw(connection, world.gateway, saved, "anna", world.clock())
        row = connection.execute(sa.select(crisis_plans)).mappings().one()
    assert (row["texts"], row["wrapped_key"], row["scales_before"], row["scales_after"]) == (
        None,
        None,
        {},
        {},
    )
    assert due(world) == []
    assert table(world)["network"][0].count == 0


def test_before_and_after_by_domain(world):
    for before, after in ((1, 3), (2, 3), (4, 4), (3, 2), (5, None)):
        plan = begun(world)
        scales = {"before__network": before} | ({"after__network": after} if after else {})
        save(world, plan, **scales)
    both, before, after, better, same, worse = table(world)["network"]
    assert (both.count, before.value, after.value) == (4, 2.5, 3.0)
    assert (better.count, same.count, worse.count) == (2, 1, 1)
    assert table(world)["feelings"][0].count == 0
    assert table(world, ("toften",))["network"][0].count == 0
