"""Registration forms as data, a file for each form and version (domain page, "Registration form")."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from config.forms.form import UNKNOWN, Condition, Form, Function, Kind, Option, Question, Words
from config.forms.form_files import SHIPPED, Checked, Problem, read_forms

__all__ = [
    "SHIPPED",
    "UNKNOWN",
    "Checked",
    "Condition",
    "Form",
    "FormsError",
    "Function",
    "Kind",
    "Option",
    "Problem",
    "Question",
    "Words",
    "form",
    "forms",
    "newest",
    "read_forms",
]


class FormsError(Exception):
    """A shipped form can't be used, or there is none of that id and version. The message says which."""


@cache
def forms() -> Mapping[tuple[str, int], Form]:
    """The shipped forms by id and version. Raises FormsError."""
    checked = read_forms(SHIPPED)
    if checked.problems:
        raise FormsError("\n".join(map(str, checked.problems)))
    return checked.forms


def form(form_id: str, version: int) -> Form:
    """As it was when it was filled in. Raises FormsError."""
    try:
        return forms()[form_id, version]
    except KeyError:
        raise FormsError(f"there is no form {form_id} of version {version}") from None


def newest(function: Function) -> Form:
    """What is filled in from now on."""
    return max(
        (each for each in forms().values() if each.function == function), key=lambda each: each.version
    )
