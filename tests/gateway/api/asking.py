"""Asks the API as a program would, and holds every answer against the API's own description."""

from __future__ import annotations

from typing import Any

import jsonschema
from flask import Flask
from werkzeug.test import TestResponse

from gateway.accounts import tokens
from gateway.api.description import description
from gateway.store.engine import Store
from tests.flows.world import World

PREFIX = "/api/v1"


class Api:
    """The API for one worker; ``worker`` None: without a token."""

    def __init__(self, app: Flask, store: Store, worker: str | None, world: World) -> None:
        self._client = app.test_client()
        self.token = ""
        if worker is not None:
            with store.write() as connection:
                self.token = tokens.issue(connection, worker, world.clock())

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=body, **options)

    def put(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return self.ask("PUT", path, json=body, **options)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= options.pop("headers", {})
        answer = self._client.open(PREFIX + path, method=method, headers=headers, **options)
        as_described(method, path, answer)
        return answer


def as_described(method: str, path: str, answer: TestResponse) -> None:
    """Fails where the answer is not one that the description tells of."""
    found = [rule for rule in description()["paths"] if matches(rule, path.partition("?")[0])]
    if not found or method.lower() not in description()["paths"][found[0]]:
        assert answer.status_code in {401, 404, 405}
        assert answer.content_type == "application/problem+json"
        schema = {"$ref": "#/components/schemas/Problem"}
    else:
        told = description()["paths"][found[0]][method.lower()]["responses"][str(answer.status_code)]
        if "$ref" in told:
            told = description()["components"]["responses"][told["$ref"].rpartition("/")[2]]
        ((content_type, content),) = told["content"].items()
        assert answer.content_type == content_type
        schema = content["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": description()["components"]})
    problems = [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.get_json(force=True))
    ]
    assert not problems, problems


def matches(rule: str, path: str) -> bool:
    wanted, given = rule.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        part == other or part.startswith("{") for part, other in zip(wanted, given, strict=True)
    )
