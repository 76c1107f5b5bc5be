"""Warnings: a site that loads, and still would not do what its author wants."""

from __future__ import annotations

import pytest

from config.site_file import check_site

LONG_NAME = "Det Socialpsykiatriske Akuttilbud Fønix Nord"
SOUND = """\
[site]
id = "x"
name = "X"
timezone = "Europe/Copenhagen"
languages = ["da", "en"]
[[municipality]]
code = "0561"
name = "Esbjerg"
postcodes = ["6700"]
[[line]]
id = "foenix"
name = "Akuttilbuddet Fønix"
municipalities = ["0561"]
phone = "+4576160001"
night_line = "vest"
[line.hours]
voice = ["always"]
[[night_line]]
id = "vest"
name = "Natlinjen Vest"
hours = ["daily 23:00-07:00"]
[[shared_number]]
phone = "+4570200000"
lines = ["foenix"]
fallback = "vest"
[[worker]]
id = "w1"
name = "Vagt 1"
mobile = "+4520000001"
lines = ["foenix"]
night_lines = ["vest"]
roles = ["worker", "coordinator"]
languages = ["da", "en"]
"""


def warnings(text: str) -> list[str]:
    checked = check_site(text)
    assert checked.site is not None, checked.problems
    return [str(warning) for warning in checked.warnings]


def test_a_sound_site_has_no_warning() -> None:
    assert warnings(SOUND) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            'voice = ["always"]',
            'voice = ["always", "daily 10:00-11:00"]',
            'voice has "always"',
        ),
        ('lines = ["foenix"]\nnight', "lines = []\nnight", 'line 10: line "foenix": no worker has it'),
        ('"worker", "coordinator"', '"coordinator"', 'line 10: line "foenix": no worker has it'),
        ('"worker", "coordinator"', '"worker"', 'line 10: line "foenix": no coordinator has it'),
        ('night_lines = ["vest"]', "night_lines = []", 'line 18: night_line "vest": no worker has it'),
        ('postcodes = ["6700"]\n', "", "its municipalities have no postcodes"),
        ('languages = ["da", "en"]\n', 'languages = ["da"]\n', 'nobody can ask for "en"'),
        (
            "[[line]]",
            '[[municipality]]\ncode = "0563"\nname = "Fanø"\n[[line]]',
            'line 10: municipality "0563": no line serves it',
        ),
        (
            "Akuttilbuddet Fønix",
            LONG_NAME,
            "its greeting (da) takes about",
        ),
        (
            "Akuttilbuddet Fønix",
            LONG_NAME,
            "its whisper (en) takes about",
        ),
    ],
)
def test_what_is_hardly_meant_is_said(before: str, after: str, says: str) -> None:
    assert before in SOUND
    assert [words for words in warnings(SOUND.replace(before, after, 1)) if says in words]


def test_a_line_nobody_can_reach_is_told_unless_partners_can() -> None:
    silent = SOUND.replace('night_line = "vest"\n', "").replace('["always"]', '["never"]')
    assert any("closed for ever" in words for words in warnings(silent))
    partners = silent.replace("[line.hours]", 'partner_phone = "+4576160091"\n[line.hours]')
    assert not any("closed for ever" in words for words in warnings(partners))


def test_a_night_line_that_nobody_uses_is_told() -> None:
    alone = SOUND.replace('night_line = "vest"\n', "")
    assert warnings(alone) == []  # the shared number falls back to it
    start = alone.index("[[shared_number]]")
    without = alone[:start] + alone[alone.index("[[worker]]") :]
    assert any("no line and no shared number uses it" in words for words in warnings(without))


def test_own_words_make_a_long_name_short_again() -> None:
    text = SOUND.replace("Akuttilbuddet Fønix", LONG_NAME)
    own = "\n".join(
        f'[line.texts.{code}]\ngreeting = "Du har ringet til Fønix."\nwhisper = "Fønix. Tryk 1."'
        for code in ("da", "en")
    )
    assert warnings(text.replace("[[night_line]]", f"{own}\n[[night_line]]")) == []
