"""The pieces that the API's description is made of: operations, parameters, problems."""

from __future__ import annotations

from typing import Any

from gateway.api import problems
from gateway.api.problems import Kind
from gateway.api.schemas import named

Json = dict[str, Any]

_ALWAYS = (problems.INVALID, problems.NO_TOKEN, problems.UNAVAILABLE, problems.FAILED)
_BODY = (problems.TOO_LARGE, problems.NOT_JSON)


def operation(
    name: str,
    summary: str,
    gives: str,
    *,
    status: str = "200",
    or_status: str | None = None,
    takes: str | None = None,
    parameters: list[Json] | None = None,
    kinds: tuple[Kind, ...] = (),
) -> Json:
    told = [*_ALWAYS, *kinds, *(_BODY if takes else ())]
    operation: Json = {
        "operationId": name,
        "summary": summary,
        "responses": {
            each: {"description": summary, "content": json_content(named(gives))}
            for each in (status, or_status)
            if each is not None
        }
        | _by_status(told),
    }
    if parameters:
        operation["parameters"] = parameters
    if takes:
        operation["requestBody"] = {"content": json_content(named(takes))}
    return operation


def _by_status(kinds: list[Kind]) -> Json:
    """One response a status, as OpenAPI has it; two problems of one status are told in the first."""
    responses: Json = {}
    for kind in kinds:
        responses.setdefault(str(int(kind.status)), {"$ref": f"#/components/responses/{kind.name}"})
    return dict(sorted(responses.items()))


def problem(kind: Kind) -> Json:
    return {
        "description": kind.title,
        "content": {problems.CONTENT_TYPE: {"schema": named("Problem")}},
    }


def with_optional_bodies(paths: Json, schemas: Json) -> Json:
    """The same paths: a body whose every field may be left out may be left out itself."""
    for methods in paths.values():
        for each in methods.values():
            if "requestBody" in each:
                pointer = each["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                each["requestBody"]["required"] = bool(schemas[pointer.rpartition("/")[2]]["required"])
    return paths


def json_content(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def parameter(name: str, place: str, description: str, schema: Json, **more: object) -> Json:
    required = place == "path"
    return {
        "name": name, "in": place, "required": required, "description": description, "schema": schema, **more
    }  # fmt: skip
