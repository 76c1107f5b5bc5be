"""The command ``akutlinjen``. Each subcommand is a module here, imported when it is asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from gateway.cli.errors import CommandError


@dataclass(frozen=True, slots=True)
class Subcommand:
    """Where it is (``module:attribute``), and what ``akutlinjen --help`` says of it."""

    path: str
    summary: str


SUBCOMMANDS = {
    "demo": Subcommand("gateway.cli.demo:demo", "Everything on this machine, telephones in the browser."),
    "up": Subcommand("gateway.cli.processes:up", "Every process on this machine, for real settings."),
    "web": Subcommand("gateway.cli.processes:web", "The web process: calls, SMS, staff pages, API."),
    "chat": Subcommand("gateway.cli.processes:chat", "The chat process: citizens and workers who write."),
    "worker": Subcommand("gateway.cli.processes:worker", "The process that does the jobs."),
    "clock": Subcommand("gateway.cli.processes:clock", "The periodic jobs, and the watchdog."),
    "db": Subcommand("gateway.cli.db:db", "The database's schema."),
    "site": Subcommand("gateway.cli.site:site", "Check or load a site file."),
    "roster": Subcommand("gateway.cli.roster:roster", "Import or export rosters; what is uncovered."),
    "who-answers": Subcommand("gateway.cli.who_answers:who_answers", "Who would be rung, and why."),
    "forms": Subcommand("gateway.cli.forms:forms", "Check the registration forms."),
    "stats": Subcommand("gateway.cli.stats:stats", "The statistics tables."),
    "numbers": Subcommand("gateway.cli.numbers:numbers", "Point the carrier's numbers at this gateway."),
    "staff": Subcommand("gateway.cli.staff:staff", "Access for staff."),
    "audit": Subcommand("gateway.cli.audit:audit", "Whether anybody has rewritten the audit log."),
    "purge": Subcommand("gateway.cli.privacy:purge", "Remove what was kept long enough."),
    "privacy": Subcommand("gateway.cli.privacy:privacy", "What is kept about people."),
    "keys": Subcommand("gateway.cli.keys:keys", "Replace the key that encrypts."),
    "doctor": Subcommand("gateway.cli.doctor:doctor", "What would fail tonight."),
}


class LazyGroup(click.Group):
    """Knows its subcommands by name and imports only the one that is used."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in SUBCOMMANDS:
            return None
        module, _, attribute = SUBCOMMANDS[name].path.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, subcommand.summary) for name, subcommand in SUBCOMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(package_name="akutlinjen", message="%(version)s")
def akutlinjen() -> None:
    """The telephone and chat gateway of a 24-hour crisis line. Settings come from the environment."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. Exits with 0, with 2 for bad input, with 1 for a failure."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """One call of the command; returns the exit code. Problems go to stderr, one line each."""
    try:
        code: Any = akutlinjen.main(
            args=None if arguments is None else list(arguments), prog_name="akutlinjen", standalone_mode=False
        )
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        words = error.format_message().split()  # a choice's values come with a line each
        return _refuse(error.exit_code, " ".join(words))
    except CommandError as error:
        return _refuse(error.exit_code, *error.problems)
    except click.Abort:
        return _refuse(1, "stopped")
    return code if isinstance(code, int) else 0


def _refuse(code: int, *problems: str) -> int:
    for problem in problems:
        click.echo(f"akutlinjen: {problem}", err=True)
    return code
