"""Makes an application faster to build: what builds a route's addresses is compiled when it is first used."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


def compile_when_used() -> None:
    """From now on, in this process.

    Werkzeug compiles two functions for each of our routes as soon as it is registered, which is most of the
    time that ``build_app`` takes; nearly every test builds an application, and uses few of its routes.
    """
    at_once = Rule._compile_builder

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Builder:
        made: list[Builder] = []

        def build(self: Rule, **values: object) -> tuple[str, str]:
            if not made:
                made.append(at_once(rule, append_unknown))
            return made[0](self, **values)

        return build

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]
