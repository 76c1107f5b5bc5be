"""The command's frame: lazy subcommands, one clear line for each problem, exit codes."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from gateway import cli
from gateway.cli import SUBCOMMANDS, Subcommand, run
from gateway.cli.errors import BadInput, Failure


@click.command()
@click.option("--how", type=click.Choice(["well", "bad-input", "failure", "code", "abort"]), default="well")
@click.argument("rest", nargs=-1)
def sample(how, rest):
    """A sample."""
    if how == "bad-input":
        raise BadInput("line 3: no such municipality", "line 9: no such line")
    if how == "failure":
        raise Failure("the carrier does not answer")
    if how == "abort":
        raise click.Abort
    click.echo("done")
    return 5 if how == "code" else None


@pytest.fixture(autouse=True)
def _with_sample(monkeypatch):
    monkeypatch.setitem(SUBCOMMANDS, "sample", Subcommand(f"{__name__}:sample", "A sample."))


@pytest.mark.parametrize(
    ("arguments", "code", "errors"),
    [
        (["sample"], 0, ""),
        (["sample", "--how", "code"], 5, ""),
        (["sample", "--how", "failure"], 1, "akutlinjen: the carrier does not answer\n"),
        (
            ["sample", "--how", "bad-input"],
            2,
            "akutlinjen: line 3: no such municipality\nakutlinjen: line 9: no such line\n",
        ),
        (["sample", "--how", "abort"], 1, "akutlinjen: stopped\n"),
        (["nonsense"], 2, "akutlinjen: No such command 'nonsense'.\n"),
        (["sample", "--nonsense"], 2, "akutlinjen: No such option '--nonsense'.\n"),
        (["stats", "seed"], 2, "akutlinjen: Missing option '--like'. Choose from: evaluation\n"),
    ],
)
def test_exit_codes_and_one_line_for_each_problem(capsys, arguments, code, errors):
    assert run(arguments) == code
    assert capsys.readouterr().err == errors


def test_a_value_that_is_none_of_the_choices_is_one_line(capsys):
    assert run(["sample", "--how", "oddly"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_help_names_every_subcommand(capsys):
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    for name, subcommand in SUBCOMMANDS.items():
        assert f"  {name} " in said
        assert subcommand.summary in " ".join(said.split())


def test_nothing_asked_for_shows_the_help(capsys):
    assert run([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_help_imports_no_subcommand_and_none_of_what_they_need():
    heavy = {"flask", "granian", "redis", "rq", "sqlalchemy", "twilio", "uvicorn"}
    code = (
        f"import sys\nfrom gateway.cli import run\nrun(['--help'])\nprint(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", [name for name in SUBCOMMANDS if name != "sample"])
def test_every_subcommand_is_there_with_a_help_of_its_own(capsys, name):
    command = cli.akutlinjen.get_command(click.Context(cli.akutlinjen), name)
    assert command.name == name
    assert run([name, "--help"]) == 0
    assert "--help" in capsys.readouterr().out
    assert command.help


def test_it_runs_as_a_module_too():
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "nonsense"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert done.stderr == "akutlinjen: No such command 'nonsense'.\n"
