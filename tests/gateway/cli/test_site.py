from __future__ import annotations

import pytest

from tests.gateway.rosters.example import SITE_TEXT

COUNTS = "2 municipalities, 2 lines, 1 night line, 1 shared number, 3 workers"


def test_check_says_what_is_in_it_and_loads_nothing(command, tmp_path):
    assert command.good("site", "check", command.file("site.toml", SITE_TEXT)) == f"ok: {COUNTS}\n"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("subcommand", ["check", "load"])
def test_every_problem_at_once_with_its_line(command, subcommand):
    path = command.file("site.toml", SITE_TEXT.replace('"w2"', '"w1"').replace('["foenix"]', '["fonix"]'))
    said = command("site", subcommand, path)
    assert said.code == 2
    assert said.out == ""
    assert len(said.problems) >= 2
    assert all(problem.startswith(f"{path}: line ") for problem in said.problems)
    assert command("who-answers", "--line", "foenix").problems[0].startswith("no site is loaded")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "can't be read: No such file or directory"),
        (b'[site]\nname = "F\xf8nix"', "line 2: is not UTF-8"),
    ],
)
def test_a_file_that_can_not_be_read(command, tmp_path, content, words):
    path = tmp_path / "site.toml"
    if content is not None:
        path.write_bytes(content)
    said = command("site", "load", path)
    assert (said.code, len(said.problems)) == (2, 1)
    assert words in said.problems[0]


def test_load_and_load_again(command, database_url):
    command.set(DATABASE_URL=database_url)
    command.good("db", "upgrade")
    path = command.file("site.toml", SITE_TEXT)
    assert command.good("site", "load", path) == f"loaded as site version 1: {COUNTS}\n"
    assert command.good("site", "load", path) == "nothing changed; site version 1 is this file already\n"
    command.file("site.toml", SITE_TEXT + "\n# changed\n")
    assert command.good("site", "load", path).startswith("loaded as site version 2: ")


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(command, tmp_path):
    path = tmp_path / "site.toml"
    path.write_bytes(SITE_TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    command.good("site", "check", path)
    command.good("site", "load", path)
    command.good("who-answers", "--line", "foenix")


def test_warnings_stand_on_stderr_and_keep_nothing_back(command):
    text = SITE_TEXT + '\n[[municipality]]\ncode = "0101"\nname = "København"\n'
    path = command.file("site.toml", text)
    for subcommand, done in (("check", "ok: 3 municipalities"), ("load", "loaded as site version 1")):
        said = command("site", subcommand, path)
        assert said.code == 0
        assert said.out.startswith(done)
        (warning,) = said.problems
        assert warning.startswith(
            f'{path}: line {text.count(chr(10)) - 2}: municipality "0101": no line serves it'
        )
        assert warning.endswith(" (a warning only)")


def test_shifts_to_come_of_those_who_left_are_told(with_site):
    with_site.good("roster", "import", with_site.file(
        "roster.csv",
        "line,tier,worker,start,end\n"
        "toften,1,w3,2098-11-22 08:00,2098-11-22 16:00\n"
        "vest,1,w3,2098-11-22 16:00,2098-11-22 18:00\n"
        "foenix,1,w3,2016-11-22 08:00,2016-11-22 16:00\n",
    ))  # fmt: skip
    gone = SITE_TEXT[: SITE_TEXT.index('[[worker]]\nid = "w3"')]
    said = with_site("site", "load", with_site.file("site.toml", gone))
    assert said.code == 0
    assert 'worker "w3" has 2 shifts to come, but is not in the site (a warning only)' in said.problems
