"""``akutlinjen forms``: the registration forms."""

from __future__ import annotations

from pathlib import Path

import click

from config.forms import SHIPPED, read_forms
from gateway.cli.errors import BadInput


@click.group()
def forms() -> None:
    """Check the registration forms."""


@forms.command()
@click.argument("folder", type=click.Path(path_type=Path), default=SHIPPED)
def check(folder: Path) -> None:
    """Say everything that is wrong with the forms in FOLDER, with file and line. Without it: the shipped."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: is no folder")
    try:
        checked = read_forms(folder)
    except OSError as error:
        raise BadInput(f"{folder}: can't be read: {error.strerror}") from error
    if checked.problems:
        raise BadInput(*map(str, checked.problems))
    for form in checked.forms.values():
        click.echo(f"{form.id} version {form.version}: {len(form.questions)} questions")
