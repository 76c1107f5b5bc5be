from __future__ import annotations

import shutil

import pytest

from config.forms import SHIPPED, FormsError, Function, Kind, form, forms, newest, read_forms


@pytest.fixture
def folder(tmp_path):
    for path in SHIPPED.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def edited(folder, name, *changes):
    text = (folder / name).read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (folder / name).write_text(text, "utf-8")
    return read_forms(folder)


def line_of(folder, name, words):
    return next(n for n, line in enumerate((folder / name).read_text().splitlines(), 1) if words in line)


def test_the_shipped_forms_are_whole():
    assert {(each.id, each.version) for each in forms().values()} == {(name, 1) for name in Function}
    for each in forms().values():
        assert each.questions["who"].options["person_in_acute_mental_crisis"]
        assert len(each.questions["themes"].options) == 22
        assert len(each.questions["referred_to"].options) == 9


def test_what_the_domain_counts():
    telephone = newest(Function.TELEPHONE).questions
    assert len([word for word in telephone["background"].options if word != "unknown"]) == 9
    assert len([word for word in telephone["life_situation"].options if word != "unknown"]) == 9
    assert "152-153" in telephone["age"].options["under_18"].help.da
    assert all(
        "help" and telephone["crisis_level"].options[word].help for word in ("severe", "moderate", "mild")
    )


def test_a_version_that_is_not_there_is_refused():
    with pytest.raises(FormsError):
        form("telephone", 99)


def test_a_question_is_asked_where_its_condition_holds():
    question = newest(Function.TELEPHONE).questions["who_other"]
    assert question.is_asked({"who": "other"})
    assert not question.is_asked({"who": "relative"})
    assert not question.is_asked({})


def test_chosen_options_become_bits():
    assert (
        newest(Function.TELEPHONE).questions["themes"].mask(["support_care", "low_mood", "low_mood"]) == 0b101
    )


def test_every_required_choice_can_be_answered_with_unknown():
    for each in forms().values():
        for question in each.questions.values():
            if question.required and question.kind is Kind.ONE and question.id != "channel":
                assert "unknown" in question.options


def test_every_problem_of_every_file_at_once_with_its_line(folder):
    first = line_of(folder, "telephone_v1.toml", 'kind = "time"')
    second = line_of(folder, "overnight_v1.toml", "least = 1")
    third = line_of(folder, "lists_v1.toml", "police = ")
    edited(folder, "telephone_v1.toml", ('kind = "time"', 'kind = "tme"'))
    edited(folder, "overnight_v1.toml", ("least = 1", "lest = 1"))
    checked = edited(folder, "lists_v1.toml", ("police = { bit = 2", "police = { bit = 1"))
    assert [(problem.file, problem.line) for problem in checked.problems] == [
        ("lists_v1.toml", third),
        ("overnight_v1.toml", second),
        ("telephone_v1.toml", first),
    ]
    assert checked.forms == {}
    assert 'did you mean "least"' in checked.problems[1].message


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('is = ["other"]', 'is = ["othr"]', 'did you mean "other"'),
        ('question = "who"', 'question = "nobody"', "names no question"),
        ("version = 1", "version = 2", "version must be 1"),
        ("lists = 1", "lists = 7", "number of a lists file"),
        ('en = "Sex"', 'en = " "', "en must say something"),
        ('id = "sex"', 'id = "age"', "asked twice"),
        ("most = 80", "most = 0", "most must be"),
        ("[[question]]", "[[question", "not TOML"),
    ],
)  # fmt: skip
def test_what_is_refused(folder, before, after, words):
    problems = edited(folder, "telephone_v1.toml", (before, after)).problems
    assert any(words in problem.message for problem in problems), problems


def test_a_bit_never_changes_its_meaning(folder):
    text = (folder / "lists_v1.toml").read_text("utf-8")
    (folder / "lists_v2.toml").write_text(text.replace("grief = {", "sorrow = {"), "utf-8")
    (problem,) = read_forms(folder).problems
    assert problem.file == "lists_v2.toml"
    assert 'means "grief"' in problem.message


def test_a_function_without_a_form_is_told(folder):
    (folder / "outgoing_v1.toml").unlink()
    (problem,) = read_forms(folder).problems
    assert "no form for outgoing" in problem.message
