"""What becomes of changes that were made to a form while somebody, or another device, saved it, too.

A change tells what stood there before. So two people who answer different questions don't disturb each other,
and two who answer the same one are both heard: nothing is put in place of what they have not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.forms import Form
from gateway.registration.answers import Answers


@dataclass(frozen=True, slots=True)
class Change:
    """``after``: the answer now, None for none. ``before``: what stood there; not known when ``is_blind``."""

    after: Any
    before: Any = None
    is_blind: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """``answers``: what is kept. ``theirs``: where both answered differently, what stands there already."""

    answers: Answers
    theirs: Mapping[str, Any]


def merged(current: Answers, changes: Mapping[str, Change], *, is_new: bool = False) -> Merged:
    """``is_new``: nobody has saved anything yet, so nothing of anybody's can be in their way."""
    answers, theirs = dict(current), {}
    for name, change in changes.items():
        stands, after = plain(current.get(name)), plain(change.after)
        unseen = stands is not None if change.is_blind else stands != plain(change.before)
        if not is_new and unseen and stands != after:
            theirs[name] = current.get(name)
        elif after is None:
            answers.pop(name, None)
        else:
            answers[name] = change.after
    return Merged(answers, theirs)


def changes_between(before: Answers, after: Answers) -> dict[str, Change]:
    """What somebody changed on a page: from what it showed them to what they sent."""
    return {
        name: Change(after.get(name), before.get(name))
        for name in before | after
        if plain(before.get(name)) != plain(after.get(name))
    }


def only_asked(form: Form, answers: Answers) -> Answers:
    """Without answers to questions that the other answers leave out."""
    return {
        name: value
        for name, value in answers.items()
        if name not in form.questions or form.questions[name].is_asked(answers)
    }


def plain(answer: Any) -> Any:
    """The same for the same answer: no answer is None, a choice of several has no order."""
    if isinstance(answer, list):
        return sorted(set(map(str, answer))) or None
    return None if answer == "" else answer
