"""How a command says that it can't: one clear line each, and the exit code that goes with it."""

from __future__ import annotations


class CommandError(Exception):
    """Ends the command. ``problems``: one line each, printed on stderr as they are."""

    exit_code = 1

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class BadInput(CommandError):  # noqa: N818 - reads as what it is where it is raised
    """What was given can't be used: an argument, a file, a setting."""

    exit_code = 2


class Failure(CommandError):  # noqa: N818 - as above
    """It was right to ask, and it could not be done."""
