"""What the page says: complete in both languages, easy to read, calm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chat.widget.words import LANGUAGES, words_in

WIDGET = Path(__file__).parents[3] / "chat/widget"
# Where one is pressed or filled in, a word or two stand alone: no sentence to measure.
SHORTEST = 8


def lix(text: str) -> float:
    """Björnsson's reading level: words a sentence, and the share of words with more than six letters."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    sentences = max(1, len(re.findall(r"[.:?!…]+(?=\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def texts(language: str) -> dict[str, str]:
    words = words_in(language)
    found = {}
    for name, text in [*words.page.items(), *words.script.items()]:
        for position, each in enumerate(text if isinstance(text, list) else [text]):
            filled = each.replace("{number}", "76 16 00 01").replace("{position}", "2")
            found[f"{name}{position or ''}"] = filled.replace("{time}", "mandag 15.00").replace(
                "{count}", "2"
            )
    return found


def test_both_languages_say_the_same_things() -> None:
    danish, english = (words_in(language) for language in LANGUAGES)
    for one, other in ((danish.page, english.page), (danish.script, english.script)):
        assert one.keys() == other.keys()
        for name, text in one.items():
            assert set(re.findall(r"\{\w+\}", str(text))) == set(re.findall(r"\{\w+\}", str(other[name]))), (
                name
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_calm_and_filled_in(language: str) -> None:
    for name, text in texts(language).items():
        assert text.strip() == text != "", name
        assert "!" not in text, name
        assert "{" not in text, name
        assert not re.search(r"fejl|error|sorry|beklager|desværre|optaget|busy", text, re.IGNORECASE), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reads_easily(language: str) -> None:
    whole = " ".join(text if text[-1] in ".?…" else f"{text}." for text in texts(language).values())
    assert lix(whole) < 35
    # Each by itself too, but for the shortest: below eight words one long word decides.
    for name, text in texts(language).items():
        if len(text.split()) >= SHORTEST:
            assert lix(text) < 35, (name, round(lix(text)), text)


def test_every_word_is_used_and_every_word_used_is_there() -> None:
    template = (WIDGET / "templates/page.html").read_text()
    on_page = set(re.findall(r"\bw\.(\w+)", template))
    assert on_page == set(words_in("da").page)
    scripts = "".join(path.read_text() for path in (WIDGET / "script").glob("*.js"))
    in_script = set(re.findall(r"\bwords\.(\w+)", scripts))
    notes = {"sending", "unsent", "failed"}  # looked up by the state of a message
    assert in_script | notes == set(words_in("da").script)
