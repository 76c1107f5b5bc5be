"""Somebody who fills in the form of a page, with a browser that runs no scripts."""

from __future__ import annotations

import json
from typing import Any

from tests.gateway.pages.visiting import Form, Visitor

PLAIN = {
    "who": "person_in_acute_mental_crisis", "first_contact": "first", "sex": "unknown", "age": "18_29",
    "crisis_level": "mild", "background": "unknown", "further": "none", "themes": ["low_mood"],
}  # fmt: skip


def send_sheet(visitor: Visitor, path: str, answers: dict[str, Any], *, do: str, **more: str):
    """What the browser sends: every input, as it was shown or as it was changed."""
    fields = Form(visitor.page.text).forms[path]
    shown = json.loads(fields["seen"])
    data: dict[str, Any] = {f"q.{name}": value for name, value in (shown | answers).items()}
    data |= {name: fields[name] for name in ("form_token", "seen")}
    return visitor.ask("POST", path, data=data | {"do": do} | more)


def tell(visitor: Visitor, path: str, token: str, body: dict[str, Any]):
    """What the page's script sends."""
    return visitor.ask(
        "POST", f"{path}/draft", json=body, headers={"X-Form-Token": token, "Accept": "application/json"}
    )
