"""A test client that holds every answer against the committed OpenAPI document."""

import copy
import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import yaml
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from greenapi.rest.schema_headers import FOR_BROWSERS

# The parameters that shape an answer, and the components of such answers.
SHAPING = {"fields", "include", "count", "facets"}
SHAPED = "/Shaped"
DOCUMENT = Path(__file__).parents[2] / "greenapi" / "openapi.yaml"
# What HTTP itself says of a body.
OF_THE_BODY = {"Content-Type", "Content-Length"}


@cache
def committed() -> dict[str, Any]:
    """The committed document."""
    loaded: dict[str, Any] = yaml.load(DOCUMENT.read_bytes(), Loader=yaml.CSafeLoader)
    return loaded


@cache
def document() -> dict[str, Any]:
    """The committed document; parameters, headers and answers that it refers to stand in the places of use."""
    resolved = copy.deepcopy(committed())
    components = resolved["components"]
    for group in ("parameters", "headers", "responses"):
        for name, thing in components.get(group, {}).items():
            components[group][name] = _resolved(thing, components=components)
    resolved["paths"] = _resolved(resolved["paths"], components=components)
    return resolved


def _resolved(thing: Any, *, components: dict[str, Any]) -> Any:
    match thing:
        case {"$ref": str(reference)} if not reference.startswith("#/components/schemas/"):
            group, name = reference.split("/")[2:]
            return components[group][name]
        case dict():
            return {key: _resolved(value, components=components) for key, value in thing.items()}
        case list():
            return [_resolved(value, components=components) for value in thing]
        case _:
            return thing


def parse(content: bytes) -> Any:
    """JSON with its numbers exact."""
    return json.loads(content, parse_float=Decimal)


class ContractClient(Client):
    """Django's test client; an answer under /api/v1/ that the document does not describe fails the test."""

    def __init__(self) -> None:
        super().__init__(headers={"host": "localhost"})

    def request(self, **request: Any) -> Any:
        answer: Any = super().request(**request)
        path, method = request["PATH_INFO"], request["REQUEST_METHOD"].lower()
        if path.startswith("/api/v1") and path != "/api/v1/docs":
            shaped = not SHAPING.isdisjoint(parse_qs(request.get("QUERY_STRING", "")))
            check_answer(method=method, path=path, answer=answer, shaped=shaped)
        return answer

    def read(self, path: str) -> Any:
        """The body of a 200 answer to a GET."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return parse(answer.content)


def check_answer(*, method: str, path: str, answer: HttpResponse, shaped: bool = False) -> None:
    """Fails unless the document describes this status, these headers and this body at this address.

    Only an answer that the request shapes may be a shaped one, in which nothing is required.
    """
    assert answer.headers["API-Version"] == document()["info"]["version"]
    if method in {"head", "options"} or answer.status_code == 405:
        return
    operation = _operation(method, path.removesuffix("/"))
    if operation is None:
        assert answer.status_code == 404, f"{method} {path} is not in the document, but answered {answer.status_code}"
        _validate({"$ref": "#/components/schemas/Problem"}, parse(answer.content))
        return
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, f"{method} {path} answered {answer.status_code}, which is not in the document"
    for name, header in described.get("headers", {}).items():
        assert name in answer.headers or not header.get("required"), f"{path}: the header {name} is missing"
    known = {name.lower() for name in (*described["headers"], *OF_THE_BODY, *FOR_BROWSERS)}
    assert {name for name in answer.headers if name.lower() not in known} == set(), f"{path}: not in the document"
    if "content" not in described:
        assert answer.content == b"", f"{path} answered {answer.status_code} with a body"
        return
    kind = answer.headers["Content-Type"]
    assert kind in described["content"], f"{path} answered {kind}, which is not in the document"
    if answer.streaming:  # is the test's to read
        return
    body = parse(answer.content) if kind.endswith(("/json", "+json")) else answer.content.decode()
    schema = described["content"][kind]["schema"]
    if not shaped and "anyOf" in schema:
        schema = {"anyOf": [arm for arm in schema["anyOf"] if SHAPED not in arm["$ref"]]}
    _validate(schema, body)


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for template, operations in document()["paths"].items():
        pattern = "[^/]+".join(map(re.escape, re.split(r"\{[^}]+\}", template)))
        if re.fullmatch(pattern, path):
            found: dict[str, Any] | None = operations.get(method)
            return found
    return None


def _validate(schema: dict[str, Any], body: Any) -> None:
    root = {**schema, "components": document()["components"]}
    Draft202012Validator(root, format_checker=FormatChecker()).validate(body)
