"""The words: complete in both languages, calm, short, and a line's own in place of the house's."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from config.site_file import SHIPPED, read_site
from config.texts import KEYS, Texts, TextsError, known_languages
from config.texts.keys import LIMIT_SECONDS, PLACEHOLDERS, problem_with, spoken_seconds
from config.texts.language import DIRECTORY, languages

ROOT = Path(__file__).parents[2]
LANGUAGES = known_languages()

# As a citizen or worker would hear them.
VALUES = {
    "line": "Akuttilbuddet Fønix",
    "municipality": "Esbjerg",
    "number": "20, 12, 34, 56",
    "hours": "hverdage fra klokken 15 til 23",
    "time": "20.15",
    "day": "24/11",
    "ticket": "123 455",
    "code": "1234 5678",
    "phone": "76 16 00 01",
    "count": "3",
    "link": "https://akutlinjen.example.dk/sign-in/link/" + 38 * "x",
}
# Said in English, whatever the language: they are for whoever doesn't understand the other words.
IN_ENGLISH = {"press_for_english", "english_confirmed", "text_for_english"}


def said(key: str, language: str, **values: str) -> str:
    given = VALUES | values
    return Texts.load().say(key, language, **{name: given[name] for name in PLACEHOLDERS[key]})  # type: ignore[arg-type]


def lix(text: str) -> float:
    """Björnsson's reading level: words a sentence, and the share of words with more than six letters."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    sentences = len(re.findall(r"[.:?!]+(?=\s|$)", text))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_danish_comes_first() -> None:
    assert LANGUAGES == ("da", "en")
    assert Texts.load().languages == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_text_is_there_and_calm(key: str, language: str) -> None:
    text = said(key, language)
    assert text
    assert "!" not in text
    assert "{" not in text
    assert text == text.strip()
    assert text[-1] in ".?"
    assert not re.search(r"fejl|error|sorry|beklager|desværre|optaget", text, re.IGNORECASE)


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    danish, english = languages()["da"].words, languages()["en"].words
    assert danish.keys() == english.keys() == set(KEYS)
    for key in KEYS:
        assert set(re.findall(r"{\w+}", danish[key])) == set(re.findall(r"{\w+}", english[key]))


def test_the_words_that_were_agreed_are_used_as_they_stand() -> None:
    assert said("greeting", "da", line="Fønix") == (
        "Du har ringet til Fønix. Er nogen i livsfare, så ring 112. Jeg finder en medarbejder til dig."
    )
    assert said("press_for_english", "da") == "For English, press 2."
    assert said("postcode", "da") == (
        "Tast dit postnummer, så finder vi dem, der er tæt på dig. Du kan også bare blive i røret."
    )
    assert said("hold", "da") == "Vi ringer til en medarbejder nu. Bliv i røret."
    assert said("hold_long", "da") == (
        "Det tager lidt længere end ellers. Vi har ikke glemt dig. Tryk 5, hvis du hellere vil ringes op."
    )
    assert said("nobody_took_it", "da") == (
        "Lige nu kan ingen tage telefonen. Tryk 1, så ringer vi dig op på det nummer, du ringer fra. "
        "Eller bliv i røret, så prøver vi igen."
    )
    assert said("whisper", "da") == "Esbjerg, Akuttilbuddet Fønix. Tryk 1."
    assert said("taken_by_another", "da") == "En kollega har taget den. Tak."
    assert said("worker_left", "da") == "Samtalen er slut. Du kan altid ringe igen."


def test_danish_reads_easily() -> None:
    names = {"line": "Fønix", "municipality": "Ribe"}  # how long a line's own name is isn't the words' doing
    spoken = [
        said(key, "da", **names) for key in KEYS if key not in IN_ENGLISH and not key.startswith("sms_")
    ]
    assert lix(" ".join(spoken)) < 35
    sent = [said(key, "da", link="her") for key in KEYS if key.startswith("sms_")]
    assert lix(" ".join(sent)) < 35
    # Each by itself too, but for the shortest: below eight words one long word decides.
    for text in (text for text in spoken if len(text.split()) >= 8):
        assert lix(text) < 35, (round(lix(text)), text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(LIMIT_SECONDS))
def test_no_text_takes_longer_than_it_may(key: str, language: str) -> None:
    assert spoken_seconds(said(key, language)) < LIMIT_SECONDS[key]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["demo", "trial"])
