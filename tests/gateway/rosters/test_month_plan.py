"""The plan on paper."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.rosters.month_plan import month_plan
from tests.gateway.rosters.example import SITE, shift

SHIFTS = [
    shift("foenix", 1, "w1", "24 08:00", "24 16:00"),
    shift("foenix", 2, "w2", "24 23:00", "25 07:00"),
    shift("foenix", 1, "w3", "30 16:00", "2026-12-01 00:00"),
]
GAP = (datetime(2026, 11, 24, 15, tzinfo=UTC), datetime(2026, 11, 24, 22, tzinfo=UTC))
PRINTED = datetime(2026, 11, 22, 12, tzinfo=UTC)


def text_of(pdf: bytes) -> str:
    """The texts of all pages, as the fonts have them."""
    assert pdf.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    pages = b"\n".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"\x78")
    texts = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", pages)
    return re.sub(r"\\(.)", r"\1", "\n".join(text.decode("latin-1") for text in texts))


def printed(**more) -> str:
    return text_of(
        month_plan(SITE, "foenix", date(2026, 11, 24), SHIFTS, [GAP], version=7, printed_at=PRINTED, **more)
    )


def test_who_when_and_what_is_uncovered():
    text = printed()
    assert "Akuttilbuddet Fønix, november 2026" in text
    assert "Udskrevet 22.11.2026 13:00, vagtplan 7" in text
    assert "08:00-16:00 Vagt 1" in text
    assert "23:00-24:00 Vagt 2 (bagvagt 2)" in text
    assert "00:00-07:00 Vagt 2 (bagvagt 2)" in text
    assert "16:00-24:00 Vagt 3" in text
    assert "INGEN 16:00-23:00" in text
    assert [f"{day}." in text for day in (1, 30, 31)] == [True, True, False]


def test_numbers_are_on_a_page_of_their_own_and_only_when_asked_for():
    assert "+45" not in printed()
    numbers = printed(with_numbers=True)
    assert {"+45 20 00 00 01", "+45 76 16 00 99"} <= set(re.findall(r"\+45(?: \d\d){4}", numbers))


def test_in_english():
    text = printed(language="en")
    assert "November 2026" in text
    assert "NOBODY 16:00-23:00" in text


def test_names_that_the_font_does_not_have_are_readable():
    worker = replace(SITE.workers["w1"], name="Łucja Čapková 王")
    site = replace(SITE, workers={**SITE.workers, "w1": worker})
    text = text_of(month_plan(site, "foenix", date(2026, 11, 1), SHIFTS, [], version=1, printed_at=PRINTED))
    assert "?ucja Capková ?" in text


def test_a_full_month_fits():
    busy = [
        shift(
            "foenix", tier, worker, f"2026-12-{day:02} {start:02}:00", f"2026-12-{day:02} {start + 7:02}:30"
        )
        for day in range(1, 32)
        for start in (0, 8, 16)
        for tier, worker in enumerate(("w1", "w2", "w3"), 1)
    ]
    pdf = month_plan(SITE, "foenix", date(2026, 12, 1), busy, [], version=1, printed_at=PRINTED)
    assert text_of(pdf).count("Vagt 2") == 93
    with pytest.raises(KeyError):
        month_plan(SITE, "nowhere", date(2026, 12, 1), busy, [], version=1, printed_at=PRINTED)
