from __future__ import annotations

import tomllib

import pytest

from config.toml_lines import TomlLines, syntax_error

TEXT = '''\
# a comment with [brackets] and = signs
top = "a # b"

[site]
id = "x"   # said here
names = ["a", 'b # c',
  "d",  # "e"
  [1, 2], {f = 1, "g h" = [3,
  4]},
]
long = """
[[line]]
id = "not a key"
""\\""""
raw = \'\'\'
[site]
\'\'\'
"quoted = key" = 1
dotted.deep . "er" = 2
when = 2026-11-22T23:30:00+01:00

[[line]]
id = "one"
[line.hours]
voice = ["always",
         "never"]
[line.texts.da]
greeting = "hej"

[[line]] # the second
id = "two"
  [line.hours]
  voice = []
[[line.part]]
a = 1
[[line.part]]
a = 2
[line.part.sub]
b = 3
'''


def line_holding(words: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("top",), 'top = "a'),
        (("site",), "[site]"),
        (("site", "id"), 'id = "x"'),
        (("site", "names"), "names ="),
        (("site", "names", 1), "names ="),
        (("site", "names", 2), '"d",'),
        (("site", "names", 3, 1), "[1, 2]"),
        (("site", "names", 4, "f"), "{f = 1"),
        (("site", "names", 4, "g h", 1), "4]}"),
        (("site", "long"), 'long = """'),
        (("site", "raw"), "raw = "),
        (("site", "quoted = key"), '"quoted = key"'),
        (("site", "dotted", "deep", "er"), "dotted.deep"),
        (("site", "when"), "when ="),
        (("line", 0, "id"), 'id = "one"'),
        (("line", 0, "hours"), "[line.hours]"),
        (("line", 0, "hours", "voice", 1), '"never"]'),
        (("line", 0, "texts", "da", "greeting"), "greeting"),
        (("line", 1), "[[line]] # the second"),
        (("line", 1, "id"), 'id = "two"'),
        (("line", 1, "hours"), "  [line.hours]"),
        (("line", 1, "hours", "voice"), "voice = []"),
        (("line", 1, "part", 0, "a"), "a = 1"),
        (("line", 1, "part", 1, "a"), "a = 2"),
        (("line", 1, "part", 1, "sub", "b"), "b = 3"),
        # What isn't written itself stands where its table stands.
        (("line", 1, "name"), "[[line]] # the second"),
        (("line", 0, "hours", "chat"), "[line.hours]"),
    ],
)
def test_the_line_of_everything(path: tuple[str | int, ...], words: str) -> None:
    assert TomlLines(TEXT).of(*path) == line_holding(words)


def test_what_stands_nowhere_is_on_the_first_line() -> None:
    assert TomlLines(TEXT).of("worker", 3, "id") == 1
    assert TomlLines("").of("site") == 1


def test_every_value_that_tomllib_reads_has_a_line() -> None:
    lines = TomlLines(TEXT)

    def paths(value: object, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        if isinstance(value, dict):
            return [path, *(found for key in value for found in paths(value[key], (*path, key)))]
        if isinstance(value, list):
            return [path, *(found for at, item in enumerate(value) for found in paths(item, (*path, at)))]
        return [path]

    for path in paths(tomllib.loads(TEXT), ())[1:]:
        written = str(path[-1]) if isinstance(path[-1], str) else ""
        assert written in TEXT.splitlines()[lines.of(*path) - 1], path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\n\n[x\n", 3),
        ('a = "unclosed', 1),
        ("a = 1\na = 2\n", 2),
        ("a = [1,\n2\n", 2),
    ],
)
def test_a_syntax_error_has_its_line(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    found, words = syntax_error(caught.value, text)
    assert found == line
    assert words
    assert "line" not in words