def test_greeting_and_whisper_fit_every_shipped_line(name: str, language: str) -> None:
    site = read_site((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    texts = Texts.load({line.id: line.texts for line in site.lines.values()})
    for line in site.lines.values():
        greeting = texts.say("greeting", language, line_id=line.id, line=line.name)
        assert spoken_seconds(greeting) < 8, greeting
        for code in line.municipalities:
            municipality = site.municipalities[code].name
            whisper = texts.say(
                "whisper", language, line_id=line.id, line=line.name, municipality=municipality
            )
            assert spoken_seconds(whisper) < 3, whisper


def test_messages_fit_one_sms_and_name_nobody() -> None:
    for key in (key for key in KEYS if key.startswith("sms_")):
        own = {
            "sms_sign_in_link": {"link"},
            "sms_registrations_missing": {"count"},
            "sms_somebody_waits": {"line", "link"},
            "sms_written_to": {"line", "link"},
        }
        assert PLACEHOLDERS[key] - {"day"} == own.get(key, {"line", "time"})
        assert len(said(key, "da")) <= 160


def test_voices_are_named_for_the_carrier() -> None:
    texts = Texts.load()
    assert (texts.voice("da").language, texts.voice("da").voice) == ("da-DK", "Polly.Naja")
    assert (texts.voice("en").language, texts.voice("en").voice) == ("en-GB", "Polly.Amy")


def test_whoever_speaks_another_language_hears_danish() -> None:
    texts = Texts.load()
    assert texts.say("hold", "pl") == texts.say("hold", "da")
    assert texts.voice("pl") == texts.voice("da")


def test_a_lines_own_words_go_before_the_houses() -> None:
    texts = Texts.load({"toften": {"da": {"hold": "Vent lidt."}}})
    assert texts.say("hold", "da", line_id="toften") == "Vent lidt."
    assert texts.say("hold", "en", line_id="toften") == Texts.load().say("hold", "en")
    assert texts.say("hold", "da", line_id="foenix") == Texts.load().say("hold", "da")
    assert texts.say("hold", "da") == Texts.load().say("hold", "da")
    assert texts.say("worker_left", "da", line_id="toften") == Texts.load().say("worker_left", "da")


def test_own_words_may_leave_a_name_out_but_values_are_always_given() -> None:
    texts = Texts.load({"toften": {"da": {"greeting": "Du har ringet til Toften."}}})
    assert texts.say("greeting", "da", line_id="toften", line="x") == "Du har ringet til Toften."
    with pytest.raises(TextsError, match="greeting takes line, was given nothing"):
        texts.say("greeting", "da", line_id="toften")


def test_a_wrong_question_is_an_error_whatever_the_words_are() -> None:
    texts = Texts.load()
    with pytest.raises(TextsError, match="hold takes nothing, was given line"):
        texts.say("hold", "da", line="x")
    with pytest.raises(TextsError, match="nonsense"):
        texts.say("nonsense", "da")  # type: ignore[arg-type]


def test_values_are_never_read_as_placeholders() -> None:
    assert "{line.__class__}" in said("greeting", "da", line="{line.__class__}")


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("hold", "Vent.", None),
        ("greeting", "Hej.", None),
        ("greeting", "Hej {line}.", None),
        ("whisper", "{line}", None),
        ("callback_confirm", "Vi ringer {number}.", None),
        ("callback_confirm", "Vi ringer.", "leaves out {number}"),
        ("closed", "Lukket. {line}", "leaves out {hours}"),
        ("hold", "Vent {line}.", "it can use no placeholder"),
        ("greeting", "{}", "names {}"),
        ("greeting", "{line.name}", "names {line.name}"),
        ("greeting", "{line:>9}", "more than a name"),
        ("greeting", "{line", "a brace"),
        ("greeting", "  ", "is empty"),
    ],
)
def test_words_are_checked_before_they_are_spoken(key: str, text: str, says: str | None) -> None:
    problem = problem_with(key, text)
    assert (problem is None) is (says is None)
    assert (says or "") in (problem or "")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("worker_left =", "farewell =", "en.toml: worker_left is missing"),
        ("worker_left =", "farewell =", "en.toml: farewell is no text that anything says"),
        ("called {line}.", "called us.", "en.toml: greeting has other placeholders than da.toml"),
        ("called {line}.", "called {linje}.", "en.toml: greeting names {linje}"),
        ('voice = "Polly.Amy"\n', "", "en.toml: [voice] voice is missing"),
        ("clock = 12", "clock = 12\ntick = 1", "en.toml: [spoken] tick is not known"),
    ],
)
def test_an_incomplete_language_stops_the_start(tmp_path: Path, before: str, after: str, says: str) -> None:
    for path in DIRECTORY.glob("*.toml"):
        shutil.copy(path, tmp_path)
    english = tmp_path / "en.toml"
    text = english.read_text(encoding="utf-8")
    assert before in text
    english.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TextsError) as caught:
        languages(tmp_path)
    assert any(problem.startswith(says) for problem in caught.value.problems)


def calls_that_say() -> list[tuple[str, str, set[str]]]:
    """Where the code says a text, by which key, and which values it gives."""
    found = []
    for path in (path for folder in ("gateway", "chat", "workers") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or any(keyword.arg is None for keyword in node.keywords):
                continue
            keys = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and arg.value in KEYS]
            named = isinstance(node.func, ast.Attribute) and node.func.attr in ("say", "citizen", "worker")
            if named and keys:
                given = {str(keyword.arg) for keyword in node.keywords} - {"line_id"}
                found.append((f"{path.relative_to(ROOT)}:{node.lineno}", keys[0], given))
    return found


def test_whoever_says_a_text_gives_all_that_it_takes() -> None:
    for where, key, given in calls_that_say():
        assert given == PLACEHOLDERS[key], f"{where}: {key} takes {set(PLACEHOLDERS[key])}"
