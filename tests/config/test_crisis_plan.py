"""What the crisis plan asks: eight steps, five domains, in both languages."""

from __future__ import annotations

from config.crisis_plan import FOLLOW_UP_STEP, crisis_plan_form
from config.municipalities import municipalities


def test_five_domains_and_eight_steps():
    form = crisis_plan_form()
    assert [domain.id for domain in form.domains] == [
        "self_care", "understanding", "feelings", "responsibility", "network",
    ]  # fmt: skip
    assert sorted({1, *(step.number for step in form.steps)}) == list(range(1, FOLLOW_UP_STEP + 1))
    for each in (*form.domains, *form.steps):
        assert each.label.da != each.label.en or each.id == "network"


def test_every_municipality_has_four_digits():
    assert len(municipalities()) == 98
    assert all(len(code) == 4 and code.isdecimal() for code in municipalities())
    assert municipalities()["0561"] == "Esbjerg"
